import { beforeAll, describe, expect, it } from "vitest";
import type { ArrivedChunk } from "../../../../core/audio/live/live-session.ts";
import { isComplete } from "../../../../core/audio/live/live-session.ts";
import { seededRandom } from "../../../../core/seeded-random.ts";
import { bytesOf, chunkOf, Conversation, START } from "./conversation.ts";
import { cut, madeCall, shuffled } from "./made-call.ts";

const FORMAT = { sampleRate: 8_000, channels: 2 };
const SECONDS = 24;
const SECOND = 8_000 * 2;

describe("a live conversation", () => {
  let call: Int16Array;
  let chunks: ArrivedChunk[];
  let inOrder: Conversation;

  beforeAll(async () => {
    call = await madeCall(8_000, SECONDS);
    chunks = cut(call, SECOND).map((samples, sequence) => chunkOf(sequence, samples, FORMAT, { final: sequence === SECONDS - 1 }));
    inOrder = new Conversation();
    for (const chunk of chunks) await inOrder.take([chunk]);
    await inOrder.end();
  });

  it("has its segments numbered as they close, with who speaks, and its recording sample by sample", () => {
    expect(inOrder.recording().equals(bytesOf(call))).toBe(true);
    expect(inOrder.closed.length).toBeGreaterThan(6);
    expect(inOrder.closed.map(({ index }) => index)).toEqual(inOrder.closed.map((_, index) => index));
    expect(new Set(inOrder.closed.map(({ speaker, track }) => `${track} ${speaker}`))).toEqual(new Set(["0 customer", "1 agent"]));
    for (const { endMs, samples, startMs } of inOrder.closed) expect(Math.abs(samples.length / 16 - (endMs - startMs))).toBeLessThanOrEqual(1);
    expect(inOrder.session.segments).toEqual(inOrder.closed.map(({ samples: _samples, ...segment }) => segment));
    expect(isComplete(inOrder.session)).toBe(true);
  });

  it("closes a segment soon after its last word, not at the end", async () => {
    const conversation = new Conversation();
    const delays: number[] = [];
    for (const [sequence, chunk] of chunks.entries()) {
      const before = conversation.closed.length;
      await conversation.take([chunk]);
      for (const { endMs } of conversation.closed.slice(before)) delays.push((sequence + 1) * 1_000 - endMs);
    }

    expect(delays.length).toBeGreaterThan(4);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2_000);
  });

  it.each([1, 2, 3])("seed %i: shuffled, repeated and batched at random, it gives the same segments and the same recording", async (seed) => {
    const random = seededRandom(seed);
    const repeated = [...chunks, ...chunks.filter(() => random() < 0.3)].sort((left, right) => left.sequence - right.sequence);
    // Less than the twenty seconds and 32 chunks that a missing one is waited for.
    const arriving = shuffled(repeated, 14, random).map((chunk, position) => ({ ...chunk, arrivedAt: new Date(START + position * 700).toISOString() }));
    const conversation = new Conversation();
    let repeats = 0;
    for (let start = 0; start < arriving.length; ) {
      const end = start + 1 + Math.floor(random() * 5);
      repeats += (await conversation.take(arriving.slice(start, end))).filter(({ kind }) => kind === "repeat").length;
      start = end;
    }
    await conversation.end();

    expect(conversation.heard()).toEqual(inOrder.heard());
    expect(conversation.recording().equals(bytesOf(call))).toBe(true);
    expect(repeats).toBe(repeated.length - chunks.length);
  });

  it("is heard the same however it is cut into chunks", async () => {
    const conversation = new Conversation();
    for (const [sequence, samples] of cut(call, 2 * 3_001).entries()) await conversation.take([chunkOf(sequence, samples, FORMAT)]);
    await conversation.end();

    expect(conversation.heard()).toEqual(inOrder.heard());
    expect(conversation.recording().equals(bytesOf(call))).toBe(true);
  });

  it("goes on without a chunk when 32 later ones are there, with silence in its place", async () => {
    const small = cut(call.slice(0, SECOND * 12), SECOND / 4).map((samples, sequence) => chunkOf(sequence, samples, FORMAT, { arrivedAt: new Date(START).toISOString() }));
    const conversation = new Conversation();
    for (const chunk of small.filter(({ sequence }) => sequence !== 8).slice(0, 39)) await conversation.take([chunk]);
    expect(conversation.session.next).toBe(8);

    await conversation.take([small[40]!]);

    expect(conversation.session).toMatchObject({ next: 41, holes: [8], waiting: [] });
    await conversation.end();
    const expected = call.slice(0, (SECOND / 4) * 41).fill(0, (SECOND / 4) * 8, (SECOND / 4) * 9);
    expect(conversation.recording().equals(bytesOf(expected))).toBe(true);
  });

  it("goes on after twenty seconds, and a chunk that comes later still gets into the recording", async () => {
    const conversation = new Conversation();
    const late = chunks[2]!;
    for (const chunk of chunks.filter((one) => one !== late)) await conversation.take([chunk]);
    expect(conversation.session).toMatchObject({ next: SECONDS, holes: [2] });

    expect(await conversation.take([late, late])).toEqual([{ kind: "taken" }, { kind: "repeat" }]);
    await conversation.end();

    expect(conversation.session.holes).toEqual([]);
    expect(conversation.recording().equals(bytesOf(call))).toBe(true);
    expect(conversation.heard()).not.toEqual(inOrder.heard());
  });

  it("gives up whatever is missing when it ends", async () => {
    const conversation = new Conversation();
    for (const sequence of [0, 1, 4, 6]) await conversation.take([chunks[sequence]!]);
    await conversation.end();

    expect(conversation.session).toMatchObject({ next: 7, holes: [2, 3, 5], waiting: [] });
    const expected = call.slice(0, SECOND * 7).fill(0, SECOND * 2, SECOND * 4).fill(0, SECOND * 5, SECOND * 6);
    expect(conversation.recording().equals(bytesOf(expected))).toBe(true);
  });

  it("takes who, where and when from its first chunk, whichever arrives first", async () => {
    const conversation = new Conversation();
    const named = (sequence: number, occurredAt: string): ArrivedChunk => chunkOf(sequence, chunks[sequence]!.audio.ok ? call.slice(0, SECOND) : new Int16Array(0), FORMAT, { identity: { conversationId: "conversation-1", channel: "call", occurredAt, attributes: { $floats: "are no samples" } } });
    await conversation.take([named(1, "2026-03-02T09:00:01Z")]);
    await conversation.take([named(0, "2026-03-02T09:00:00Z")]);
    await conversation.take([named(2, "2026-03-02T09:00:02Z")]);

    expect(conversation.session.identity).toMatchObject({ occurredAt: "2026-03-02T09:00:00Z", attributes: { $floats: "are no samples" } });
  });

  it("names the speaker of each stretch on one channel", async () => {
    const conversation = new Conversation();
    const mono = cut(call.filter((_, index) => index % 2 === 0), 8_000);
    for (const [sequence, samples] of mono.entries()) {
      await conversation.take([chunkOf(sequence, samples, { sampleRate: 8_000, channels: 1 }, { speaker: sequence < 12 ? "agent" : "customer" })]);
    }
    await conversation.end();

    for (const { endMs, speaker, startMs } of conversation.closed) expect(speaker).toBe((startMs + endMs) / 2 < 12_000 ? "agent" : "customer");
    expect(new Set(conversation.closed.map(({ speaker }) => speaker)).size).toBe(2);
  });
});
