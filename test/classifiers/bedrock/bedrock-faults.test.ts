import { describe, expect, it } from "vitest";
import { BedrockClassifier } from "../../../classifiers/bedrock/bedrock-classifier.ts";
import type { TextClassification } from "../../../classifiers/text-classifier.ts";
import type { BedrockSpecification } from "../../../core/classification/classifier-specification.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { passingFaults } from "../protocol/passing-faults.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";
import { type BedrockFault, type BedrockServer, startBedrockServer } from "../protocol/bedrock-server.ts";

let server: BedrockServer;
freshServer(startBedrockServer, "us-east-1", (fresh) => {
  server = fresh;
});

const PRICE = { inputUsdPerMillion: 3, outputUsdPerMillion: 15 };
const classifierOf = (more: Partial<BedrockSpecification> = {}): BedrockClassifier =>
  new BedrockClassifier({ kind: "bedrock", model: "us.amazon.nova-pro-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20, price: PRICE, ...more });

const TEXTS = ["I love it", "I hate it", "It is a box", "excellent"].map((text) => ({ text, language: "en" }));
const LABELS = ["positive", "negative", "neutral", "positive"];

const said = (outcomes: readonly TextClassification[]): string[] => outcomes.map((outcome) => (outcome.ok ? outcome.sentiment.label : outcome.failure.code));
const textsSent = (): string[][] => server.requests.map(({ body }) => [...body.matchAll(/\{\\"id\\":\\"t\d+\\",\\"text\\":\\"(.*?)\\"\}/gu)].map((match) => match[1]!));

/** Everything the server counted; the requests it failed counted nothing. */
function sumOf(outcomes: readonly TextClassification[], field: "usd" | "inputTokens" | "outputTokens"): number {
  return outcomes.reduce((sum, { cost }) => sum + (cost?.[field] ?? 0), 0);
}

describe.each([{ from: "stated" }, { from: "samples", samples: 3, temperature: 0.7 }] as const)("with scores $from, while every call goes wrong once or twice", (scores) => {
  describeTextClassifier("Bedrock", () => {
    server.faultOf = passingFaults<BedrockFault>(
      ["internal error", "unavailable", "reset", "malformed JSON", "model error"],
      ["missing id", "repeated id", "unknown id", "bad label", "no list", "cut off", "prose", "refusal", "content filtered", "guardrail", "malformed tool use"],
    );
    return { classifier: classifierOf({ scores, textsPerCall: 6 }), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined };
  });
});

describe("a service that fails and recovers", () => {
  it.each<BedrockFault>(["throttle", "internal error", "unavailable", "not ready", "model error", "model timeout", "reset", "malformed JSON"])("%s: the same call is made again", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([TEXTS.map(({ text }) => text), TEXTS.map(({ text }) => text)]);
  });

  it.each<[BedrockFault, string]>([
    ["throttle", "throttled"],
    ["unavailable", "unavailable"],
    ["denied", "denied"],
  ])("%s for good: every text fails as %s, to be tried later", async (fault, code) => {
    server.faultOf = () => fault;
    const outcomes = await classifierOf().classify(TEXTS);
    expect(outcomes).toEqual(TEXTS.map(() => ({ ok: false, failure: { code, retryable: true, reason: expect.stringMatching(/^Bedrock: (?!Bedrock)/u) } })));
  });

  it("gives up an attempt that hangs, and makes the call again", async () => {
    server.faults = ["hang"];
    expect(said(await passTime(() => classifierOf().classify(TEXTS)))).toEqual(LABELS);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it("ends with the signal when the service hangs", async () => {
    server.faultOf = () => "hang";
    const started = performance.now();
    const outcomes = await classifierOf().classify(TEXTS, AbortSignal.timeout(200));
    expect(said(outcomes)).toEqual(TEXTS.map(() => "timed_out"));
    expect(outcomes.every((outcome) => !outcome.ok && outcome.failure.retryable)).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("a tool call that the service cannot read", () => {
  it("is asked for as JSON, at once and this time only", async () => {
    server.faultOf = (texts) => (texts.some(({ text }) => text.includes("hate")) ? "invalid tool sequence" : undefined);
    const classifier = classifierOf();
    expect(said(await classifier.classify(TEXTS))).toEqual(LABELS);
    expect(server.requests.map(({ body }) => body.includes("toolConfig"))).toEqual([true, false]);
    expect(said(await classifier.classify([TEXTS[0]!]))).toEqual(["positive"]);
    expect(server.requests.at(-1)!.body).toContain("toolConfig");
  });
});

describe("an imported model that has to be loaded first", () => {
  it("is waited for longer than a busy one", async () => {
    server.faults = Array.from({ length: 4 }, () => "not ready");
    const model = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefgh1234";
    expect(said(await classifierOf({ model }).classify(TEXTS))).toEqual(LABELS);
  }, 30_000);
});

describe("an answer that is wrong for one text", () => {
  it.each<BedrockFault>(["missing id", "repeated id", "unknown id", "bad label", "bad sum", "fractions", "contradiction"])("%s: only that text is asked again, alone", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([TEXTS.map(({ text }) => text), ["I love it"]]);
  });

  it.each<[BedrockFault, string]>([
    ["missing id", "unanswered"],
    ["repeated id", "unanswered"],
    ["unknown id", "unanswered"],
    ["bad label", "malformed"],
    ["bad sum", "malformed"],
    ["fractions", "malformed"],
    ["contradiction", "malformed"],
  ])("%s twice: the text fails as %s and the others keep their answers", async (fault, code) => {
    server.faults = [fault, fault];
    const outcomes = await classifierOf().classify(TEXTS);
    expect(said(outcomes)).toEqual([code, ...LABELS.slice(1)]);
    expect(outcomes[0]).toMatchObject({ ok: false, failure: { retryable: false, reason: expect.stringMatching(/, twice$/u) }, cost: { usd: expect.any(Number) } });
    expect(server.requests).toHaveLength(2);
  });

  it("asks a text that was alone from the start once more, too", async () => {
    server.faults = ["missing id"];
    expect(said(await classifierOf().classify(TEXTS.slice(0, 1)))).toEqual(["positive"]);
    expect(server.requests).toHaveLength(2);
  });
});

describe("an answer that is wrong as a whole", () => {
  it.each<BedrockFault>(["no list", "empty", "malformed tool use", "prose", "refusal", "content filtered", "guardrail"])("%s: every text is asked alone", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent().map((texts) => texts.length)).toEqual([4, 1, 1, 1, 1]);
  });

  it.each<BedrockFault>(["cut off", "context exceeded", "too long"])("%s: the call is halved", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent().map((texts) => texts.length)).toEqual([4, 2, 2]);
  });

  it.each<[BedrockFault, string]>([
    ["prose", "refused"],
    ["refusal", "refused"],
    ["content filtered", "refused"],
    ["guardrail", "blocked"],
    ["cut off", "cut_off"],
    ["context exceeded", "too_long"],
    ["too long", "too_long"],
    ["no list", "malformed"],
    ["empty", "malformed"],
  ])("%s because of one text: that one fails as %s, the others are answered", async (fault, code) => {
    server.faultOf = (texts) => (texts.some(({ text }) => text === "I hate it") ? fault : undefined);
    const outcomes = await classifierOf().classify(TEXTS);
    expect(said(outcomes)).toEqual(["positive", code, "neutral", "positive"]);
    expect(outcomes[1]).toMatchObject({ ok: false, failure: { code, retryable: false } });
  });

  it("never says in a reason what a text says", async () => {
    const secret = "my-password-is-hunter2";
    for (const fault of ["prose", "refusal", "guardrail", "cut off", "no list", "bad label", "throttle", "denied", "too long"] as const) {
      server.faultOf = () => fault;
      const [outcome] = await classifierOf().classify([{ text: secret, language: "en" }]);
      expect(outcome).toMatchObject({ ok: false });
      expect(JSON.stringify(outcome)).not.toContain(secret);
    }
  });
});

describe("samples that fail", () => {
  const sampling = { scores: { from: "samples", samples: 3, temperature: 0.5 } } as const;

  it("are left out while most of them answer", async () => {
    server.faults = ["refusal"];
    const [outcome] = await classifierOf(sampling).classify(TEXTS.slice(0, 1));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive", confidence: (2 + 1 / 3) / 3, scoresFrom: "samples" } });
  });

  it("fail the text when most of them do", async () => {
    server.faults = ["refusal", "refusal"];
    expect(said(await classifierOf(sampling).classify(TEXTS.slice(0, 1)))).toEqual(["refused"]);
  });
});

describe("cost", () => {
  it("is the tokens' price, shared by length, none lost", async () => {
    const outcomes = await classifierOf().classify(TEXTS);
    const [input, output] = [sumOf(outcomes, "inputTokens"), sumOf(outcomes, "outputTokens")];
    expect(input).toBeGreaterThan(400);
    expect(output).toBeGreaterThan(40);
    expect(sumOf(outcomes, "usd")).toBeCloseTo((input * 3 + output * 15) / 1e6, 12);
    const [shortest, longest] = [outcomes[0]!, outcomes[2]!].map(({ cost }) => cost?.usd ?? 0);
    expect(longest! / shortest!).toBeCloseTo("It is a box".length / "I love it".length, 6);
  });

  it("counts the attempts whose answer was of no use", async () => {
    const plain = await classifierOf().classify(TEXTS);
    server.faults = ["cut off"];
    const halved = await classifierOf().classify(TEXTS);
    expect(sumOf(halved, "inputTokens")).toBeGreaterThan(2.5 * sumOf(plain, "inputTokens"));
    server.faultOf = () => "refusal";
    const refused = await classifierOf().classify(TEXTS);
    expect(said(refused)).toEqual(TEXTS.map(() => "refused"));
    expect(sumOf(refused, "inputTokens")).toBeGreaterThan(4 * sumOf(plain, "inputTokens"));
  });

  it("comes from the catalogue where the specification names no price", async () => {
    const classifier = new BedrockClassifier({ kind: "bedrock", model: "us.amazon.nova-pro-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 });
    const outcomes = await classifier.classify(TEXTS);
    expect(sumOf(outcomes, "usd")).toBeCloseTo((sumOf(outcomes, "inputTokens") * 0.8 + sumOf(outcomes, "outputTokens") * 3.2) / 1e6, 12);
  });
});
