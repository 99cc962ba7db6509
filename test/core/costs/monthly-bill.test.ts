import { describe, expect, it } from "vitest";
import { type BillLine, billTotal, cents } from "../../../core/costs/bill-line.ts";
import { loadOf } from "../../../core/costs/load.ts";
import { monthlyBill } from "../../../core/costs/monthly-bill.ts";
import type { CountTokens } from "../../../core/costs/prompt-tokens.ts";
import type { StageToEstimate } from "../../../core/costs/stage-to-estimate.ts";
import { tooFewShards } from "../../../core/costs/stream-lines.ts";

/** One text a second. */
const A_SECOND = 730 * 3_600;

const countTokens: CountTokens = (_prompting, _characters, textsAtHand) => ({ texts: Math.min(2, textsAtHand), input: 1_000, output: 100 });

function stage(changes: Partial<StageToEstimate> = {}): StageToEstimate {
  return {
    stage: "small",
    logs: { retentionDays: 365 },
    streams: { text: { mode: "provisioned", shards: 1, retentionHours: 24 }, results: { mode: "provisioned", shards: 2, retentionHours: 48 } },
    textPreprocessor: { memoryMiB: 1_024, batchSize: 500, windowSeconds: 1 },
    textClassifier: { model: { kind: "embedded" }, personalData: "rules", memoryMiB: 2_048, batchSize: 10, windowSeconds: 3 },
    textModels: [],
    lake: { expireAfterDays: null, bufferSeconds: 900 },
    warehouse: { enabled: true, baseCapacityRpus: 4, usageLimit: { rpuHours: 10, period: "daily" }, refreshMinutes: 120 },
    ...changes,
  };
}

function billed(changes: Partial<StageToEstimate> = {}, workload = { texts: A_SECOND, characters: 100 }, passedOn = 0.5): BillLine[] {
  return monthlyBill(stage(changes), workload, { countTokens, passedOn });
}

const usdOf = (lines: readonly BillLine[], service: string, item: string): number | undefined => lines.find((line) => line.service === service && line.item === item)?.usd;

const classifier = (model: StageToEstimate["textClassifier"]["model"], more = {}): Partial<StageToEstimate> => ({ textClassifier: { ...stage().textClassifier, model, ...more } });
const NOVA_LITE = { kind: "bedrock", model: "us.amazon.nova-lite-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 } as const;

describe("monthlyBill", () => {
  it("is what a hand reckons for a small stage", () => {
    const bytes = { text: 100 * 1.1, record: 200, result: 780 };
    const gib = 2 ** 30;
    // Every figure from the stage above: 2,628,000 texts, two records in a window of one second, four in one of three.
    const byHand: [service: string, item: string, usd: number][] = [
      ["Redshift", "refreshes", ((4 * 730) / 120) * 0.375],
      ["Redshift", "kept", ((A_SECOND * (500 + bytes.text)) / gib) * 12 * 0.024],
      ["Secrets Manager", "administrator", 0.4],
      ["Kinesis", "text stream", 730 * 0.015],
      ["Kinesis", "text stream, writing", 2.628 * 0.014],
      ["Kinesis", "results stream", 2 * 730 * 0.015],
      ["Kinesis", "results stream, writing", 2.628 * 0.014],
      ["Kinesis", "results stream, kept longer", 2 * 730 * 0.02],
      ["Lambda", "requests", (1.314 + 0.657) * 0.2],
      ["Lambda", "preprocessor", (1_314_000 * 0.03 + (A_SECOND / 80_225) * (1_769 / 1_024)) * 1 * 0.0000133334],
      ["Lambda", "classifier", (657_000 * 0.03 + A_SECOND / 50_000) * 2 * 0.0000133334],
      ["SQS", "requests", (0.65 + (3 * 2.628) / 4) * 0.4],
      ["CloudWatch", "logs, writing", ((1_971_000 * 1_400) / gib) * 0.5],
      ["CloudWatch", "logs, kept", ((1_971_000 * 1_400) / gib) * 12 * 0.03],
      ["CloudWatch", "metrics", 2.7],
      ["X-Ray", "traces", 1.971 * 5],
      ["Firehose", "delivery", ((A_SECOND * 5_120) / gib) * 0.029],
      ["Firehose", "Parquet", ((A_SECOND * 5_120) / gib) * 0.018],
      ["S3", "lake, kept", ((A_SECOND * (140 + bytes.text)) / gib) * 12 * 0.023],
      ["S3", "lake, writing", (2_920 / 1_000) * 0.005],
      ["Glue", "catalogue", 0.00292],
      ["KMS", "key", 1],
      ["KMS", "requests", ((8_760 * (2 + 6 + 2)) / 10_000) * 0.03],
    ];
    const lines = billed();
    expect(lines.map(({ service, item }) => [service, item])).toEqual(byHand.map(([service, item]) => [service, item]));
    for (const [service, item, usd] of byHand) expect([item, usdOf(lines, service, item)?.toFixed(6)]).toEqual([item, usd.toFixed(6)]);
    expect(billTotal(lines)).toBeCloseTo(byHand.reduce((sum, [, , usd]) => sum + cents(usd), 0), 9);
  });

  it("adds up: each line is quantity times price, and the total the sum of what is shown", () => {
    const lines = billed(classifier(NOVA_LITE, { personalData: "comprehend" }));
    for (const { quantity, unitUsd, usd } of lines) expect(usd).toBeCloseTo(quantity * (unitUsd ?? 0), 9);
    const shown = lines.map(({ usd }) => Number(usd.toFixed(2)));
    expect(billTotal(lines)).toBeCloseTo(shown.reduce((sum, usd) => sum + usd, 0), 9);
  });

  it("bills streams on demand by the stream's hours, what goes in by whole KB, each reader, and longer keeping", () => {
    const onDemand = { mode: "on-demand", retentionHours: 48 } as const;
    const lines = billed({ streams: { text: onDemand, results: onDemand } });
    const gigabytes = (A_SECOND * 1_024) / 2 ** 30;
    expect(usdOf(lines, "Kinesis", "text stream")).toBeCloseTo(29.2, 9);
    expect(usdOf(lines, "Kinesis", "text stream, writing")).toBeCloseTo(gigabytes * 0.08, 9);
    expect(usdOf(lines, "Kinesis", "results stream, reading")).toBeCloseTo(((A_SECOND * 890) / 2 ** 30) * 2 * 0.04, 9);
    expect(usdOf(lines, "Kinesis", "results stream, kept longer")).toBeCloseTo((gigabytes / (730 / 24)) * 0.1, 9);
  });

  it("never reckons more for refreshes than the usage limit allows", () => {
    const warehouse = { ...stage().warehouse, baseCapacityRpus: 8, refreshMinutes: "continuous" as const };
    expect(usdOf(billed({ warehouse }), "Redshift", "refreshes")).toBeCloseTo(10 * (730 / 24) * 0.375, 9);
    expect(usdOf(billed({ warehouse: { ...warehouse, usageLimit: { rpuHours: 10_000, period: "monthly" } } }), "Redshift", "refreshes")).toBeCloseTo(8 * 730 * 0.375, 9);
    expect(billed({ warehouse: { ...warehouse, enabled: false } }).some(({ service }) => /Redshift|Secrets/u.test(service))).toBe(false);
  });
});

describe("tooFewShards", () => {
  it("counts records and bytes a second against the shards there are", () => {
    const shardsFor = (texts: number, characters: number) => tooFewShards(stage(), loadOf(stage(), { texts, characters }));
    expect(shardsFor(A_SECOND * 1_000, 100)).toEqual([]);
    expect(shardsFor(A_SECOND * 1_001, 100)).toEqual([{ stream: "text", shards: 1, needed: 2 }]);
    // 3,000 characters are 4,080 bytes of a result: 600 of them are 2.3 MiB.
    expect(shardsFor(A_SECOND * 600, 3_000)).toEqual([
      { stream: "text", shards: 1, needed: 3 },
      { stream: "results", shards: 2, needed: 3 },
    ]);
  });
});

describe("the model's part of the bill", () => {
  it("counts the calls that a batch really fills, not those that could be", () => {
    const packed = billed(classifier(NOVA_LITE));
    expect(usdOf(packed, "Bedrock", "Amazon Nova Lite, input")).toBeCloseTo((A_SECOND / 2) * 1_000 * 0.06e-6, 6);
    expect(usdOf(packed, "Bedrock", "Amazon Nova Lite, output")).toBeCloseTo((A_SECOND / 2) * 100 * 0.24e-6, 6);
    const alone = billed(classifier(NOVA_LITE, { windowSeconds: 0 }));
    expect(usdOf(alone, "Bedrock", "Amazon Nova Lite, input")).toBeCloseTo(A_SECOND * 1_000 * 0.06e-6, 6);
  });

  it("pays for every sample, for Anthropic's own words around tools, and at the specification's price before the catalogue's", () => {
    const haiku = { ...NOVA_LITE, model: "global.anthropic.claude-haiku-4-5-20251001-v1:0", scores: { from: "samples", samples: 5, temperature: 0.7 } } as const;
    expect(usdOf(billed(classifier(haiku)), "Bedrock", "Claude Haiku 4.5, input")).toBeCloseTo((A_SECOND / 2) * 5 * 1_346e-6, 6);
    const priced = { ...NOVA_LITE, price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } };
    expect(usdOf(billed(classifier(priced)), "Bedrock", "Amazon Nova Lite, output")).toBeCloseTo((A_SECOND / 2) * 100 * 2e-6, 6);
  });

  it("passes the same share on at each stage of a cascade, and reckons with a chain's first link", () => {
    const lines = billed(
      classifier({
        kind: "cascade",
        stages: [
          { classifier: { kind: "embedded" }, answerFrom: 0.8 },
          { classifier: { kind: "comprehend", detectLanguage: false }, answerFrom: 0.8 },
        ],
        last: { kind: "fallback", links: [NOVA_LITE, { kind: "comprehend", detectLanguage: false }] },
      }),
    );
    expect(usdOf(lines, "Comprehend", "sentiment")).toBeCloseTo(A_SECOND * 0.5 * 3 * 0.0001, 6);
    // Four texts in a batch, a quarter of them comes this far: one in each call.
    expect(usdOf(lines, "Bedrock", "Amazon Nova Lite, input")).toBeCloseTo(A_SECOND * 0.25 * 1_000 * 0.06e-6, 6);
    expect(lines.filter(({ service }) => service === "Comprehend")).toHaveLength(1);
  });

  it("bills personal data by units, and a custom classifier by the hour, enough of them for the load", () => {
    const endpointArn = "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/e";
    const lines = billed(classifier({ kind: "comprehend", detectLanguage: false, endpointArn, classes: { A: "neutral" } }, { personalData: "comprehend" }), { texts: A_SECOND, characters: 250 });
    expect(usdOf(lines, "Comprehend", "personal data")).toBeCloseTo(A_SECOND * 3 * 0.0001, 6);
    expect(usdOf(lines, "Comprehend", "custom endpoint")).toBeCloseTo(3 * 1_314, 6);
  });

  it("bills endpoints of the stage by their instances, others by what was written, and shows what nobody knows", () => {
    const llm = { kind: "sagemaker-llm", endpoint: "llama", model: "llama-3-70b", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 8 } as const;
    const jumpstart = { kind: "jumpstart", name: "llama", instanceType: "ml.g5.48xlarge", instances: { minimum: 2, maximum: 4 } } as const;
    expect(usdOf(billed({ ...classifier(llm), textModels: [jumpstart] }), "SageMaker", "endpoint llama")).toBeCloseTo(2 * 730 * 20.36, 6);
    expect(usdOf(billed(classifier({ ...llm, usdPerHour: 5 })), "SageMaker", "endpoint llama")).toBeCloseTo(3_650, 6);
    const unknown = billed({ ...classifier(llm), textModels: [{ ...jumpstart, instanceType: "ml.x9.huge" }] }).find(({ service }) => service === "SageMaker");
    expect(unknown).toMatchObject({ unitUsd: undefined, usd: 0, unverified: true, quantity: 1_460 });
    expect(billed(classifier(llm)).find(({ service }) => service === "SageMaker")).toMatchObject({ unitUsd: undefined });
  });

  it("bills a serverless endpoint by the seconds it works", () => {
    const encoder = { kind: "sagemaker-encoder", endpoint: "encoder", model: "xlm-r", labels: { A: "neutral" }, textsPerCall: 8, nameEmoji: false } as const;
    const container = { kind: "container", name: "encoder", hosting: { kind: "serverless", memoryMiB: 4_096 } } as const;
    expect(usdOf(billed({ ...classifier({ ...encoder, labels: { A: "neutral" } }), textModels: [container] }), "SageMaker", "endpoint encoder")).toBeCloseTo(A_SECOND * 0.1 * 4 * 0.00002, 6);
  });
});
