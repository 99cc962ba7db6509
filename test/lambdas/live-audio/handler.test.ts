import type { KinesisStreamBatchResponse, SQSBatchResponse } from "aws-lambda";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeWav } from "../../../core/audio/wav-file.ts";
import type { AudioRecord } from "../../../core/contracts/audio-record.ts";
import { liveRecordingKey, liveStateKey } from "../../../core/recordings/storage-keys.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import type * as LiveAudio from "../../../lambdas/live-audio/handler.ts";
import { cut, madeCall, shuffled } from "../../core/audio/live/made-call.ts";
import { wavHeader } from "../../../lambdas/live-audio/recording-upload.ts";
import { AudioStage, BUCKETS, slowDown } from "../support/audio-stage.ts";
import { lambdaContext, sequenceNumberAt, sqsRecord } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { audioRecord, checkEvent, chunkRecord, streamEvent } from "./live-records.ts";

/** ITU-T G.711: sign, exponent and mantissa of a µ-law byte, on 16 bits. */
function mulawValue(byte: number): number {
  const inverted = ~byte & 0xff;
  const magnitude = ((((inverted & 15) << 3) + 132) << ((inverted >> 4) & 7)) - 132;
  return inverted > 127 ? -magnitude : magnitude;
}

const SECOND = 8_000 * 2;
const CALL_SECONDS = 12;
const RECORDING_KEY = liveRecordingKey("conversation-1", "2026-03-02T09:00:00Z");

describe("live-audio", () => {
  let call: Int16Array;
  let chunks: AudioRecord[];
  let stage: AudioStage;
  let handler: typeof LiveAudio.handler;
  let output: ReturnType<typeof captureOutput>;

  const anotherFunction = async (settings: Parameters<AudioStage["start"]>[0] = {}): Promise<typeof LiveAudio.handler> => {
    environment ??= functionEnvironment("", { POWERTOOLS_SERVICE_NAME: "live-audio", ...(await stage.start(settings)) });
    return (await coldStart<typeof LiveAudio>(environment, () => import("../../../lambdas/live-audio/handler.ts"))).handler;
  };
  let environment: Record<string, string> | undefined;

  beforeAll(async () => {
    call = await madeCall(8_000, CALL_SECONDS);
    chunks = cut(call, SECOND).map((samples, sequence) => chunkRecord(sequence, samples, sequence === CALL_SECONDS - 1 ? { final: true } : {}));
  });

  beforeEach(async () => {
    stage = new AudioStage();
    environment = undefined;
    output = captureOutput();
    handler = await anotherFunction();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const send = (records: readonly (Buffer | string | AudioRecord)[], first = 0, by = handler): Promise<KinesisStreamBatchResponse | SQSBatchResponse> => by(streamEvent(records, first), lambdaContext());
  const check = (): Promise<KinesisStreamBatchResponse | SQSBatchResponse> => handler(checkEvent(), lambdaContext());
  const recording = (): Promise<Buffer> => stage.objects.get(BUCKETS.recordings, RECORDING_KEY);
  const later = (seconds: number): void => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
  };

  describe("of a live conversation", () => {
    it("hears each chunk as it comes, then all of it", async () => {
      for (const [position, chunk] of chunks.entries()) expect(await send([chunk], position)).toEqual({ batchItemFailures: [] });
      const live = stage.jobs();

      expect(await check()).toEqual({ batchItemFailures: [] });

      const [whole, ...others] = stage.jobs().slice(live.length);
      expect(others).toEqual([]);
      expect(live.length).toBeGreaterThan(2);
      for (const job of live) expect(job).toMatchObject({ id: "conversation-1", conversationId: "conversation-1", complete: false, answered: false, route: "direct", language: "en", occurredAt: "2026-03-02T09:00:00Z" });
      expect(whole).toMatchObject({ id: "conversation-1", complete: true, answered: true, recording: `s3://recordings-test/${RECORDING_KEY}` });
      const segments = whole!.audio.segments;
      expect(segments.map(({ index }) => index)).toEqual(segments.map((_, index) => index));
      expect(live.flatMap((job) => job.audio.segments)).toEqual(segments.slice(0, live.flatMap((job) => job.audio.segments).length));
      expect(await stage.keys("audio", whole!.audio.prefix)).toHaveLength(segments.length);
      expect((await recording()).equals(Buffer.from(encodeWav([0, 1].map((track) => call.filter((_, index) => index % 2 === track)), 8_000)))).toBe(true);
      expect(stage.checks()).toEqual([{ conversationId: "conversation-1", delaySeconds: 60 }, { conversationId: "conversation-1", delaySeconds: 0 }]);
    });

    it("says in its report what was found, and that the speech sums to the segments", async () => {
      await send(chunks);
      await check();

      const [report] = await stage.reports();
      const segments = stage.jobs().at(-1)!.audio.segments;
      expect(report).toMatchObject({ id: "conversation-1", recording: `s3://recordings-test/${RECORDING_KEY}`, codec: "pcm_s16le", sampleRate: 8_000, channels: 2, durationMs: CALL_SECONDS * 1_000, route: "direct", routeDecidedBy: "configuration" });
      for (const { segments: found, speaker, speechMs, track } of report!.tracks) {
        const its = segments.filter((segment) => segment.track === track);
        expect(speaker).toBe(track === 0 ? "customer" : "agent");
        expect(its).toHaveLength(found);
        expect(its.reduce((sum, { endMs, startMs }) => sum + endMs - startMs, 0)).toBe(speechMs);
      }
    });

    it("gives the same objects when two functions take turns with shuffled, repeated chunks", async () => {
      await send(chunks);
      await check();
      const expected = [await stage.checksums("recordings", ""), await stage.checksums("audio", "segments/")];
      await stage.stop();
      stage = new AudioStage();
      environment = undefined;
      handler = await anotherFunction();
      const other = await anotherFunction();
      const random = seededRandom(7);
      const arriving = shuffled([...chunks, ...chunks.filter(() => random() < 0.4)], 8, random);

      for (let start = 0; start < arriving.length; start += 3) expect(await send(arriving.slice(start, start + 3), start, random() < 0.5 ? handler : other)).toEqual({ batchItemFailures: [] });
      await check();

      expect([await stage.checksums("recordings", ""), await stage.checksums("audio", "segments/")]).toEqual(expected);
      expect(output.metrics()).toMatchObject({ ChunksHeard: 2 * CALL_SECONDS });
    });

    it("ends when it was quiet for as long as the stage says, not before", async () => {
      await send(chunks.slice(0, 5));
      later(40);
      await check();
      expect(stage.checks().at(-1)!.delaySeconds).toBeGreaterThan(15);
      expect(await stage.keys("recordings")).toEqual([]);

      later(61 + 3_600);
      await check();

      expect((await recording()).length).toBe(44 + 5 * SECOND * 2);
      expect(stage.jobs().at(-1)).toMatchObject({ complete: true });
      expect(stage.checks()).toHaveLength(2);
    });

    it("ends once, however often it is asked, and refuses chunks that come after", async () => {
      await send(chunks);
      await check();
      const before = stage.jobs().length;

      expect(await check()).toEqual({ batchItemFailures: [] });
      expect(await send([chunks[0]!, chunkRecord(CALL_SECONDS, call.slice(0, SECOND))], 50)).toEqual({ batchItemFailures: [] });

      expect(stage.jobs()).toHaveLength(before);
      expect(await stage.rejects()).toMatchObject([{ reason: "invalid_record", detail: expect.stringContaining("has ended") }]);
      expect(output.metrics()).toMatchObject({ RecordsRepeated: 1, "RecordsRejected{reason=invalid_record}": 1 });
    });

    it("goes on where it stood when it was ended while its chunks lay unread, and ends again with all of them", async () => {
      const at = (seconds: number): unknown => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-03-02T09:00:00.123Z") + seconds * 1_000 });
      const both = chunks.map((chunk) => ({ ...chunk, route: "both" as const }));
      await send(both);
      await check();
      const expected = [await stage.checksums("recordings", ""), await stage.checksums("audio", "segments/"), stage.jobs().at(-1)!.audio];
      const [request] = stage.requests();
      await stage.stop();
      stage = new AudioStage();
      environment = undefined;
      handler = await anotherFunction();
      const other = await anotherFunction();

      at(4);
      await send(both.slice(0, 4));
      stage.hook = ({ method, path }) => (path.includes("/live/") && method === "PUT" ? slowDown() : undefined);
      expect((await send(both.slice(4), 4)).batchItemFailures).toHaveLength(CALL_SECONDS - 4);
      stage.hook = () => undefined;
      at(66);
      await check();
      expect((await recording()).length).toBe(44 + 4 * SECOND * 2);
      expect(await send([both[4]!], 67)).toEqual({ batchItemFailures: [] });
      expect(await stage.rejects()).toMatchObject([{ reason: "invalid_record", detail: expect.stringContaining("has ended") }]);

      expect(await send(both.slice(4, 8), 4, other)).toEqual({ batchItemFailures: [] });
      expect(stage.checks().at(-1)).toEqual({ conversationId: "conversation-1", delaySeconds: 60 });
      expect(await send(both.slice(8), 70)).toEqual({ batchItemFailures: [] });
      await check();

      expect([await stage.checksums("recordings", ""), await stage.checksums("audio", "segments/"), stage.jobs().at(-1)!.audio]).toEqual(expected);
      expect(await stage.reports()).toMatchObject([{ durationMs: CALL_SECONDS * 1_000, losses: expect.not.arrayContaining(["sequence_gap"]) }]);
      const again = stage.requests();
      expect(again.at(-1)).toEqual({ ...request, arrivedAt: again.at(-1)!.arrivedAt });
      expect(new Set(again.map((one) => one.recording.version)).size).toBe(again.length);
      expect(await stage.rejects()).toHaveLength(1);
    }, 60_000);

    it("is the longer one when it was taken up again while its end was written", async () => {
      const at = (seconds: number): unknown => vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-03-02T09:00:00.123Z") + seconds * 1_000 });
      at(4);
      await send(chunks.slice(0, 4));
      const other = await anotherFunction();
      let interfered = false;
      stage.hook = async ({ method, path }) => {
        if (interfered || method !== "PUT" || !path.includes("/valence/live/")) return;
        interfered = true;
        await send(chunks.slice(4), 4, other);
        await other(checkEvent(), lambdaContext());
      };
      at(66);

      expect(await check()).toEqual({ batchItemFailures: [] });

      expect(interfered).toBe(true);
      expect((await recording()).length).toBe(44 + call.length * 2);
      expect(stage.jobs().at(-1)!.audio.segments).toHaveLength((await stage.keys("audio", "segments/")).length);
      expect(await stage.rejects()).toEqual([]);
    }, 60_000);

    it("hears everything in the end when S3 throttles and SQS refuses", async () => {
      await send(chunks.slice(0, 2));
      stage.hook = (request) => (request.path.includes("/live/") && request.method === "PUT" ? slowDown() : undefined);
      const throttled = await send(chunks.slice(2, 4), 2);
      stage.hook = () => undefined;
      stage.queues.faultOf = () => "server_error";
      const refused = await send(chunks.slice(2), 2);
      stage.queues.faultOf = () => undefined;

      expect(throttled.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([2, 3].map(sequenceNumberAt));
      expect(refused.batchItemFailures).toHaveLength(CALL_SECONDS - 2);
      expect(await send(chunks.slice(2), 2)).toEqual({ batchItemFailures: [] });
      await check();

      expect((await recording()).length).toBe(44 + call.length * 2);
      expect(stage.jobs().at(-1)!.audio.segments).toHaveLength((await stage.keys("audio", "segments/")).length);
    }, 60_000);

    it("starts a round anew when another function saved the session meanwhile", async () => {
      await send(chunks.slice(0, 2));
      const other = await anotherFunction();
      let interfered = false;
      stage.hook = async ({ method, path }) => {
        if (interfered || method !== "PUT" || !path.endsWith(liveStateKey("conversation-1"))) return;
        interfered = true;
        await send(chunks.slice(2, 4), 2, other);
      };

      expect(await send(chunks.slice(4), 4)).toEqual({ batchItemFailures: [] });
      await check();

      expect(interfered).toBe(true);
      expect((await recording()).equals(Buffer.from(encodeWav([0, 1].map((track) => call.filter((_, index) => index % 2 === track)), 8_000)))).toBe(true);
    });

    it("goes on where it stood when ending it failed half way", async () => {
      await send(chunks);
      stage.hook = ({ path }) => (path.includes("/valence/live/") ? slowDown() : undefined);
      expect(await check()).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      expect(await send([chunkRecord(CALL_SECONDS, call.slice(0, SECOND))], 60)).toEqual({ batchItemFailures: [] });
      stage.hook = () => undefined;

      expect(await check()).toEqual({ batchItemFailures: [] });

      expect((await recording()).length).toBe(44 + call.length * 2);
      expect(stage.jobs().filter(({ complete }) => complete)).toHaveLength(1);
    }, 60_000);

    it("comes back from chunks that cannot be read, in whatever order they fail", async () => {
      await send(chunks);
      stage.hook = async ({ method, path }) => {
        if (method !== "GET" || !path.includes("/chunks/")) return;
        if (path.endsWith("000003.pcm")) slowDown();
        // The first one is still waited for when a later one has failed: nobody may have to hear of that but its own turn.
        if (path.endsWith("000000.pcm")) await new Promise((done) => setTimeout(done, 4_000));
      };
      expect(await check()).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      stage.hook = () => undefined;

      expect(await check()).toEqual({ batchItemFailures: [] });
      expect((await recording()).length).toBe(44 + call.length * 2);
    }, 60_000);

    it("is ended although its first batch failed after a gap was given up", async () => {
      const quarters = cut(call, SECOND / 4).map((samples, sequence) => chunkRecord(sequence, samples)).filter(({ sequence }) => sequence !== 2);
      stage.hook = ({ path }) => (path.includes("/segments/") ? slowDown() : undefined);
      expect((await send(quarters)).batchItemFailures).toHaveLength(quarters.length);
      stage.hook = () => undefined;

      expect(await send(quarters)).toEqual({ batchItemFailures: [] });
      expect(stage.checks()).toEqual([{ conversationId: "conversation-1", delaySeconds: 60 }]);
      later(61 + 3_600);
      await check();

      expect((await recording()).length).toBe(44 + call.length * 2);
      expect(stage.jobs().at(-1)).toMatchObject({ complete: true });
    }, 60_000);

    it("is a recording and a reject when nobody spoke", async () => {
      const silence = new Int16Array(SECOND);
      await send([chunkRecord(0, silence), chunkRecord(1, silence, { final: true })]);

      expect(await check()).toEqual({ batchItemFailures: [] });

      expect((await recording()).length).toBe(44 + 2 * SECOND * 2);
      expect(stage.jobs()).toEqual([]);
      expect(await stage.rejects()).toMatchObject([{ reason: "audio_silent", source: { kind: "sqs" } }]);
      expect(await stage.reports()).toMatchObject([{ refusal: { code: "audio_silent" } }]);
    });

    it("is stored and not heard when only its words are wanted", async () => {
      await send(chunks.map((chunk) => ({ ...chunk, route: "transcribe" as const })));
      await check();

      expect(stage.jobs()).toEqual([]);
      expect(stage.requests()).toMatchObject([{ id: "conversation-1", conversationId: "conversation-1", recording: { bucket: BUCKETS.recordings, key: RECORDING_KEY }, format: "wav", channels: 2, speakers: ["customer", "agent"], durationMs: CALL_SECONDS * 1_000, route: "transcribe" }]);
      expect(output.metrics()).toMatchObject({ RecordingsForTranscription: 1 });
      expect(await stage.keys("audio", "segments/")).toEqual([]);
      expect(await stage.reports()).toMatchObject([{ route: "transcribe", routeDecidedBy: "record" }]);
      expect((await recording()).length).toBe(44 + call.length * 2);
    });

    it("asks for the words once its recording is whole, and again rather than for the voice when that could not be queued", async () => {
      const agent = cut(call.filter((_, index) => index % 2 === 0), SECOND / 2).map((samples, sequence) => chunkRecord(sequence, samples, { speaker: "agent", language: "de", route: "both", audio: { inline: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString("base64"), encoding: "pcm_s16le", sampleRate: 8_000 } }));
      await send(agent);
      expect(stage.requests()).toEqual([]);
      const before = stage.jobs().length;
      later(61 + 3_600);
      stage.queues.faultOf = ({ entries }) => (entries[0]?.content.includes("valence.audio-job/1") === true ? "denied" : undefined);
      expect(await check()).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      stage.queues.faultOf = () => undefined;
      expect(await check()).toEqual({ batchItemFailures: [] });

      const [request, again, ...others] = stage.requests();
      expect(request).toMatchObject({ id: "conversation-1", language: "de", format: "wav", channels: 1, speakers: ["agent"], durationMs: CALL_SECONDS * 1_000, route: "both" });
      expect(again).toEqual(request);
      expect(others).toEqual([]);
      expect(stage.jobs()).toHaveLength(before + 1);
    }, 60_000);

    it("lets a lost check be", async () => {
      expect(await handler(checkEvent("nobody-knows-it"), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(await handler({ Records: [sqsRecord("no json")] }, lambdaContext())).toEqual({ batchItemFailures: [] });

      expect(await stage.rejects()).toMatchObject([{ reason: "invalid_job" }]);
    });
  });

  describe("of whole recordings", () => {
    it("hands a pointer on with its identity", async () => {
      await send([audioRecord({ conversationId: "c", speaker: "agent", language: "pt-BR", attributes: { queue: "sales" }, route: "both" })]);

      expect(stage.notices()).toEqual([{ schema: "valence.recording/1", id: "record-1", conversationId: "c", channel: "call", speaker: "agent", language: "pt-BR", attributes: { queue: "sales" }, route: "both", occurredAt: "2026-03-02T09:00:00Z", audio: { bucket: "recordings-test", key: "call.wav" }, arrivedAt: "2026-03-02T09:00:00.123Z" }]);
    });

    it("puts an inline one without a header into the bucket as a WAV file", async () => {
      const inline = Buffer.from(call.buffer, 0, 3_000).toString("base64");
      const record = audioRecord({ audio: { inline, encoding: "mulaw", sampleRate: 8_000 } });
      await send([record, record]);

      const [notice, repeat] = stage.notices();
      expect(repeat).toMatchObject({ audio: notice!.audio });
      expect(notice!.audio).toEqual({ bucket: "recordings-test", key: expect.stringMatching(/^valence\/inline\/2026-03-02\/[0-9a-f]{32}\.wav$/u) });
      const file = await stage.objects.get(BUCKETS.recordings, notice!.audio.key);
      expect(file.subarray(0, 44)).toEqual(Buffer.from(wavHeader(1, 8_000, 6_000)));
      expect(file.readInt16LE(44)).toBe(mulawValue(Buffer.from(inline, "base64")[0]!));
      expect(file).toHaveLength(44 + 6_000);
    });

    it("puts one that is a file as it is, and refuses headerless bytes that are none", async () => {
      const file = Buffer.from(encodeWav([call.slice(0, 1_000)], 8_000));
      const odd = Buffer.alloc(801).toString("base64");
      expect(await send([audioRecord({ audio: { inline: file.toString("base64"), encoding: "wav" } }), audioRecord({ id: "odd", audio: { inline: odd, encoding: "pcm_s16le", sampleRate: 8_000 } })])).toEqual({ batchItemFailures: [] });

      expect(await stage.objects.get(BUCKETS.recordings, stage.notices()[0]!.audio.key)).toEqual(file);
      expect(stage.notices()).toHaveLength(1);
      expect(await stage.rejects()).toMatchObject([{ reason: "audio_truncated", source: { kind: "kinesis" } }]);
    });

    it("reports one whose bytes could not be put, and no other", async () => {
      stage.hook = ({ path }) => (path.includes("/valence/inline/") ? slowDown() : undefined);

      const response = await send([audioRecord(), audioRecord({ audio: { inline: "AAAA", encoding: "wav" } })]);

      expect(response.batchItemFailures).toEqual([{ itemIdentifier: sequenceNumberAt(1) }]);
      expect(stage.notices()).toHaveLength(1);
    }, 30_000);
  });

  it("keeps what it cannot read, with the reason", async () => {
    const broken = [Buffer.from([0xff]), "[]", "{", JSON.stringify({ ...audioRecord(), schema: "valence.audio/9" }), audioRecord({ audio: { inline: "AAAA", encoding: "mulaw" } }), { ...audioRecord(), audio: { inline: "!" } } as never, chunkRecord(0, call.slice(0, 10), { audio: { inline: "UEsDBAAAAAA=", encoding: "wav" } })];

    expect(await send(broken)).toEqual({ batchItemFailures: [] });

    const rejects = (await stage.rejects()).sort((left, right) => (left.source.kind === "kinesis" && right.source.kind === "kinesis" && left.source.sequenceNumber < right.source.sequenceNumber ? -1 : 1));
    expect(rejects.map(({ reason }) => reason)).toEqual(["not_utf8", "invalid_record", "not_json", "unsupported_version", "invalid_record", "invalid_record", "audio_unknown_codec"]);
    expect(rejects[5]!.detail).toContain("audio.encoding");
    expect(output.metrics()).toMatchObject({ RecordsReceived: 7, ChunksHeard: 0 });
  });
});
