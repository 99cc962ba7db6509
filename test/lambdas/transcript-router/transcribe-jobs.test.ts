import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TranscriptionCheckSchema } from "../../../core/contracts/transcription-request.ts";
import { requestKey, transcriptKey } from "../../../core/transcripts/storage-keys.ts";
import { channelsFile, plainFile, said, speakersFile } from "../../core/transcripts/transcribe-files.ts";
import { BUCKETS, slowDown } from "../support/audio-stage.ts";
import { captureOutput } from "../support/load-handler.ts";
import { checkOf, JOB_PREFIX, jobEvent, requestOf, RouterStage, TRANSCRIPTIONS_QUEUE_ARN } from "./router-stage.ts";

const CALL = channelsFile([said("I want my money back.", 3), said("Thank you for calling, how can I help?", 0.5)]);

describe("transcript-router, jobs of Transcribe", () => {
  let stage: RouterStage;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    stage = new RouterStage();
    output = captureOutput();
    await stage.load();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("turns a transcript of two channels into a text job an utterance, with speaker, time and recording", async () => {
    const name = await stage.completed(requestOf({ attributes: { queue: "sales" }, flags: ["narrowband"] }), CALL);

    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [] });

    expect(stage.textJobs()).toEqual([
      {
        schema: "valence.text-job/1",
        id: "recording-1",
        conversationId: "conversation-1",
        channel: "call",
        speaker: "agent",
        turn: 0,
        language: "en-US",
        occurredAt: "2026-03-02T09:00:00.500Z",
        attributes: { queue: "sales" },
        segment: { index: 0, startMs: 500, endMs: 3_700 },
        text: "Thank you for calling, how can I help?",
        route: "transcribe",
        recording: "s3://recordings-test/calls/1.wav",
        track: 1,
        transcript: { transcriber: "amazon-transcribe", confidence: 0.9 },
        flags: ["narrowband"],
        arrivedAt: "2026-03-02T09:05:00.000Z",
      },
      expect.objectContaining({ speaker: "customer", turn: 1, segment: { index: 1, startMs: 3_000, endMs: 5_000 }, text: "I want my money back.", track: 0 }),
    ]);
    expect(output.metrics()).toMatchObject({ MessagesReceived: 1, TranscriptsRouted: 1, JobsQueued: 2, TranscriptsEmpty: 0 });
  });

  it("infers who speaks on one channel and says so, and names what stood in for Transcribe", async () => {
    const words = [...said("Thank you for calling Lumen, how can I help?", 0, { speaker: "spk_0" }), ...said("I want to cancel my subscription.", 4, { speaker: "spk_1" })];
    const name = await stage.completed(requestOf({ channels: 1, speakers: [null] }), { ...speakersFile(words), transcriber: "sidecar" });

    await stage.route([jobEvent(name)]);

    const jobs = stage.textJobs();
    expect(jobs.map(({ speaker }) => speaker)).toEqual(["agent", "customer"]);
    for (const job of jobs) {
      expect(job.flags).toEqual(["role_inferred"]);
      expect(job.transcript!.transcriber).toBe("sidecar");
      expect(job.transcript!.speakerConfidence).toBeGreaterThan(0.9);
      expect(job.track).toBeUndefined();
    }
  });

  it("takes personal data out, adds up what Transcribe took out, and counts an utterance of which nothing is left", async () => {
    const pii = { redactions: [{ confidence: "0.9999", type: "NAME", category: "PII" }] };
    const words = [...said("My name is", 0), { ...said("[PII].", 1.2)[0]!, ...pii }, ...said("Write to ana@example.com please.", 5), { ...said("[PII]", 20)[0]!, ...pii }];
    const name = await stage.completed(requestOf({ channels: 1, speakers: ["customer"] }), plainFile(words, {}, { isRedacted: true }), {
      Transcript: { RedactedTranscriptFileUri: `https://audio-test.s3.eu-west-1.amazonaws.com/redacted.json`, TranscriptFileUri: "s3://audio-test/original.json" },
    });
    await stage.objects.put(BUCKETS.audio, "redacted.json", await stage.objects.get(BUCKETS.audio, transcriptKey(name)));

    await stage.route([jobEvent(name)]);

    expect(stage.textJobs()).toMatchObject([
      { text: "My name is [PII].", redactions: { NAME: 1 }, flags: ["redacted"], speaker: "customer" },
      { text: "Write to [EMAIL] please.", redactions: { EMAIL: 1 }, flags: ["redacted"] },
    ]);
    expect(output.metrics()).toMatchObject({ JobsQueued: 2, UtterancesEmpty: 1 });
  });

  it("routes a job once, told of by its event, by its check and by its event again; a job started anew once more", async () => {
    const name = await stage.completed(requestOf(), CALL);

    await stage.route([jobEvent(name), checkOf(name)]);
    await stage.route([jobEvent(name)]);
    expect(stage.textJobs()).toHaveLength(2);
    expect(output.metrics()).toMatchObject({ TranscriptsRouted: 1, TranscriptsRepeated: 2 });

    stage.transcribe.jobs.get(name)!.CreationTime += 60;
    await stage.route([jobEvent(name)]);
    expect(stage.textJobs()).toHaveLength(4);
    expect(stage.textJobs().slice(2)).toEqual(stage.textJobs().slice(0, 2));
  });

  it("makes the same jobs again when the mark could not be written", async () => {
    const name = await stage.completed(requestOf(), CALL);
    stage.hook = ({ method }) => (method === "PUT" ? slowDown() : undefined);
    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    stage.hook = () => undefined;

    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [] });

    expect(stage.textJobs().slice(2)).toEqual(stage.textJobs().slice(0, 2));
  });

  it("asks again after the configured time while a job runs, for its check only", async () => {
    const name = await stage.asked(requestOf(), { TranscriptionJobStatus: "QUEUED" });

    expect(await stage.route([checkOf(name), jobEvent(name)])).toEqual({ batchItemFailures: [] });

    expect(stage.waiting()).toEqual([{ jobName: name, delaySeconds: 45 }]);
    expect(output.metrics()).toMatchObject({ TranscriptsAwaited: 2 });
  });

  it("rejects a failed job once, with Transcribe's reason and the whole request, for the queue that the request came from", async () => {
    const request = requestOf();
    const name = await stage.asked(request, { TranscriptionJobStatus: "FAILED", FailureReason: "The media format provided does not match the detected media format." });

    await stage.route([jobEvent(name, "FAILED")]);
    await stage.route([checkOf(name)]);

    const rejects = await stage.rejects();
    expect(rejects).toMatchObject([
      {
        reason: "transcription_failed",
        detail: "The media format provided does not match the detected media format.",
        rejectedBy: "transcript-router",
        source: { kind: "sqs", queueArn: TRANSCRIPTIONS_QUEUE_ARN, messageId: name, sentAt: "2026-03-02T09:05:00.000Z" },
      },
    ]);
    expect(JSON.parse(Buffer.from(rejects[0]!.record, "base64").toString())).toEqual(request);
  });

  it("rejects jobs that nobody asked for, of another stage, and those that Transcribe does not know", async () => {
    const gone = await stage.asked(requestOf(), {});
    stage.transcribe.jobs.delete(gone);

    expect(await stage.route([jobEvent(`${JOB_PREFIX}nobodys`), jobEvent("somebody-elses"), checkOf(gone)])).toEqual({ batchItemFailures: [] });

    const rejects = await stage.rejects();
    expect(rejects.map(({ reason }) => reason)).toEqual(["transcription_unknown", "transcription_unknown", "transcription_unknown"]);
    expect(rejects.filter(({ source }) => source.kind === "sqs" && source.queueArn === TRANSCRIPTIONS_QUEUE_ARN)).toHaveLength(1);
  });

  it("counts an empty transcript", async () => {
    const name = await stage.completed(requestOf({ channels: 1, speakers: [null] }), plainFile([]));

    await stage.route([jobEvent(name)]);

    expect(stage.textJobs()).toEqual([]);
    expect(await stage.rejects()).toEqual([]);
    expect(output.metrics()).toMatchObject({ TranscriptsRouted: 1, TranscriptsEmpty: 1, JobsQueued: 0 });
  });

  it.each([
    ["of another shape", '{"results": {"items": [{"type": "pronunciation", "start_time": 4, "end_time": "5", "alternatives": [{"content": "secret"}]}]}}', "results.items.0.start_time"],
    ["that is no JSON", "<html>secret</html>", "not one JSON value"],
  ])("rejects a transcript %s as a check of the job, without its words", async (_, transcript, detail) => {
    const name = await stage.completed(requestOf(), transcript);

    await stage.route([jobEvent(name)]);
    await stage.route([checkOf(name)]);

    const rejects = await stage.rejects();
    expect(rejects).toMatchObject([{ reason: "invalid_transcript", source: { queueArn: expect.stringContaining("valence-test-transcripts"), messageId: name } }]);
    expect(rejects[0]!.detail).toContain(detail);
    expect(rejects[0]!.detail).not.toContain("secret");
    expect(TranscriptionCheckSchema.parse(JSON.parse(Buffer.from(rejects[0]!.record, "base64").toString()))).toMatchObject({ jobName: name });
  });

  it.each([
    ["in another bucket", "https://s3.us-east-1.amazonaws.com/elsewhere/transcript.json", "elsewhere"],
    ["that is not there", "https://s3.us-east-1.amazonaws.com/audio-test/gone.json", "gone.json"],
    ["nowhere", "transcript.json", "does not say where"],
  ])("reads no transcript %s", async (_, uri, detail) => {
    const name = await stage.completed(requestOf(), CALL, { Transcript: { TranscriptFileUri: uri } });

    await stage.route([jobEvent(name)]);

    expect(await stage.rejects()).toMatchObject([{ reason: "invalid_transcript", detail: expect.stringContaining(detail) }]);
    expect(stage.textJobs()).toEqual([]);
  });

  it("rejects what is no message of its queue, and reports exactly what Transcribe, S3 and SQS failed on", async () => {
    const name = await stage.completed(requestOf(), CALL);
    stage.queues.faultOf = ({ operation }) => (operation === "SendMessageBatch" ? "denied" : undefined);
    expect(await stage.route([{ schema: "valence.text-job/1" }, jobEvent(name)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
    expect(await stage.rejects()).toMatchObject([{ reason: "invalid_job" }]);
    expect(output.metrics()).toMatchObject({ MessagesFailed: 1, "RecordsRejected{reason=invalid_job}": 1 });

    stage.queues.faultOf = () => undefined;
    stage.hook = ({ path }) => (path.includes("request.json") ? slowDown() : undefined);
    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    stage.hook = () => undefined;
    stage.transcribe.isDown = true;
    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    stage.transcribe.isDown = false;
    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [] });
    expect(stage.textJobs()).toHaveLength(2);
  });

  it("rejects the request once where an attribute no longer fits, and a request that cannot be read", async () => {
    const long = await stage.completed(requestOf({ attributes: { note: `a@b.io ${"x".repeat(1_017)}` } }), CALL);
    const broken = await stage.completed(requestOf({ id: "recording-2" }), CALL);
    await stage.objects.put(BUCKETS.audio, requestKey(broken), Buffer.from("{}"));

    await stage.route([jobEvent(long), jobEvent(broken)]);

    expect((await stage.rejects()).map(({ detail, reason }) => `${reason}: ${detail.slice(0, 15)}`).sort()).toEqual(["invalid_record: attributes.note", "transcription_unknown: what was asked "]);
  });
});
