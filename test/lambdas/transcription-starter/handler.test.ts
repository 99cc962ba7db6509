import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import type { TranscriptionRequest } from "../../../core/contracts/transcription-request.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { requestKey, transcriptionJobName } from "../../../core/transcripts/storage-keys.ts";
import type * as Starter from "../../../lambdas/transcription-starter/handler.ts";
import { transcriptionRequest, transcriptionSettings } from "../../core/transcripts/transcription-requests.ts";
import { AwsServer } from "../support/aws-server.ts";
import { lambdaContext, sqsRecord } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { FakeTranscribe, THROTTLED } from "./fake-transcribe.ts";

const PREFIX = "valence-test-";
const CALLS = 400;
const QUOTA = 250;

describe("transcription-starter", () => {
  let server: AwsServer;
  let transcribe: FakeTranscribe;
  let handler: typeof Starter.handler;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    server = new AwsServer();
    transcribe = new FakeTranscribe(QUOTA);
    output = captureOutput();
    const [endpoint, transcribeEndpoint] = await Promise.all([server.start(), transcribe.start()]);
    const queue = (name: string): string => `${endpoint}/123456789012/${name}`;
    const environment = functionEnvironment(endpoint, {
      POWERTOOLS_SERVICE_NAME: "transcription-starter",
      AWS_ENDPOINT_URL_TRANSCRIBE: transcribeEndpoint,
      AUDIO_BUCKET: "audio-test",
      REJECTS_BUCKET: "rejects-test",
      TRANSCRIPTIONS_QUEUE_URL: queue("transcriptions"),
      TRANSCRIPTS_QUEUE_URL: queue("transcripts"),
      JOB_PREFIX: PREFIX,
      TRANSCRIBE_ROLE_ARN: "arn:aws:iam::123456789012:role/transcribe",
      OUTPUT_KEY_ARN: "arn:aws:kms:us-east-1:123456789012:key/k",
      TRANSCRIPTION_SETTINGS: JSON.stringify(transcriptionSettings({ checkSeconds: 300 })),
    });
    ({ handler } = await coldStart<typeof Starter>(environment, () => import("../../../lambdas/transcription-starter/handler.ts")));
  });

  afterEach(async () => {
    await Promise.all([server.stop(), transcribe.stop()]);
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const message = (request: TranscriptionRequest | string, position = 0, receives = 1): SQSRecord => {
    const record = sqsRecord(typeof request === "string" ? request : JSON.stringify(request), position);
    return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
  };
  const start = (records: readonly SQSRecord[], remainingMs = 60_000): Promise<SQSBatchResponse> => handler({ Records: [...records] }, lambdaContext(remainingMs));
  const checks = (): string[] => server.messages.map((body) => (JSON.parse(body) as { jobName: string }).jobName);
  const rejects = (): unknown[] => [...server.objects].flatMap(([key, body]) => (key.startsWith("rejects-test/") ? [RejectSchema.parse(JSON.parse(body))] : []));

  it("keeps the request, starts its job, and has it looked after", async () => {
    const request = transcriptionRequest();
    const jobName = transcriptionJobName(PREFIX, request);

    expect(await start([message(request)])).toEqual({ batchItemFailures: [] });

    expect(transcribe.jobs.get(jobName)?.parameters).toMatchObject({ Media: { MediaFileUri: "s3://recordings-test/calls/one.wav" }, OutputKey: `transcripts/${jobName}/transcript.json` });
    expect(server.objects.get(`audio-test/${requestKey(jobName)}`)).toBe(JSON.stringify(request));
    expect(server.callsOf("SendMessageBatch").flatMap(({ entries }) => entries)).toMatchObject([{ content: JSON.stringify({ schema: "valence.transcription-check/1", jobName }), delaySeconds: 300 }]);
    expect(output.metrics()).toMatchObject({ TranscriptionsRequested: 1, TranscriptionsStarted: 1, SecondsToTranscribe: 90, TranscriptionsWaiting: 0 });
  });

  it("starts no second job for a request that comes twice, and one for another object under the same key", async () => {
    const request = transcriptionRequest();
    const other = transcriptionRequest({ recording: { ...request.recording, version: '"another"' } });

    expect(await start([message(request), message({ ...request, arrivedAt: "2026-03-02T09:05:00.000Z" }, 1), message(other, 2)])).toEqual({ batchItemFailures: [] });

    expect(transcribe.created).toEqual([transcriptionJobName(PREFIX, request), transcriptionJobName(PREFIX, other)]);
    expect(output.metrics()).toMatchObject({ TranscriptionsStarted: 2, TranscriptionsExisting: 1 });
  });

  it("starts a failed job anew when its request is replayed, and leaves one that is done", async () => {
    const [failed, done] = [transcriptionRequest({ id: "failed" }), transcriptionRequest({ id: "done" })];
    await start([message(failed), message(done, 1)]);
    transcribe.endOne("FAILED");
    transcribe.endOne("COMPLETED");

    expect(await start([message(failed), message(done, 1)])).toEqual({ batchItemFailures: [] });

    const names = [failed, done].map((request) => transcriptionJobName(PREFIX, request));
    expect(transcribe.created).toEqual([...names, names[0]]);
    expect(names.map((name) => transcribe.jobs.get(name)?.status)).toEqual(["IN_PROGRESS", "COMPLETED"]);
    expect(transcribe.calls).toMatchObject({ DeleteTranscriptionJob: 1 });
  });

  it("starts a job whose namesake was deleted between two calls", async () => {
    let conflicts = 0;
    transcribe.faultOf = (operation) => (operation === "StartTranscriptionJob" && conflicts++ === 0 ? { status: 400, name: "ConflictException", message: "exists" } : undefined);

    expect(await start([message(transcriptionRequest())])).toEqual({ batchItemFailures: [] });
    expect(transcribe.created).toHaveLength(1);
  });

  it("finds the job and sends the check when that failed the first time", async () => {
    server.faultOf = ({ operation }) => (operation === "SendMessageBatch" ? "denied" : undefined);
    const request = transcriptionRequest();
    expect(await start([message(request)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    server.faultOf = () => undefined;

    expect(await start([message(request)])).toEqual({ batchItemFailures: [] });
    expect(transcribe.created).toHaveLength(1);
    expect(checks()).toEqual([transcriptionJobName(PREFIX, request)]);
  });

  it.each([
    { ...THROTTLED, receives: 1, seconds: 30 },
    { status: 400, name: "LimitExceededException", message: "Subscriber limit exceeded", receives: 3, seconds: 120 },
    { status: 500, name: "InternalFailureException", message: "An internal error occurred", receives: 40, seconds: 900 },
    { status: 400, name: "AccessDeniedException", message: "not authorized to perform: transcribe:StartTranscriptionJob", receives: 2, seconds: 60 },
  ])("has a request wait $seconds s, and never rejects it, when Transcribe answers $name on delivery $receives", async ({ receives, seconds, ...fault }) => {
    transcribe.faultOf = () => fault;

    expect(await start([message(transcriptionRequest(), 0, receives)])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });

    expect(server.callsOf("ChangeMessageVisibilityBatch").flatMap(({ entries }) => entries)).toMatchObject([{ content: "receipt-0", delaySeconds: seconds }]);
    expect(rejects()).toEqual([]);
    expect(checks()).toEqual([]);
    expect(output.text()).toContain(fault.name);
  });

  it("rejects with Transcribe's reason what it refuses for good, and what is no request", async () => {
    const reason = "The specified vocabulary doesn't exist.";
    transcribe.faultOf = () => ({ status: 400, name: "BadRequestException", message: reason });
    const request = transcriptionRequest();

    expect(await start([message(request), message("{}", 1)])).toEqual({ batchItemFailures: [] });

    expect(rejects()).toMatchObject([
      { reason: "transcription_failed", detail: reason, rejectedBy: "transcription-starter", record: Buffer.from(JSON.stringify(request)).toString("base64") },
      { reason: "invalid_job" },
    ]);
    expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=transcription_failed}": 1, "RecordsRejected{reason=invalid_job}": 1 });
  });

  it("sees a request again whose reject could not be written", async () => {
    server.faultOf = ({ entries, operation }) => (operation === "PutObject" && entries[0]?.name.startsWith("rejects-test/") === true ? "throttle" : undefined);

    expect(await start([message("{}")])).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
  });

  it("gives back what its time does not suffice for", async () => {
    expect(await start([message(transcriptionRequest())], 1_000)).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });
    expect(transcribe.created).toEqual([]);
  });

  it(`has ${CALLS} recordings at once transcribed once each, with a quota of ${QUOTA} and one call in ten throttled`, async () => {
    const random = seededRandom(5);
    transcribe.faultOf = () => (random() < 0.1 ? THROTTLED : undefined);
    const requests = Array.from({ length: CALLS }, (_, position) => transcriptionRequest({ id: `call-${position}`, conversationId: `call-${position}` }));
    // One in twenty comes twice, as queues do it.
    const waiting = requests.map((request, position) => message(request, position)).flatMap((record, position) => (position % 20 === 0 ? [record, { ...record, messageId: `again-${position}` }] : [record]));

    const deliver = async (): Promise<void> => {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, 5);
        const again = new Set((await start(batch)).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        waiting.push(...batch.filter(({ messageId }) => again.has(messageId)));
      }
    };
    // So many functions at once, because the SDK waits a second before it tries again what was throttled.
    await Promise.all(Array.from({ length: 12 }, deliver));
    const order = [...transcribe.created];
    while (transcribe.endOne());

    expect(transcribe.calls["StartTranscriptionJob"]).toBeGreaterThan(1.05 * CALLS);
    expect(new Set(order).size).toBe(CALLS);
    expect(order).toHaveLength(CALLS);
    expect(transcribe.mostAtOnce).toBe(QUOTA);
    expect(transcribe.ended).toEqual(order);
    expect(new Set(checks())).toEqual(new Set(order));
    expect(rejects()).toEqual([]);
    expect(output.metrics()).toMatchObject({ TranscriptionsStarted: CALLS, TranscriptionsExisting: CALLS / 20 });
  }, 60_000);
});
