import { describe, expect, it } from "vitest";
import type { BillLine } from "../../../core/costs/bill-line.ts";
import { loadOf } from "../../../core/costs/load.ts";
import { monthlyBill } from "../../../core/costs/monthly-bill.ts";
import type { StageToEstimate } from "../../../core/costs/stage-to-estimate.ts";
import { readConfiguration } from "../../../lib/read-configuration.ts";

const GIB = 2 ** 30;
const stream = { mode: "provisioned", shards: 1, retentionHours: 24 } as const;

function stage(route: "direct" | "transcribe" | "both" = "both", redaction: "transcribe" | "none" = "none"): StageToEstimate {
  return {
    stage: "calls",
    logs: { retentionDays: 30 },
    streams: { text: stream, results: stream },
    textPreprocessor: { memoryMiB: 512, batchSize: 100, windowSeconds: 1 },
    textClassifier: { model: { kind: "comprehend", detectLanguage: false }, personalData: "rules", memoryMiB: 512, batchSize: 100, windowSeconds: 1 },
    textModels: [],
    audio: { stream, settings: { route }, transcription: { settings: { redaction }, starter: { memoryMiB: 256 }, router: { memoryMiB: 512 } }, models: [] },
    conversations: { settings: { rememberDays: 14 }, tracker: { memoryMiB: 512, batchSize: 500, windowSeconds: 0 }, connect: null },
    lake: { expireAfterDays: 90, bufferSeconds: 300 },
    warehouse: { enabled: false, baseCapacityRpus: 8, usageLimit: { rpuHours: 8, period: "daily" }, refreshMinutes: 60 },
  };
}

const billed = (of: StageToEstimate, minutes: number, minutesPerCall = 5, texts = 0): BillLine[] =>
  monthlyBill(of, { texts, characters: texts === 0 ? 0 : 100, calls: { minutes, minutesPerCall } }, { countTokens: () => ({ texts: 1, input: 0, output: 0 }), passedOn: 0 });
const lineOf = (lines: readonly BillLine[], service: string, item: string): BillLine | undefined => lines.find((line) => line.service === service && line.item === item);
const usdOf = (lines: readonly BillLine[], service: string, item: string): number => lineOf(lines, service, item)?.usd ?? 0;

describe("calls on a bill", () => {
  it("cost what a hand reckons: 100,000 minutes in calls of five", () => {
    const lines = billed(stage("both", "transcribe"), 100_000);
    // 20,000 calls; 800,000 turns of 112.5 characters, two units of Comprehend and so the least, three; 1,000,000 segments.
    expect(usdOf(lines, "Transcribe", "minutes")).toBeCloseTo(100_000 * 0.024, 6);
    expect(usdOf(lines, "Transcribe", "redaction")).toBeCloseTo(100_000 * 0.0024, 6);
    expect(usdOf(lines, "S3", "transcripts, writing")).toBeCloseTo(0.06 * 5, 6);
    expect(usdOf(lines, "Comprehend", "sentiment")).toBeCloseTo(800_000 * 3 * 0.0001, 6);
    // 1,800,000 opinions in 180,000 rounds: ten of 400 bytes and 200 bytes of the item are 5 units.
    expect(usdOf(lines, "DynamoDB", "conversations, writing")).toBeCloseTo(0.18 * 5 * 0.625, 6);
    expect(usdOf(lines, "DynamoDB", "conversations, reading")).toBeCloseTo(0.18 * 0.125, 6);
    expect(usdOf(lines, "DynamoDB", "conversations, kept")).toBeCloseTo(((1_800_000 * 400 + 180_000 * 200) / GIB) * (14 / (730 / 24)) * 0.25, 6);
    expect(usdOf(lines, "Lambda", "tracker")).toBeCloseTo(180_000 * 0.09 * 0.5 * 0.0000133334, 6);
    expect(usdOf(lines, "Lambda", "transcription")).toBeCloseTo((20_000 * 0.3 * 0.25 + 40_000 * 0.3 * 0.5) * 0.0000133334, 6);
    expect(lineOf(lines, "CloudWatch", "metrics")?.quantity).toBe(9 + 7 + 19);
  });

  it("make rows of words, voice, both together and conversations", () => {
    const { classified, rows } = loadOf(stage(), { texts: 1_000, characters: 100, calls: { minutes: 100, minutesPerCall: 5 } });
    expect(classified).toEqual({ texts: 1_800, characters: (1_000 * 100 + 100 * 900) / 1_800 });
    // Two opinions, then fused twice a turn, two speakers a round (of ten opinions) and at the end of each of 20 calls, one row a text.
    expect(rows.texts).toBe(1_800 + 1_000 + 1_600 + (1_000 + 2 * (180 + 20)));
    expect(rows.texts * rows.characters).toBeCloseTo(1_000 * 100 + 100 * 900, 6);
  });

  it("are billed for fifteen seconds at least, and by tiers", () => {
    expect(lineOf(billed(stage(), 1_000, 0.1), "Transcribe", "minutes")?.quantity).toBeCloseTo(10_000 * 0.25, 6);
    expect(usdOf(billed(stage(), 6_000_000), "Transcribe", "minutes")).toBeCloseTo(250_000 * 0.024 + 750_000 * 0.015 + 4_000_000 * 0.0102 + 1_000_000 * 0.0078, 4);
  });

  it("have no words where only the voice is wanted, and no voice where only the words are", () => {
    const direct = billed(stage("direct"), 1_000);
    expect(usdOf(direct, "Comprehend", "sentiment")).toBe(0);
    expect(lineOf(direct, "Transcribe", "minutes")).toBeUndefined();
    expect(loadOf(stage("direct"), { texts: 0, characters: 0, calls: { minutes: 10, minutesPerCall: 5 } }).tracked.opinions).toBe(100);
    expect(loadOf(stage("transcribe"), { texts: 0, characters: 0, calls: { minutes: 10, minutesPerCall: 5 } }).tracked.opinions).toBe(80);
  });

  it("cost nothing where there is no voice road, and nobody follows conversations where none are configured", () => {
    const of = { ...stage(), audio: null, conversations: null };
    expect(billed(of, 100_000, 5, 1_000)).toEqual(monthlyBill(of, { texts: 1_000, characters: 100 }, { countTokens: () => ({ texts: 1, input: 0, output: 0 }), passedOn: 0 }));
    expect(billed(of, 100_000).some(({ service }) => service === "DynamoDB")).toBe(false);
  });

  it("are reckoned for the example with a voice road", () => {
    const example: StageToEstimate = readConfiguration({ config: "config/examples/voice.json" });
    const lines = billed(example, 10_000);
    expect(usdOf(lines, "Transcribe", "redaction")).toBeGreaterThan(0);
    for (const { quantity, unitUsd, usd } of lines) expect(usd).toBeCloseTo(quantity * (unitUsd ?? 0), 6);
  });
});
