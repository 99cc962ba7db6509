import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type * as Handler from "../../../lambdas/text-classifier/handler.ts";
import { type ComprehendServer, startComprehendServer } from "../../classifiers/protocol/comprehend-server.ts";
import { AwsServer } from "../support/aws-server.ts";
import { lambdaContext, sqsEvent, textJob } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";

describe("text-classifier with personal data looked for by Comprehend", () => {
  const server = new AwsServer();
  let comprehend: ComprehendServer;
  let handler: typeof Handler.handler;

  beforeEach(async () => {
    comprehend = await startComprehendServer();
    const endpoint = await server.start();
    server.records.length = 0;
    server.objects.clear();
    captureOutput();
    const environment = functionEnvironment(endpoint, {
      POWERTOOLS_SERVICE_NAME: "text-classifier",
      RESULTS_STREAM_NAME: "valence-test-results",
      REJECTS_BUCKET: "rejects-test",
      TEXT_CLASSIFIER: JSON.stringify({ kind: "comprehend", detectLanguage: false }),
      PERSONAL_DATA: "comprehend",
    });
    vi.stubEnv("AWS_ENDPOINT_URL_COMPREHEND", comprehend.url);
    ({ handler } = await coldStart<typeof Handler>(environment, () => import("../../../lambdas/text-classifier/handler.ts")));
  });

  afterEach(async () => {
    await server.stop();
    await comprehend.close();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const published = (): SentimentResult[] => server.records.map((record) => SentimentResultSchema.parse(JSON.parse(record.data)));
  const operations = (): (string | undefined)[] => comprehend.requests.map(({ headers }) => headers["x-amz-target"]?.split(".")[1]);

  it("redacts before it asks the model and before it publishes", async () => {
    const jobs = [textJob({ id: "1", text: "Ana Sousa said: I hate it 😡", attributes: { agent: "José" } }), textJob({ id: "2", text: "Ana Sousa adorei", language: "pt" })];

    expect(await handler(sqsEvent(jobs), lambdaContext())).toEqual({ batchItemFailures: [] });

    expect(operations()).toEqual(["DetectPiiEntities", "BatchDetectSentiment", "BatchDetectSentiment"]);
    const read = comprehend.requests.slice(1).flatMap(({ json }) => (json as { TextList: string[] }).TextList);
    expect(new Set(read)).toEqual(new Set(["[NAME] said: I hate it 😡", "Ana Sousa adorei"]));
    expect(published()).toMatchObject([
      { text: "[NAME] said: I hate it 😡", attributes: { agent: "[NAME]" }, redactions: { NAME: 2 }, flags: ["redacted"], sentiment: { label: "negative" }, cost: { usd: expect.closeTo(0.0006, 10) } },
      { text: "Ana Sousa adorei", flags: ["redaction_rules_only"], sentiment: { label: "positive" } },
    ]);
  });

  it("publishes nothing that nobody could look at, and sees the message again", async () => {
    comprehend.faultOf = () => "denied";

    expect(await handler(sqsEvent([textJob({ text: "Ana Sousa" })]), lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "message-0" }] });

    expect(operations()).toEqual(["DetectPiiEntities"]);
    expect(server.records).toEqual([]);
    expect(server.objects.size).toBe(0);
  });
});
