import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AudioJob, AudioJobSchema, segmentKey } from "../../../core/contracts/audio-job.ts";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import { type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type * as Handler from "../../../lambdas/audio-classifier/handler.ts";
import { type AudioServer, startAudioServer } from "../../classifiers/protocol/audio-server.ts";
import { audioAnswer, type Mood, spokenWav } from "../../classifiers/protocol/spoken-moods.ts";
import { AwsServer } from "../support/aws-server.ts";
import { lambdaContext } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { audioEvent, audioJob } from "./audio-jobs.ts";
import { type BucketServer, startBucketServer } from "./bucket-server.ts";

const ONE = { endpoints: [{ name: "hubert", weight: 1, answers: "at-once", usdPerHour: 100 }] };
const PREFIX = audioJob().audio.prefix;

describe("audio-classifier", () => {
  const aws = new AwsServer();
  let bucket: BucketServer;
  let voices: AudioServer;
  let handler: typeof Handler.handler;
  let output: ReturnType<typeof captureOutput>;

  const start = async (specification: object): Promise<void> => {
    const endpoint = await aws.start();
    [bucket, voices] = await Promise.all([startBucketServer(), startAudioServer()]);
    output = captureOutput();
    const environment = functionEnvironment(endpoint, {
      AWS_ENDPOINT_URL_S3: bucket.url,
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: voices.url,
      POWERTOOLS_SERVICE_NAME: "audio-classifier",
      RESULTS_STREAM_NAME: "valence-test-results",
      REJECTS_BUCKET: "rejects-test",
      AUDIO_BUCKET: "audio-test",
      AUDIO_JOBS_QUEUE_URL: `${endpoint}/123456789012/valence-test-audio-jobs`,
      AUDIO_CLASSIFIER: JSON.stringify(specification),
    });
    ({ handler } = await coldStart<typeof Handler>(environment, () => import("../../../lambdas/audio-classifier/handler.ts")));
  };

  beforeEach(() => {
    aws.calls.length = aws.records.length = aws.messages.length = 0;
    aws.faultOf = () => undefined;
  });

  afterEach(async () => {
    await Promise.all([aws.stop(), bucket.close(), voices.close()]);
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  /** Puts the segments' audio where the job says: the n-th in the n-th mood, the last mood for all that follow. */
  const record = (job: AudioJob, ...moods: Mood[]): AudioJob => {
    for (const [position, { index, startMs, endMs }] of job.audio.segments.entries()) {
      bucket.objects.set(`audio-test/${segmentKey(job.audio.prefix, index)}`, spokenWav(moods[Math.min(position, moods.length - 1)]!, endMs - startMs));
    }
    return job;
  };
  const published = (): SentimentResult[] => aws.records.map(({ data }) => SentimentResultSchema.parse(JSON.parse(data)));
  const told = (): [string, string | undefined, string][] => published().map(({ scope, speaker, sentiment }) => [scope, speaker, sentiment.label]);
  const continued = (): { job: AudioJob; delaySeconds: number | undefined }[] =>
    aws.callsOf("SendMessageBatch").flatMap(({ entries }) => entries.map(({ content, delaySeconds }) => ({ job: AudioJobSchema.parse(JSON.parse(content)), delaySeconds })));
  const postponed = (): { receipt: string; seconds: number | undefined }[] => aws.callsOf("ChangeMessageVisibilityBatch").flatMap(({ entries }) => entries.map(({ content, delaySeconds }) => ({ receipt: content, seconds: delaySeconds })));
  const rejects = (): ReturnType<typeof RejectSchema.parse>[] =>
    [...bucket.objects].filter(([path]) => path.startsWith("rejects-test/")).map(([, bytes]) => RejectSchema.parse(JSON.parse(Buffer.from(bytes).toString())));

  describe("with one endpoint", () => {
    beforeEach(() => start(ONE));

    it("publishes a result a segment and one a voice, keyed by conversation", async () => {
      const response = await handler(audioEvent([record(audioJob(), "angry", "even", "angry", "glad")]), lambdaContext());
      expect(response).toEqual({ batchItemFailures: [] });
      expect(told()).toEqual([
        ["segment", "customer", "negative"],
        ["segment", "agent", "neutral"],
        ["segment", "customer", "negative"],
        ["segment", "agent", "positive"],
        ["conversation", "customer", "negative"],
        ["conversation", "agent", "positive"],
      ]);
      expect(aws.records.map(({ partitionKey }) => partitionKey)).toEqual(Array(6).fill("conversation-1"));
      // Four times 36 ms at 100 dollars an hour.
      expect(output.metrics()).toEqual({ JobsReceived: 1, JobsContinued: 0, JobsFailed: 0, SegmentsHeard: 4, SegmentsFallenBack: 0, ResultsPublished: 6, ModelCostMicroUsd: 4_000 });
    });

    it("keeps the answers beside the segments: a job delivered twice asks once and gives the same result ids", async () => {
      const job = record(audioJob(), "angry", "even", "angry", "glad");
      await handler(audioEvent([job]), lambdaContext());
      const first = published();
      aws.records.length = 0;
      await handler(audioEvent([job], 2), lambdaContext());
      expect(published().map(({ resultId, sentiment, cost }) => ({ resultId, sentiment, cost }))).toEqual(first.map(({ resultId, sentiment, cost }) => ({ resultId, sentiment, cost })));
      expect(voices.requests).toHaveLength(4);
      expect([...bucket.objects.keys()].filter((path) => path.endsWith(".hubert.json")).toSorted()).toEqual(["0.500-3000", "1.3200-4700", "2.5000-9500", "3.10000-12000"].map((name) => `audio-test/${PREFIX}00000${name}.hubert.json`));
      expect(output.metrics()["ModelCostMicroUsd"]).toBe(4_000);
    });

    it("hears a segment again that grew because its conversation was taken up again", async () => {
      const job = audioJob({ answered: true });
      const [short, ...others] = job.audio.segments;
      await handler(audioEvent([record({ ...job, audio: { ...job.audio, segments: [{ ...short!, endMs: 1_500 }, ...others] } }, "glad", "even", "glad", "glad")]), lambdaContext());
      const before = published();
      aws.records.length = 0;
      await handler(audioEvent([record(job, "angry", "even", "glad", "glad")]), lambdaContext());

      expect(voices.requests).toHaveLength(5);
      expect(published()[0]).toMatchObject({ resultId: before[0]!.resultId, sentiment: { label: "negative" } });
    });

    it("asks for nothing again when a live conversation is complete, and gives its segments the same rows", async () => {
      const { recording: _, ...whole } = record(audioJob({ id: "conversation-1" }), "angry", "even", "angry", "glad");
      const live = whole.audio.segments.map((segment): AudioJob => ({ ...whole, complete: false, audio: { ...whole.audio, segments: [segment] } }));
      await handler(audioEvent(live), lambdaContext());
      const ids = new Set(published().map(({ resultId }) => resultId));
      aws.records.length = 0;
      await handler(audioEvent([{ ...whole, answered: true, recording: "s3://recordings-test/valence/live/1.wav" }]), lambdaContext());
      expect(voices.requests).toHaveLength(4);
      expect(new Set(published().slice(0, 4).map(({ resultId }) => resultId))).toEqual(ids);
      expect(published().map(({ scope }) => scope).slice(4)).toEqual(["conversation", "conversation"]);
    });

    it("keeps no live conversation waiting for a long recording of the same batch", async () => {
      voices.faultOf = ({ mood }) => (mood === "torn" ? "hang" : undefined);
      const long = record(audioJob({ id: "long", audio: { ...audioJob().audio, prefix: "segments/long/" } }), "torn");
      const live = record(audioJob({ id: "live", complete: false }), "glad");
      const response = handler(audioEvent([long, live]), lambdaContext(6_000));
      await vi.waitFor(() => expect(published().map(({ id }) => id)).toEqual(["live", "live", "live", "live"]), 3_500);
      expect(await response).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    });

    it("goes on with a job as a new message when the time ends, and pays for nothing twice", async () => {
      let isSlow = true;
      voices.faultOf = ({ mood }) => (isSlow && mood === "torn" ? "hang" : undefined);
      const job = record(audioJob(), "glad", "angry", "torn", "even");
      expect(await handler(audioEvent([job]), lambdaContext(5_000))).toEqual({ batchItemFailures: [] });
      expect(published()).toEqual([]);
      expect(continued()).toEqual([{ job: { ...job, answered: true }, delaySeconds: 0 }]);
      isSlow = false;
      expect(await handler(audioEvent([continued()[0]!.job]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(told().map(([, , label]) => label).slice(0, 4)).toEqual(["positive", "negative", "positive", "neutral"]);
      expect(voices.answered.get("hubert")).toBe(4);
    });

    it("goes on after a while with a job that met trouble on its way", async () => {
      voices.faultOf = ({ mood }) => (mood === "torn" ? "denied" : undefined);
      const job = record(audioJob(), "glad", "torn");
      expect(await handler(audioEvent([job]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(continued()).toEqual([{ job: { ...job, answered: true }, delaySeconds: 30 }]);
      expect(output.metrics()).toMatchObject({ JobsContinued: 1, JobsFailed: 0, SegmentsHeard: 1 });
    });

    it("gives back a job that went nowhere, so that the queue counts it", async () => {
      voices.faultOf = ({ mood }) => (mood === "torn" ? "denied" : undefined);
      const stuck = record(audioJob({ answered: true }), "glad", "torn");
      await handler(audioEvent([stuck]), lambdaContext());
      aws.messages.length = 0;
      expect(await handler(audioEvent([stuck]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      expect(aws.messages).toEqual([]);
      expect(postponed()).toEqual([{ receipt: "receipt-0", seconds: 30 }]);
      expect(output.text()).toContain("segment 1: denied: SageMaker endpoint hubert: AccessDeniedException");
    });

    it.each([[1, 30], [3, 120], [40, 900]])("has a job that failed %i times come again after %i seconds, and its neighbour not at all", async (receives, seconds) => {
      voices.faultOf = ({ mood }) => (mood === "torn" ? "denied" : undefined);
      const stuck = record(audioJob({ id: "stuck", audio: { ...audioJob().audio, prefix: "segments/stuck/" } }), "torn");
      const fine = record(audioJob(), "glad");

      expect(await handler(audioEvent([fine, stuck], receives), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-1" }] });
      expect(postponed()).toEqual([{ receipt: "receipt-1", seconds }]);
    });

    it("gives a failed job back all the same when its time cannot be changed", async () => {
      voices.faultOf = () => "denied";
      aws.faultOf = ({ operation }) => (operation === "ChangeMessageVisibilityBatch" ? "denied" : undefined);

      expect(await handler(audioEvent([record(audioJob(), "torn")]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      expect(output.text()).toContain("come again only when the queue's visibility time-out is over");
    });

    it("rejects what is gone by now, whole, and publishes the rest", async () => {
      const job = record(audioJob(), "glad");
      bucket.objects.delete(`audio-test/${segmentKey(PREFIX, 1)}`);
      expect(await handler(audioEvent([job]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(told().map(([scope, speaker]) => [scope, speaker])).toEqual([["segment", "customer"], ["segment", "customer"], ["segment", "agent"], ["conversation", "customer"], ["conversation", "agent"]]);
      expect(rejects()).toMatchObject([{ reason: "audio_missing", detail: `segment 1: refused: s3://audio-test/${segmentKey(PREFIX, 1)} is not there (any more)`, rejectedBy: "audio-classifier" }]);
      expect(JSON.parse(Buffer.from(rejects()[0]!.record, "base64").toString())).toEqual(job);
      expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=audio_missing}": 1, ResultsPublished: 5 });
    });

    it("rejects what the model server refuses by its code", async () => {
      voices.faultOf = ({ mood }) => (mood === "torn" ? "audio truncated" : undefined);
      await handler(audioEvent([record(audioJob(), "torn", "glad", "glad", "glad")]), lambdaContext());
      expect(rejects()).toMatchObject([{ reason: "audio_truncated" }]);
      expect(JSON.stringify(rejects())).not.toContain("secret");
    });

    it.each([
      ["not JSON", "not json at all"],
      ["another version", JSON.stringify({ ...audioJob(), schema: "valence.audio-job/9" })],
      ["no segments", JSON.stringify({ ...audioJob(), audio: { bucket: "audio-test", prefix: "x/", segments: [] } })],
      ["another bucket", JSON.stringify({ ...audioJob(), audio: { ...audioJob().audio, bucket: "somebody-elses" } })],
    ])("keeps an invalid job whole and lets its message go: %s", async (_, body) => {
      expect(await handler(audioEvent([body]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(rejects()).toMatchObject([{ reason: "invalid_job" }]);
      expect(Buffer.from(rejects()[0]!.record, "base64").toString()).toBe(body);
      expect(bucket.requests.filter(({ method }) => method === "GET")).toEqual([]);
    });

    it.each([
      ["results are refused", "PutRecords", { refuse: () => true }, undefined],
      ["results cannot be put", "PutRecords", "denied", undefined],
      ["the job cannot go on", "SendMessageBatch", "denied", "hang"],
    ] as const)("reports the message, with its answers kept, when %s", async (_, operation, fault, voice) => {
      aws.faultOf = (call) => (call.operation === operation ? fault : undefined);
      voices.faultOf = ({ mood }) => (mood === "torn" ? voice : undefined);
      const job = record(audioJob(), "glad", "torn");
      job.audio.segments.splice(2);
      expect(await handler(audioEvent([job]), lambdaContext(6_000))).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      expect(bucket.objects.has(`audio-test/${PREFIX}000000.500-3000.hubert.json`)).toBe(true);
    });

    it("reports a message whose reject could not be written", async () => {
      bucket.faultOf = ({ path }) => (path.startsWith("rejects-test/") ? "AccessDenied" : undefined);
      expect(await handler(audioEvent(["broken", record(audioJob(), "glad")]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    });

    it("gives a job back while its segments cannot be read", async () => {
      bucket.faultOf = ({ method }) => (method === "GET" ? "SlowDown" : undefined);
      const job = record(audioJob(), "glad");
      job.audio.segments.splice(1);
      expect(await handler(audioEvent([job]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
      expect(rejects()).toEqual([]);
    });

    it("publishes, and says so, when answers cannot be kept", async () => {
      bucket.faultOf = ({ method }) => (method === "PUT" ? "AccessDenied" : undefined);
      expect(await handler(audioEvent([record(audioJob(), "glad")]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(published()).toHaveLength(6);
      expect(output.text()).toContain("An answer could not be kept");
    });

    it("asks again where what is kept was written in another form", async () => {
      const job = record(audioJob({ answered: true }), "glad");
      bucket.objects.set(`audio-test/${PREFIX}000000.500-3000.hubert.json`, Buffer.from('{"kind": "older"}'));
      bucket.objects.set(`audio-test/${PREFIX}000001.3200-4700.hubert.json`, Buffer.from("{"));
      await handler(audioEvent([job]), lambdaContext());
      expect(published()).toHaveLength(6);
      expect(voices.requests).toHaveLength(4);
    });

    it("hears a recording of a hundred segments in one go", async () => {
      const segments = Array.from({ length: 100 }, (_, index) => ({ index, track: index % 2, startMs: index * 1_000, endMs: index * 1_000 + 100 }));
      await handler(audioEvent([record(audioJob({}, segments), "even")]), lambdaContext());
      expect(published()).toHaveLength(102);
    });
  });

  describe("with two endpoints, one of which fails", () => {
    beforeEach(() => start({ endpoints: [...ONE.endpoints, { name: "wav2vec2", weight: 1, answers: "at-once" }] }));

    it("publishes what the other says, flagged", async () => {
      voices.faultOf = ({ endpoint }) => (endpoint === "wav2vec2" ? "no such endpoint" : undefined);
      await handler(audioEvent([record(audioJob(), "glad")]), lambdaContext());
      expect(published().map(({ flags }) => flags)).toEqual(Array.from({ length: 6 }, () => ["narrowband", "fallback"]));
      expect(output.metrics()).toMatchObject({ SegmentsFallenBack: 4 });
    });
  });

  describe("with an asynchronous endpoint", () => {
    beforeEach(() => start({ endpoints: [{ name: "whisper", weight: 1, answers: "later" }] }));

    it("asks, looks again later, and publishes when the answers are there", async () => {
      const job = record(audioJob(), "angry");
      expect(await handler(audioEvent([job]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(continued()).toEqual([{ job: { ...job, answered: true }, delaySeconds: 15 }]);
      for (const { headers } of voices.requests) bucket.objects.set(`audio-test/async-answers/${headers["x-amzn-sagemaker-inference-id"]}.out`, Buffer.from(JSON.stringify(audioAnswer("angry", 1_000))));
      expect(await handler(audioEvent([continued()[0]!.job]), lambdaContext())).toEqual({ batchItemFailures: [] });
      expect(told().map(([, , label]) => label)).toEqual(Array(6).fill("negative"));
      expect(voices.requests).toHaveLength(4);
    });

    it("counts as failing what the endpoint fails at without end", async () => {
      const job = record(audioJob({ answered: true }), "glad");
      await handler(audioEvent([job]), lambdaContext());
      for (const { headers } of voices.requests) bucket.objects.set(`audio-test/async-answers/${headers["x-amzn-sagemaker-inference-id"]}-error.out`, Buffer.from("Received server error (500) from primary"));
      expect(await handler(audioEvent([job]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    });
  });
});
