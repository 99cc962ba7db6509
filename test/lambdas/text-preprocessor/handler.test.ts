import type { KinesisStreamBatchResponse } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import { TextJobSchema } from "../../../core/contracts/text-job.ts";
import type * as Handler from "../../../lambdas/text-preprocessor/handler.ts";
import { AwsServer } from "../support/aws-server.ts";
import { kinesisEvent, lambdaContext, sequenceNumberAt, textRecord } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";

describe("text-preprocessor", () => {
  const server = new AwsServer();
  let handler: typeof Handler.handler;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    const endpoint = await server.start();
    server.calls.length = 0;
    server.messages.length = 0;
    server.objects.clear();
    server.faultOf = () => undefined;
    output = captureOutput();
    const environment = functionEnvironment(endpoint, {
      POWERTOOLS_SERVICE_NAME: "text-preprocessor",
      TEXT_JOBS_QUEUE_URL: `${endpoint}/123456789012/valence-test-text-jobs`,
      REJECTS_BUCKET: "rejects-test",
    });
    ({ handler } = await coldStart<typeof Handler>(environment, () => import("../../../lambdas/text-preprocessor/handler.ts")));
  });

  afterEach(async () => {
    await server.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const records = (count: number): ReturnType<typeof textRecord>[] =>
    Array.from({ length: count }, (_, position) => textRecord({ id: `record-${position}`, text: `The branch was fine, visit ${position}.` }));
  const failedPositions = (response: KinesisStreamBatchResponse): string[] => response.batchItemFailures.map((failure) => failure.itemIdentifier);
  const queuedIds = (): string[] => server.messages.map((body) => TextJobSchema.parse(JSON.parse(body)).id);

  it("queues a job for each record, ten a call", async () => {
    const response = await handler(kinesisEvent(records(25)), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(new Set(queuedIds())).toEqual(new Set(records(25).map((record) => record.id)));
    expect(server.messages).toHaveLength(25);
    expect(server.callsOf("SendMessageBatch").map((call) => call.entries.length).toSorted((left, right) => right - left)).toEqual([10, 10, 5]);
    expect(output.metrics()).toEqual({ RecordsReceived: 25, RecordsRepeated: 0, JobsQueued: 25 });
    expect(output.metricLines()).toHaveLength(1);
  });

  it("gives the job the arrival time of the stream", async () => {
    await handler(kinesisEvent([textRecord()]), lambdaContext());

    expect(TextJobSchema.parse(JSON.parse(server.messages[0] ?? "")).arrivedAt).toBe("2026-03-02T09:00:00.123Z");
  });

  it("keeps a broken record whole in the bucket, under a key made of its position", async () => {
    const broken = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);

    const response = await handler(kinesisEvent([textRecord(), broken, "not json"]), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    const key = `rejects-test/rejects/not_utf8/2026-03-02/valence-test-text-shardId-000000000003-${sequenceNumberAt(1)}.json`;
    const reject = RejectSchema.parse(JSON.parse(server.objects.get(key) ?? "null"));
    expect(Buffer.from(reject.record, "base64")).toEqual(broken);
    expect(reject).toMatchObject({ reason: "not_utf8", rejectedBy: "text-preprocessor", source: { kind: "kinesis", partitionKey: "key-1", sequenceNumber: sequenceNumberAt(1) } });
    expect(server.callsOf("PutObject")[0]?.headers["content-type"]).toBe("application/json");
    expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=not_utf8}": 1, "RecordsRejected{reason=not_json}": 1, JobsQueued: 1 });
    expect(output.metricLines()).toHaveLength(3);
  });

  it("drops and counts a repeat within the batch", async () => {
    await handler(kinesisEvent([textRecord(), textRecord()]), lambdaContext());

    expect(server.messages).toHaveLength(1);
    expect(output.metrics()).toMatchObject({ RecordsReceived: 2, RecordsRepeated: 1, JobsQueued: 1 });
  });

  it("sends only the refused entries again, without the others", async () => {
    const refused = new Set([1, 4]);
    server.faultOf = (call) => (call.number === 0 ? { refuse: (position) => refused.has(position) } : undefined);

    const response = await handler(kinesisEvent(records(6)), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    const [first, second, ...rest] = server.callsOf("SendMessageBatch");
    expect(rest).toEqual([]);
    expect(second?.entries.map((entry) => entry.content)).toEqual([first?.entries[1]?.content, first?.entries[4]?.content]);
    expect(server.messages).toHaveLength(6);
  });

  it("reports exactly the entries that stay refused, and counts rejects and repeats only before them", async () => {
    server.faultOf = (call) =>
      call.operation === "SendMessageBatch" ? { refuse: (position) => call.entries[position]?.content.includes('"record-2"') === true } : undefined;
    const batch = [textRecord({ id: "record-0" }), "broken", textRecord({ id: "record-2" }), "broken too", textRecord({ id: "record-0" }), textRecord({ id: "record-5" })];

    const response = await handler(kinesisEvent(batch), lambdaContext());

    expect(failedPositions(response)).toEqual([sequenceNumberAt(2)]);
    expect(server.callsOf("SendMessageBatch").map((call) => call.entries.length)).toEqual([3, 1, 1, 1, 1, 1]);
    expect(server.objects.size).toBe(2);
    expect(output.metrics()).toEqual({ RecordsReceived: 6, RecordsRepeated: 0, JobsQueued: 2, "RecordsRejected{reason=not_json}": 1 });
  });

  it("reports a record whose reject could not be written", async () => {
    server.faultOf = (call) => (call.operation === "PutObject" ? "denied" : undefined);

    const response = await handler(kinesisEvent([textRecord({ id: "record-0" }), "broken", textRecord({ id: "record-2" })]), lambdaContext());

    expect(failedPositions(response)).toEqual([sequenceNumberAt(1)]);
    expect(queuedIds()).toEqual(["record-0", "record-2"]);
    expect(output.text()).toContain("AccessDeniedException");
  });

  it("tries a throttled, a failed and a dropped call again", async () => {
    const faults = ["throttle", "server_error", "reset"] as const;
    server.faultOf = (call) => (call.number < 2 ? faults[call.number] : undefined);
    const first = await handler(kinesisEvent([textRecord()]), lambdaContext());
    const callsBefore = server.callsOf("SendMessageBatch").length;
    server.faultOf = (call) => (call.number === callsBefore ? "reset" : undefined);

    const second = await handler(kinesisEvent([textRecord({ id: "record-2" })]), lambdaContext());

    expect([first, second]).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    expect(queuedIds()).toEqual(["record-1", "record-2"]);
  });

  it("gives up a hung call after seconds and tries again", async () => {
    server.faultOf = (call) => (call.number === 0 ? "hang" : undefined);
    const start = Date.now();

    const response = await handler(kinesisEvent([textRecord()]), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(Date.now() - start).toBeLessThan(6_000);
    expect(server.messages).toHaveLength(1);
  });

  it("answers before its own time-out when everything hangs", async () => {
    server.faultOf = () => "hang";
    const context = lambdaContext(2_500);

    const response = await handler(kinesisEvent([textRecord(), "broken"]), context);

    expect(failedPositions(response)).toEqual([sequenceNumberAt(0), sequenceNumberAt(1)]);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  it("never logs a customer's words or an identifier", async () => {
    server.faultOf = () => "denied";

    await handler(kinesisEvent([textRecord({ text: "My secret sentence" }), '{"my": "other secret"']), lambdaContext());

    expect(output.text()).not.toContain("secret");
    expect(output.text()).toContain("could not be handed over");
  });
});
