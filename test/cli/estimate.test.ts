import stringWidth from "string-width";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { countTokens } from "../../cli/estimate-prompts.ts";
import { renderEstimate } from "../../cli/estimate-report.ts";
import { estimateCommand, estimateCosts, type EstimateOptions } from "../../cli/estimate.ts";
import { runCommandLine } from "../../cli/program.ts";
import { billTotal } from "../../core/costs/bill-line.ts";
import type { StageToEstimate } from "../../core/costs/stage-to-estimate.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";

const OPTIONS: EstimateOptions = { texts: 1_000_000, characters: 140, callMinutes: 0, minutesPerCall: 5, region: "us-east-1", passedOn: 0.3, textsPerCall: 20, strategy: "zero-shot" };
const plain = (_style: unknown, text: string): string => text;

let dev: StageToEstimate;
let prod: StageToEstimate;
beforeAll(() => {
  // Compiles only while lib's configuration fits into what the estimate reads of it.
  dev = readConfiguration({ stage: "dev" });
  prod = readConfiguration({ stage: "prod" });
});

describe("the comparison", () => {
  it("sets embedded, Comprehend, Nova, Claude and the cascade side by side", () => {
    const { comparison } = estimateCosts(dev, OPTIONS);
    expect(comparison.map(({ name }) => name)).toEqual(["embedded", "Comprehend", "Nova Micro", "Nova Lite", "Nova Pro", "Claude Haiku 4.5", "Claude Sonnet 4.6", "embedded → Nova Lite, 30 %"]);
    const usd = new Map(comparison.map(({ name, usdPerMonth }) => [name, usdPerMonth]));
    expect(usd.get("embedded")).toBe(0);
    expect(usd.get("Comprehend")).toBeCloseTo(300, 9);
    expect(usd.get("Nova Micro")!).toBeLessThan(usd.get("Nova Lite")!);
    expect(usd.get("Nova Lite")!).toBeLessThan(usd.get("Nova Pro")!);
    expect(usd.get("Claude Haiku 4.5")! * 3).toBeCloseTo(usd.get("Claude Sonnet 4.6")!, 6);
    expect(usd.get("embedded → Nova Lite, 30 %")).toBeCloseTo(usd.get("Nova Lite")! * 0.3, 9);
  });

  it("halves for batch inference what Bedrock answers, and nothing else", () => {
    const cascade: StageToEstimate = {
      ...dev,
      textClassifier: {
        ...dev.textClassifier,
        model: {
          kind: "cascade",
          stages: [{ classifier: { kind: "comprehend", detectLanguage: false }, answerFrom: 0.9 }],
          last: { kind: "bedrock", model: "us.amazon.nova-pro-v1:0", strategy: "domain", scores: { from: "stated" }, textsPerCall: 10 },
        },
      },
    };
    const last = estimateCosts(cascade, OPTIONS).comparison.at(-1)!;
    expect(last.name).toBe("Comprehend → Nova Pro, 30 %");
    expect(last.usdPerMonthInBatches! - 300).toBeCloseTo((last.usdPerMonth - 300) / 2, 9);
    expect(estimateCosts(dev, OPTIONS).comparison.find(({ name }) => name === "Comprehend")?.usdPerMonthInBatches).toBeUndefined();
  });
});

describe("countTokens", () => {
  const zeroShot = { strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 } as const;

  it("grows by a text's tokens with each text, and shares the prompt among them", () => {
    const [one, two, twenty] = [1, 2, 20].map((texts) => countTokens(zeroShot, 140, texts));
    expect(two!.input - one!.input).toBeGreaterThan(140 / 4);
    expect(two!.input - one!.input).toBeLessThan(140 / 4 + 20);
    expect(twenty!.input / 20).toBeLessThan(one!.input / 4);
  });

  it("packs no more than the strategy's answers and the call's bytes allow", () => {
    expect(countTokens(zeroShot, 140, 1_000).texts).toBe(20);
    expect(countTokens({ ...zeroShot, strategy: "buffer-of-thoughts", textsPerCall: 50 }, 140, 50).texts).toBeLessThan(50);
    expect(countTokens(zeroShot, 12_000, 20).texts).toBe(1);
  });

  it("pays for thinking", () => {
    const output = (strategy: "zero-shot" | "chain-of-thought") => countTokens({ ...zeroShot, strategy }, 140, 5).output;
    expect(output("chain-of-thought")).toBeGreaterThan(output("zero-shot"));
  });
});

describe("an idle stage", () => {
  // The figures of docs/cost-when-idle.md.
  it.each([
    ["dev", { "Redshift refreshes": 36.5, "Kinesis text stream": 10.95, "Kinesis results stream": 10.95, "KMS key": 1, "Secrets Manager administrator": 0.4, "SQS requests": 0.52 }, 60.32],
    ["prod", { "Redshift refreshes": 146, "Kinesis text stream": 29.2, "Kinesis results stream": 29.2, "KMS key": 1, "Secrets Manager administrator": 0.4, "SQS requests": 0.52 }, 206.32],
  ])("%s costs what docs/cost-when-idle.md says", (name, expected, total) => {
    const { bill } = estimateCosts(name === "dev" ? dev : prod, { ...OPTIONS, texts: 0 });
    const costing = bill.lines.filter(({ usd }) => usd > 0).map(({ service, item, usd }) => [`${service} ${item}`, Number(usd.toFixed(2))]);
    expect(Object.fromEntries(costing)).toEqual(expected);
    expect(bill.totalUsd).toBe(total);
  });
});

describe("the report", () => {
  it.each([80, 120])("fits into %i columns, sums shown and all", (width) => {
    const estimate = estimateCosts(prod, OPTIONS);
    const lines = renderEstimate(estimate, width, plain);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.join("\n")).toContain("us-east-1, read up to 2026-");
    const shown = lines.slice(lines.findIndex((line) => line.startsWith("service")) + 2).map((line) => /(\d[\d,]*\.\d\d)†? ?$/u.exec(line)?.[1]);
    const figures = shown.flatMap((figure) => (figure === undefined ? [] : [Number(figure.replaceAll(",", ""))]));
    const total = figures.pop()!;
    expect(total).toBeCloseTo(figures.slice(0, estimate.bill.lines.length).reduce((sum, usd) => sum + usd, 0), 2);
    expect(total).toBe(billTotal(estimate.bill.lines));
  });

  it("says that a sum lacks a price, and advises to fill half-empty calls", () => {
    const model = { kind: "bedrock", model: "us.amazon.nova-lite-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 } as const;
    const llm = { kind: "sagemaker-llm", endpoint: "e", model: "m", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 } as const;
    const of = (chosen: typeof model | typeof llm) => renderEstimate(estimateCosts({ ...dev, textClassifier: { ...dev.textClassifier, model: chosen } }, OPTIONS), 100, plain).join("\n");
    expect(of(llm)).toMatch(/together, at least/u);
    expect(of(model)).toMatch(/Calls to Nova Lite hold 1\.4 of 20 texts .*windowSeconds at 50\s+instead of 1 they hold 20/su);
    expect(of(model)).not.toMatch(/at least|thinks/u);
  });
});

describe("what a model thinks", () => {
  it("is said to be missing from the sum", () => {
    const model = { kind: "bedrock", model: "us.anthropic.claude-sonnet-5", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 } as const;
    expect(estimateCosts({ ...dev, textClassifier: { ...dev.textClassifier, model } }, OPTIONS).billAssumptions.join(" ")).toMatch(/Claude Sonnet 5 thinks before it answers/u);
  });
});

describe("valence estimate", () => {
  it("prints JSON that holds the whole estimate", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const code = await estimateCommand({ ...OPTIONS, json: true }, () => Promise.resolve(dev));
    const printed = String(log.mock.calls[0]?.[0]);
    log.mockRestore();
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ priceTable: { region: "us-east-1" }, workload: { texts: 1_000_000 }, bill: { stage: "dev", complete: true } });
  });

  it.each([
    [["--region", "eu-west-1"]],
    [["--passed-on", "1.5"]],
    [["--texts", "many"]],
    [["--texts-per-call", "51"]],
    [["--strategy", "guess"]],
    [["--stage", "dev", "--config", "x.json"]],
  ])("refuses %j", async (args) => {
    const write = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
    const code = await runCommandLine(["estimate", ...args], () => Promise.resolve(dev));
    write.mockRestore();
    expect(code).toBe(2);
  });

  it("passes on what is wrong with a stage's configuration", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const code = await runCommandLine(["estimate", "--stage", "prd"], async (choice) => readConfiguration(choice));
    const said = String(error.mock.calls[0]?.[0]);
    error.mockRestore();
    expect(code).toBe(2);
    expect(said).toMatch(/did you mean prod\?/u);
  });
});
