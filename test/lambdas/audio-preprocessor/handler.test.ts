import type { SQSBatchResponse } from "aws-lambda";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeWav } from "../../../core/audio/wav-file.ts";
import { RECORDING_NOTICE_VERSION, type RecordingNotice } from "../../../core/contracts/recording-notice.ts";
import { wavHeader } from "../../../lambdas/live-audio/recording-upload.ts";
import type * as Preprocessor from "../../../lambdas/audio-preprocessor/handler.ts";
import { madeCall } from "../../core/audio/live/made-call.ts";
import { AudioStage, BUCKETS, slowDown } from "../support/audio-stage.ts";
import { lambdaContext, sqsRecord } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";

const CONTACT = "a65c10fe-d2bb-497c-bf5c-152e775681ca";
const CONNECT_KEY = `connect/i/CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`;

function objectCreated(key: string, bucket: string = BUCKETS.recordings): object {
  return { version: "0", id: "e", "detail-type": "Object Created", source: "aws.s3", account: "123456789012", time: "2026-03-02T10:00:00Z", region: "us-east-1", resources: [], detail: { version: "0", bucket: { name: bucket }, object: { key, size: 1, etag: "e", sequencer: "1" }, reason: "PutObject" } };
}

function noticeOf(overrides: Partial<RecordingNotice> = {}): RecordingNotice {
  return { schema: RECORDING_NOTICE_VERSION, id: "record-1", conversationId: "conversation-1", channel: "call", occurredAt: "2026-03-02T09:00:00Z", audio: { bucket: BUCKETS.recordings, key: "call.wav" }, arrivedAt: "2026-03-02T09:00:01.000Z", ...overrides };
}

describe("audio-preprocessor", () => {
  let call: Buffer;
  let mono: Int16Array;
  let stage: AudioStage;
  let handler: typeof Preprocessor.handler;
  let output: ReturnType<typeof captureOutput>;

  const start = async (settings: Parameters<AudioStage["start"]>[0] = {}, more: Record<string, string> = {}): Promise<void> => {
    const environment = functionEnvironment("", { POWERTOOLS_SERVICE_NAME: "audio-preprocessor", ...(await stage.start(settings)), ...more });
    ({ handler } = await coldStart<typeof Preprocessor>(environment, () => import("../../../lambdas/audio-preprocessor/handler.ts")));
  };

  beforeAll(async () => {
    const samples = await madeCall(8_000, 12);
    const tracks = [0, 1].map((track) => samples.filter((_, index) => index % 2 === track));
    call = Buffer.from(encodeWav(tracks, 8_000));
    mono = tracks[0]!;
  });

  beforeEach(() => {
    stage = new AudioStage();
    output = captureOutput();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const put = (key: string, body: Buffer, bucket: string = BUCKETS.recordings, userMetadata: Record<string, string> = {}): Promise<unknown> => stage.objects.put(bucket, key, body, { userMetadata });
  const hear = (messages: readonly (object | string)[], remainingMs = 60_000): Promise<SQSBatchResponse> =>
    handler({ Records: messages.map((message, position) => sqsRecord(typeof message === "string" ? message : JSON.stringify(message), position)) }, lambdaContext(remainingMs));

  it("turns a recording in the bucket into segments, a report and one job", async () => {
    await start();
    await put(CONNECT_KEY, call);

    expect(await hear([objectCreated(CONNECT_KEY)])).toEqual({ batchItemFailures: [] });

    const [job, ...others] = stage.jobs();
    expect(others).toEqual([]);
    expect(job).toMatchObject({ id: CONTACT, conversationId: CONTACT, channel: "call", language: "en", occurredAt: "2026-01-28T18:34:00Z", arrivedAt: "2026-03-02T10:00:00Z", route: "direct", recording: `s3://recordings-test/${CONNECT_KEY}`, complete: true, answered: false });
    expect(await stage.keys("audio", "segments/")).toEqual(job!.audio.segments.map(({ index }) => `${job!.audio.prefix}${String(index).padStart(6, "0")}.wav`));
    const [report] = await stage.reports();
    expect(report).toMatchObject({ id: CONTACT, container: "wav", codec: "pcm_s16le", sampleRate: 8_000, channels: 2, durationMs: 12_000 });
    for (const { speaker, speechMs, track } of report!.tracks) {
      const its = job!.audio.segments.filter((segment) => segment.track === track);
      expect(new Set(its.map((segment) => segment.speaker))).toEqual(new Set([speaker]));
      expect(its.reduce((sum, { endMs, startMs }) => sum + endMs - startMs, 0)).toBe(speechMs);
    }
    expect(output.metrics()).toMatchObject({ RecordingsReceived: 1, JobsQueued: 1, SecondsHeard: 12, SegmentsQueued: job!.audio.segments.length });
  });

  it("writes the same objects and the same job when the message comes twice", async () => {
    await start();
    await put("call.wav", call);
    await hear([objectCreated("call.wav")]);
    const once = await stage.checksums("audio", "");

    await hear([objectCreated("call.wav")]);

    expect(await stage.checksums("audio", "")).toEqual(once);
    expect(stage.queues.messages[1]).toBe(stage.queues.messages[0]);
  });

  it("follows the notice: who, in which language, by which route, from another bucket", async () => {
    await start();
    await put("one.wav", Buffer.from(encodeWav([mono], 8_000)), BUCKETS.other);

    await hear([noticeOf({ speaker: "agent", language: "pt-BR", turn: 3, attributes: { queue: "sales" }, route: "both", audio: { bucket: BUCKETS.other, key: "one.wav" } })]);

    const [job] = stage.jobs();
    expect(job).toMatchObject({ id: "record-1", conversationId: "conversation-1", language: "pt-BR", turn: 3, attributes: { queue: "sales" }, route: "both", arrivedAt: "2026-03-02T09:00:01.000Z" });
    expect(new Set(job!.audio.segments.map(({ speaker, track }) => `${track} ${speaker}`))).toEqual(new Set(["0 agent"]));
    expect(stage.requests()).toEqual([
      {
        schema: "valence.transcription/1",
        id: "record-1",
        conversationId: "conversation-1",
        channel: "call",
        speaker: "agent",
        turn: 3,
        language: "pt-BR",
        occurredAt: "2026-03-02T09:00:00Z",
        attributes: { queue: "sales" },
        recording: { bucket: BUCKETS.other, key: "one.wav", version: expect.stringMatching(/^"[0-9a-f]{32}"$/u) },
        format: "wav",
        channels: 1,
        speakers: ["agent"],
        durationMs: 12_000,
        route: "both",
        flags: job!.flags,
        arrivedAt: "2026-03-02T09:00:01.000Z",
      },
    ]);
    expect(job!.flags).toContain("narrowband");
  });

  it("does not ask for the words of a contact that Contact Lens tells: they would be told twice", async () => {
    await start({ route: "both" }, { CONTACT_LENS_TELLS: "yes" });
    await put(CONNECT_KEY, call);
    await put("call.wav", call);

    await hear([objectCreated(CONNECT_KEY), objectCreated("call.wav")]);

    expect(stage.requests().map(({ recording }) => recording.key)).toEqual(["call.wav"]);
    expect(stage.jobs().length).toBe(2);
  });

  it("asks for the words of two voices on two channels, of one where both are the same, and of nobody who was silent", async () => {
    await start({ route: "both" });
    await put("two.wav", call);
    await put("same.wav", Buffer.from(encodeWav([mono, mono], 8_000)));
    await put("silent.wav", Buffer.from(encodeWav([new Int16Array(16_000)], 8_000)));

    await hear([objectCreated("two.wav"), objectCreated("same.wav"), objectCreated("silent.wav")]);

    expect(stage.requests()).toMatchObject([
      { id: "two.wav", channels: 2, speakers: ["customer", "agent"] },
      { id: "same.wav", channels: 1, speakers: [null] },
    ]);
    expect(stage.requests()[0]).not.toHaveProperty("language");
    expect(output.metrics()).toMatchObject({ RecordingsForTranscription: 2, JobsQueued: 2 });
  });

  it("sends the request again rather than the audio job, when one of them could not be queued", async () => {
    await start({ route: "both" });
    await put("call.wav", call);
    stage.queues.faultOf = ({ entries }) => (entries[0]?.content.includes("valence.audio-job/1") === true ? "denied" : undefined);
    expect(await hear([objectCreated("call.wav")])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    stage.queues.faultOf = () => undefined;

    expect(await hear([objectCreated("call.wav")])).toEqual({ batchItemFailures: [] });

    expect(stage.jobs()).toHaveLength(1);
    const [first, second, ...others] = stage.requests();
    expect(second).toEqual(first);
    expect(others).toEqual([]);
  });

  it("reads who it is of from the metadata, and refuses what cannot be read there", async () => {
    await start();
    await put("a.wav", call, BUCKETS.recordings, { "valence-id": "r-7", "valence-conversation-id": "c-7" });
    await put("b.wav", call, BUCKETS.recordings, { "valence-channel": "telegraph" });

    expect(await hear([objectCreated("a.wav"), objectCreated("b.wav")])).toEqual({ batchItemFailures: [] });

    expect(stage.jobs()).toMatchObject([{ id: "r-7", conversationId: "c-7" }]);
    expect(await stage.rejects()).toMatchObject([{ reason: "invalid_record", detail: expect.stringContaining("x-amz-meta-valence-channel") }]);
  });

  it("writes a report, asks for the words and makes no audio job when only the words are wanted", async () => {
    await start({ route: "transcribe" });
    await put("call.wav", call);

    expect(await hear([objectCreated("call.wav")])).toEqual({ batchItemFailures: [] });

    expect(stage.jobs()).toEqual([]);
    expect(stage.requests()).toMatchObject([{ id: "call.wav", route: "transcribe" }]);
    expect(await stage.reports()).toMatchObject([{ route: "transcribe", routeDecidedBy: "configuration" }]);
    expect(output.metrics()).toMatchObject({ RecordingsForTranscription: 1, JobsQueued: 0 });
  });

  it("passes folders, our own recordings and transcripts beside recordings over", async () => {
    await start();

    expect(await hear([objectCreated("calls/"), objectCreated("valence/live/2026-03-02/x.wav"), objectCreated("call.wav.transcript.json")])).toEqual({ batchItemFailures: [] });

    expect(output.metrics()).toMatchObject({ RecordingsReceived: 3, RecordingsSkipped: 3 });
    expect(await stage.rejects()).toEqual([]);
  });

  it.each([
    ["audio_empty", Buffer.alloc(0)],
    ["audio_empty", Buffer.from(encodeWav([new Int16Array(0)], 8_000))],
    ["audio_unknown_codec", Buffer.from("PK\u0003\u0004 a zip file named .wav, or so it seems to be")],
    ["audio_silent", Buffer.from(encodeWav([new Int16Array(16_000)], 8_000))],
    ["audio_too_long", Buffer.from(encodeWav([new Int16Array(8_000 * 61)], 8_000))],
    ["audio_too_large", Buffer.alloc(1024 * 1024 + 1, "x")],
  ])("refuses with a reason and a report: %s", async (code, bytes) => {
    await start({ maximumMinutes: 1, maximumMiB: 1 });
    await put("odd.wav", bytes);

    expect(await hear([objectCreated("odd.wav")])).toEqual({ batchItemFailures: [] });

    expect(stage.jobs()).toEqual([]);
    expect(await stage.rejects()).toMatchObject([{ reason: code, rejectedBy: "audio-preprocessor", source: { kind: "sqs", messageId: "message-0" } }]);
    expect(await stage.reports()).toMatchObject([{ id: "odd.wav", refusal: { code } }]);
    expect(output.metrics()).toMatchObject({ [`RecordsRejected{reason=${code}}`]: 1 });
  });

  it("refuses what is not there, what it may not read and what is no message", async () => {
    await start();

    expect(await hear([objectCreated("gone.wav"), noticeOf({ audio: { bucket: "a-bucket-of-nobody", key: "call.wav" } }), "{}"])).toEqual({ batchItemFailures: [] });

    expect((await stage.rejects()).map(({ reason }) => reason).sort()).toEqual(["audio_missing", "audio_not_allowed", "invalid_job"]);
  });

  it("keeps what another recording under the same key is heard as apart, so that no answer about the first is taken for one about it", async () => {
    await start();
    await put("call.wav", call);
    await hear([objectCreated("call.wav")]);
    const before = await stage.checksums("audio", "segments/");
    await put("call.wav", Buffer.from(encodeWav([mono], 8_000)));
    await hear([objectCreated("call.wav")]);

    const [first, second] = stage.jobs();
    expect([first!.id, second!.id]).toEqual(["call.wav", "call.wav"]);
    expect(second!.audio.prefix).not.toBe(first!.audio.prefix);
    expect(await stage.checksums("audio", first!.audio.prefix)).toEqual(before);
    expect(await stage.keys("audio", second!.audio.prefix)).toHaveLength(second!.audio.segments.length);
  });

  it.each(["GET", "PUT"])("sees a message again when S3 throttles %s, and only that one", async (throttled) => {
    await start();
    await put("good.wav", call);
    await put("bad.wav", call);
    const prefix = (await import("../../../core/recordings/storage-keys.ts")).segmentsPrefix({ id: "bad.wav", conversationId: "bad.wav" });
    stage.hook = ({ method, path }) => (method === throttled && (path.endsWith("/bad.wav") || path.includes(prefix)) ? slowDown() : undefined);

    expect(await hear([objectCreated("bad.wav"), objectCreated("good.wav")])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });

    expect(stage.jobs().map(({ id }) => id)).toEqual(["good.wav"]);
  });

  it("sees a message again when its job could not be queued or its reject not be written", async () => {
    await start();
    await put("call.wav", call);
    stage.queues.faultOf = () => "denied";
    stage.hook = ({ path }) => (path.startsWith(`/${BUCKETS.rejects}`) ? slowDown() : undefined);

    const response = await hear([objectCreated("call.wav"), objectCreated("gone.wav")]);

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["message-0", "message-1"]);
    expect(output.text()).toContain("AccessDenied");
  });

  it("gives a recording back that its time does not suffice for, and says nothing of it", async () => {
    await start({ maximumMinutes: 240, maximumMiB: 512 });
    const samples = call.subarray(44);
    const header = Buffer.from(wavHeader(2, 8_000, samples.length * 100));
    await put("long.wav", Buffer.concat([header, ...Array.from({ length: 100 }, () => samples)]));
    const begun = Date.now();

    expect(await hear([objectCreated("long.wav")], 2_000)).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });

    expect(Date.now() - begun).toBeLessThan(3_500);
    expect(await stage.rejects()).toEqual([]);
    expect(await stage.reports()).toEqual([]);
  });

  it("never logs an identifier or a name of a file", async () => {
    await start();
    await put("secret-name.wav", Buffer.from("no audio"));
    stage.hook = ({ path }) => (path.startsWith(`/${BUCKETS.rejects}`) ? slowDown() : undefined);

    await hear([objectCreated("secret-name.wav")]);

    expect(output.text()).not.toContain("secret");
  });
});
