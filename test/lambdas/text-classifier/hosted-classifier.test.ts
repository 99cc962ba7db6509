import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClassifierSpecification } from "../../../core/classification/classifier-specification.ts";
import { type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type * as Handler from "../../../lambdas/text-classifier/handler.ts";
import { type BedrockServer, startBedrockServer } from "../../classifiers/protocol/bedrock-server.ts";
import { AwsServer } from "../support/aws-server.ts";
import { lambdaContext, sqsEvent, textJob } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";

const bedrock = { kind: "bedrock", model: "us.amazon.nova-lite-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 1 } as const;

describe("text-classifier with a hosted model", () => {
  const aws = new AwsServer();
  let endpoint: string;
  let model: BedrockServer;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    endpoint = await aws.start();
    aws.records.length = 0;
    aws.objects.clear();
    model = await startBedrockServer();
    output = captureOutput();
  });

  afterEach(async () => {
    await Promise.all([aws.stop(), model.close()]);
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  async function start(specification: ClassifierSpecification): Promise<typeof Handler.handler> {
    const environment = functionEnvironment(endpoint, {
      POWERTOOLS_SERVICE_NAME: "text-classifier",
      POWERTOOLS_TRACE_ENABLED: "false",
      RESULTS_STREAM_NAME: "valence-test-results",
      REJECTS_BUCKET: "rejects-test",
      TEXT_CLASSIFIER: JSON.stringify(specification),
      PERSONAL_DATA: "rules",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: model.url,
    });
    return (await coldStart<typeof Handler>(environment, () => import("../../../lambdas/text-classifier/handler.ts"))).handler;
  }

  const jobs = (...texts: string[]) => texts.map((text, position) => textJob({ id: `record-${position}`, text }));
  const published = (): SentimentResult[] => aws.records.map((record) => SentimentResultSchema.parse(JSON.parse(record.data)));

  it("publishes what is answered when the time is over, and sends back the rest", async () => {
    const handler = await start(bedrock);
    model.faultOf = (texts) => (texts.some(({ text }) => text.includes("slow")) ? "hang" : undefined);
    const context = lambdaContext(6_000);

    const response = await handler(sqsEvent(jobs("I love it", "I hate it, so slow", "It is terrible")), context);

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: "message-1" }]);
    expect(published().map(({ id, sentiment }) => [id, sentiment.label])).toEqual([
      ["record-0", "positive"],
      ["record-2", "negative"],
    ]);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(1_000);
    expect(output.text()).toContain("timed_out");
    expect(output.text()).not.toContain("so slow");
  });

  it("answers everything in time through a chain whose models all hang, and counts it", async () => {
    const handler = await start({ kind: "fallback", links: [bedrock, { ...bedrock, model: "us.amazon.nova-pro-v1:0" }] });
    model.faultOf = () => "hang";

    const response = await handler(sqsEvent(jobs("I love it", "I hate it")), lambdaContext(9_000));

    expect(response.batchItemFailures).toEqual([]);
    expect(published().map(({ sentiment, model: answered, flags }) => [sentiment.label, answered.provider, flags.includes("fallback")])).toEqual([
      ["positive", "embedded", true],
      ["negative", "embedded", true],
    ]);
    expect(new Set(model.requests.map(({ path }) => path)).size).toBe(2);
    expect(output.metrics()).toMatchObject({ ResultsPublished: 2, TextsFallenBack: 2, TextsEscalated: 0, TextsFailed: 0 });
  });

  it("makes the same row of a job that fell back once and once did not", async () => {
    const handler = await start({ kind: "fallback", links: [bedrock] });
    model.faultOf = () => "denied";
    await handler(sqsEvent(jobs("I love it")), lambdaContext());
    model.faultOf = () => undefined;
    await handler(sqsEvent(jobs("I love it")), lambdaContext());

    const [first, second] = published();
    expect([first?.model.provider, second?.model.provider]).toEqual(["embedded", "bedrock"]);
    expect(first?.resultId).toBe(second?.resultId);
  });

  it("keeps counts of what was redacted, and publishes the money spent and the texts escalated", async () => {
    const handler = await start({ kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 1 }], last: bedrock });

    await handler(sqsEvent([textJob({ text: "I love it [EMAIL]", redactions: { EMAIL: 1 }, flags: ["redacted"] }), textJob({ id: "other", text: "I hate it" })]), lambdaContext());

    expect(published()[0]).toMatchObject({ redactions: { EMAIL: 1 }, flags: expect.arrayContaining(["redacted", "escalated"]) as unknown, model: { provider: "bedrock" } });
    const spent = published().reduce((sum, { cost }) => sum + cost.usd, 0);
    expect(spent).toBeGreaterThan(0);
    expect(output.metrics()).toMatchObject({ TextsEscalated: 2, TextsFallenBack: 0, ModelCostMicroUsd: Math.round(spent * 1_000_000) });
  });

  it("rejects what the model refuses, with the reason and without losing the record", async () => {
    const handler = await start(bedrock);
    model.faultOf = (texts) => (texts.some(({ text }) => text.includes("refuse")) ? "refusal" : undefined);

    const response = await handler(sqsEvent(jobs("please refuse this", "I love it")), lambdaContext());

    expect(response.batchItemFailures).toEqual([]);
    expect(published()).toHaveLength(1);
    const [[key, reject] = ["", ""]] = [...aws.objects];
    expect(key).toContain("classification_failed");
    expect((JSON.parse(reject) as { detail: string }).detail).toMatch(/^refused: /u);
    expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=classification_failed}": 1 });
  });
});
