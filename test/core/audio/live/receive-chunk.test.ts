import { describe, expect, it } from "vitest";
import { secondsUntilEnd } from "../../../../core/audio/live/quiet-check.ts";
import { openSession } from "../../../../core/audio/live/live-session.ts";
import { receiveChunk } from "../../../../core/audio/live/receive-chunk.ts";
import { bytesOf, chunkOf, Conversation, START } from "./conversation.ts";

const FORMAT = { sampleRate: 8_000, channels: 1 };
const second = (value = 1): Int16Array => new Int16Array(8_000).fill(value);
const broken = { audio: { ok: false, reason: "audio_corrupt", detail: "not a frame" } } as const;
const empty = { audio: { ok: false, reason: "audio_empty", detail: "no samples" } } as const;

describe("a chunk that cannot be heard", () => {
  it("is refused, again when it comes again, and stands as silence as long as its neighbour", async () => {
    const conversation = new Conversation();
    await conversation.take([chunkOf(0, second(), FORMAT)]);
    const refusal = { kind: "refused", reason: "audio_corrupt", detail: "not a frame" };

    expect(await conversation.take([chunkOf(1, second(), FORMAT, broken)])).toEqual([refusal]);
    expect(await conversation.take([chunkOf(1, second(), FORMAT, broken)])).toEqual([refusal]);
    await conversation.take([chunkOf(2, second(2), FORMAT)]);

    expect(conversation.recording().equals(bytesOf(Int16Array.from([...second(1), ...second(0), ...second(2)])))).toBe(true);
  });

  it("waits for the first one that can, to know how long it was", async () => {
    const conversation = new Conversation();
    await conversation.take([chunkOf(0, second(), FORMAT, broken)]);
    expect(conversation.session.next).toBe(0);

    await conversation.take([chunkOf(1, second(), FORMAT)]);

    expect(conversation.recording().equals(bytesOf(Int16Array.from([...second(0), ...second(1)])))).toBe(true);
  });

  it("is no reason to wait: a mended one still gets into the recording", async () => {
    const conversation = new Conversation();
    await conversation.take([chunkOf(0, second(), FORMAT), chunkOf(1, second(), FORMAT, broken), chunkOf(2, second(), FORMAT)]);

    expect(await conversation.take([chunkOf(1, second(7), FORMAT)])).toEqual([{ kind: "taken" }]);

    expect(conversation.recording().equals(bytesOf(Int16Array.from([...second(1), ...second(7), ...second(1)])))).toBe(true);
  });

  it("may end the conversation: a final chunk without samples is how some hang up", async () => {
    const conversation = new Conversation();
    const end = chunkOf(1, second(), FORMAT, { final: true, ...empty });

    expect(await conversation.take([chunkOf(0, second(), FORMAT), end, end])).toEqual([{ kind: "taken" }, { kind: "taken" }, { kind: "repeat" }]);

    expect(conversation.session).toMatchObject({ final: 1, next: 2, holes: [] });
    expect(conversation.recording().equals(bytesOf(second()))).toBe(true);
  });

  it("leaves a conversation of nothing else without a recording", async () => {
    const conversation = new Conversation();
    await conversation.take([chunkOf(0, second(), FORMAT, broken), chunkOf(1, second(), FORMAT, { final: true, ...broken })]);
    await conversation.end();

    expect(conversation.session).toMatchObject({ format: null, next: 2, holes: [0, 1], segments: [] });
  });
});

describe("a chunk that has no place", () => {
  it("is refused after the end", async () => {
    const conversation = new Conversation();
    await conversation.take([chunkOf(0, second(), FORMAT)]);
    await conversation.end();

    expect(await conversation.take([chunkOf(0, second(), FORMAT), chunkOf(1, second(), FORMAT)])).toEqual([{ kind: "repeat" }, { kind: "refused", reason: "invalid_record", detail: "chunk 1: the conversation has ended; a new one needs a conversationId of its own" }]);
  });

  it("goes on with one that the stream had taken when it was ended, not with one behind the final one", () => {
    const session = openSession(chunkOf(0, second(), FORMAT), START);
    receiveChunk(session, chunkOf(0, second(), FORMAT), { maximumMinutes: 2 });
    const endedAt = new Date(START + 61_000).toISOString();
    const afterEnd = (sequence: number, milliseconds: number, final: number | null = null) => {
      const ended = { ...structuredClone(session), phase: "ended" as const, endedAt, final };
      const { kind } = receiveChunk(ended, chunkOf(sequence, second(), FORMAT, { arrivedAt: new Date(START + 61_000 + milliseconds).toISOString() }), { maximumMinutes: 2 });
      return [kind, ended.phase];
    };

    expect(afterEnd(1, 0)).toEqual(["taken", "open"]);
    expect(afterEnd(1, 0, 2)).toEqual(["taken", "open"]);
    expect(afterEnd(1, 1)).toEqual(["refused", "ended"]);
    expect(afterEnd(3, 0, 2)).toEqual(["refused", "ended"]);
    expect(afterEnd(0, 0)).toEqual(["repeat", "ended"]);
  });

  it("is refused behind the final one", async () => {
    const conversation = new Conversation();

    const verdicts = await conversation.take([chunkOf(0, second(), FORMAT, { final: true }), chunkOf(1, second(), FORMAT)]);

    expect(verdicts[1]).toEqual({ kind: "refused", reason: "invalid_record", detail: "chunk 1 comes after the final chunk 0" });
  });

  it("is refused far ahead, and leaves no trace", async () => {
    const conversation = new Conversation();

    expect(await conversation.take([chunkOf(99_999, second(), FORMAT)])).toMatchObject([{ kind: "refused", reason: "invalid_record", detail: expect.stringContaining("99999 ahead") }]);

    expect(conversation.session.waiting).toEqual([]);
  });

  it.each([{ sampleRate: 16_000, channels: 1 }, { sampleRate: 8_000, channels: 2 }])("is refused in another format: %o", async (format) => {
    const conversation = new Conversation();
    const other = chunkOf(1, second(), format);
    const refusal = { kind: "refused", reason: "invalid_record", detail: `chunk 1: ${format.sampleRate} Hz and ${format.channels} channel${format.channels === 1 ? "" : "s"} in a conversation of 8000 Hz and 1 channel; all chunks must be alike` };
    await conversation.take([chunkOf(0, second(), FORMAT)]);

    expect(await conversation.take([other])).toEqual([refusal]);
    expect(await conversation.take([other])).toEqual([refusal]);

    expect(conversation.session).toMatchObject({ next: 2, holes: [1] });
  });

  it("ends a conversation that is longer than the stage hears", async () => {
    const conversation = new Conversation();
    for (const sequence of [0, 1]) await conversation.take([chunkOf(sequence, new Int16Array(8_000 * 60), FORMAT)]);

    expect(await conversation.take([chunkOf(2, second(), FORMAT), chunkOf(3, second(), FORMAT)])).toMatchObject([
      { kind: "refused", reason: "audio_too_long" },
      { kind: "refused", reason: "invalid_record" },
    ]);
    expect(conversation.session.final).toBe(2);
  });
});

describe("when a conversation is over", () => {
  const session = async (...chunks: Parameters<Conversation["take"]>[0]) => {
    const conversation = new Conversation();
    await conversation.take(chunks);
    return { ...conversation.session, touchedAt: START + 1_000 };
  };

  it("is now, when every chunk to the final one is there", async () => {
    expect(secondsUntilEnd(await session(chunkOf(0, second(), FORMAT, { final: true })), START + 1_000, 60)).toBeUndefined();
  });

  it("is twenty seconds after the last chunk, when earlier ones are missing", async () => {
    const waiting = await session(chunkOf(2, second(), FORMAT, { final: true }));

    expect(secondsUntilEnd(waiting, START + 1_000, 60)).toBe(20);
    expect(secondsUntilEnd(waiting, START + 20_900, 60)).toBe(1);
    expect(secondsUntilEnd(waiting, START + 21_000, 60)).toBeUndefined();
  });

  it("is when it was quiet for so long, and longer by what the function was behind the stream", async () => {
    const open = await session(chunkOf(0, second(), FORMAT));
    const lagging = { ...open, touchedAt: START + 31_000 };

    expect(secondsUntilEnd(open, START + 30_500, 60)).toBe(32);
    expect(secondsUntilEnd(open, START + 62_000, 60)).toBeUndefined();
    expect(secondsUntilEnd(lagging, START + 91_000, 60)).toBe(31);
  });

  it("is looked for again within SQS's longest delay", async () => {
    expect(secondsUntilEnd(await session(chunkOf(0, second(), FORMAT)), START, 2_000)).toBe(900);
  });
});
