import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import { type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type * as Handler from "../../../lambdas/text-classifier/handler.ts";
import { AwsServer } from "../support/aws-server.ts";
import { lambdaContext, sqsEvent, textJob } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";

describe("text-classifier", () => {
  const server = new AwsServer();
  let handler: typeof Handler.handler;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    const endpoint = await server.start();
    server.calls.length = 0;
    server.records.length = 0;
    server.objects.clear();
    server.faultOf = () => undefined;
    output = captureOutput();
    const environment = functionEnvironment(endpoint, {
      POWERTOOLS_SERVICE_NAME: "text-classifier",
      RESULTS_STREAM_NAME: "valence-test-results",
      REJECTS_BUCKET: "rejects-test",
      TEXT_CLASSIFIER: JSON.stringify({ kind: "embedded" }),
      PERSONAL_DATA: "rules",
    });
    ({ handler } = await coldStart<typeof Handler>(environment, () => import("../../../lambdas/text-classifier/handler.ts")));
  });

  afterEach(async () => {
    await server.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const jobs = (count: number): ReturnType<typeof textJob>[] =>
    Array.from({ length: count }, (_, position) => textJob({ id: `record-${position}`, conversationId: `conversation-${position % 7}` }));
  const published = (): SentimentResult[] => server.records.map((record) => SentimentResultSchema.parse(JSON.parse(record.data)));

  it("publishes one valid result a job, keyed by conversation, over HTTP/2", async () => {
    const response = await handler(sqsEvent(jobs(20)), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(published().map((result) => result.id)).toEqual(jobs(20).map((job) => job.id));
    expect(server.records.map((record) => record.partitionKey)).toEqual(jobs(20).map((job) => job.conversationId));
    expect(server.callsOf("PutRecords").map((call) => call.httpVersion)).toEqual(["2.0"]);
    expect(output.metrics()).toEqual({ JobsReceived: 20, ResultsPublished: 20, TextsFailed: 0, TextsEscalated: 0, TextsFallenBack: 0, ModelCostMicroUsd: 0 });
  });

  it("puts at most 500 results in a call", async () => {
    await handler(sqsEvent(jobs(1_101)), lambdaContext());

    expect(server.callsOf("PutRecords").map((call) => call.entries.length)).toEqual([500, 500, 101]);
    expect(server.records).toHaveLength(1_101);
  });

  it("gives a message delivered twice the same result id", async () => {
    await handler(sqsEvent([textJob()]), lambdaContext());
    await handler(sqsEvent([textJob()]), lambdaContext());

    const [first, second] = published();
    expect(first?.resultId).toBe(second?.resultId);
  });

  it("puts only the refused records again", async () => {
    const refused = new Set([0, 3, 4]);
    server.faultOf = (call) => (call.number === 0 ? { refuse: (position) => refused.has(position) } : undefined);

    const response = await handler(sqsEvent(jobs(6)), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(server.callsOf("PutRecords").map((call) => call.entries.map((entry) => (JSON.parse(entry.content) as SentimentResult).id))).toEqual([
      jobs(6).map((job) => job.id),
      ["record-0", "record-3", "record-4"],
    ]);
    expect(server.records).toHaveLength(6);
  });

  it("reports exactly the messages whose result stays refused", async () => {
    server.faultOf = (call) => ({ refuse: (position) => call.entries[position]?.content.includes('"record-2"') === true });

    const response = await handler(sqsEvent(jobs(4)), lambdaContext());

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "message-2" }]);
    expect(published().map((result) => result.id)).toEqual(["record-0", "record-1", "record-3"]);
    expect(output.metrics()).toMatchObject({ JobsReceived: 4, ResultsPublished: 3, TextsFailed: 1 });
  });

  it.each(["not json at all", "[]", JSON.stringify({ ...textJob(), schema: "valence.text-job/9" }), JSON.stringify({ ...textJob(), text: 7 })])(
    "keeps the invalid job %# whole and lets its message go",
    async (body) => {
      const response = await handler(sqsEvent([textJob(), body]), lambdaContext());

      expect(response).toEqual({ batchItemFailures: [] });
      expect(server.records).toHaveLength(1);
      const reject = RejectSchema.parse(JSON.parse(server.objects.get("rejects-test/rejects/invalid_job/2026-03-02/valence-test-text-jobs-message-1.json") ?? "null"));
      expect(Buffer.from(reject.record, "base64").toString()).toBe(body);
      expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=invalid_job}": 1, ResultsPublished: 1 });
    },
  );

  it("reports a message whose reject could not be written", async () => {
    server.faultOf = (call) => (call.operation === "PutObject" ? "denied" : undefined);

    const response = await handler(sqsEvent(["broken", textJob()]), lambdaContext());

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "message-0" }]);
    expect(output.metrics()).toMatchObject({ JobsReceived: 2, ResultsPublished: 1, TextsFailed: 1 });
  });

  it.each(["throttle", "server_error", "reset", "lost_response"] as const)("puts again after one call ended in: %s", async (fault) => {
    server.faultOf = (call) => (call.number === 0 ? fault : undefined);

    const response = await handler(sqsEvent([textJob()]), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(new Set(published().map((result) => result.resultId)).size).toBe(1);
  });

  it("gives up a hung HTTP/2 call after seconds and puts again", async () => {
    server.faultOf = (call) => (call.number === 0 ? "hang" : undefined);
    const start = Date.now();

    const response = await handler(sqsEvent([textJob()]), lambdaContext());

    expect(response).toEqual({ batchItemFailures: [] });
    expect(Date.now() - start).toBeLessThan(7_000);
  });

  it("answers before its own time-out when everything hangs", async () => {
    server.faultOf = () => "hang";
    const context = lambdaContext(2_500);

    const response = await handler(sqsEvent([textJob(), "broken"]), context);

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "message-0" }, { itemIdentifier: "message-1" }]);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  it("never logs a customer's words", async () => {
    server.faultOf = () => "denied";

    await handler(sqsEvent([textJob({ text: "My secret sentence" }), "another secret"]), lambdaContext());

    expect(output.text()).not.toContain("secret");
    expect(output.text()).toContain("AccessDeniedException");
  });
});
