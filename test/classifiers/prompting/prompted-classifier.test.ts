import { describe, expect, it } from "vitest";
import type { LanguageModel, ModelOutcome, ModelRequest } from "../../../classifiers/prompting/language-model.ts";
import { PromptedClassifier } from "../../../classifiers/prompting/prompted-classifier.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { answersFor, textsIn } from "../protocol/language-model-answers.ts";

/** A model in the process itself, for what depends on which call fails how. */
class ScriptedModel implements LanguageModel {
  readonly identity = { provider: "test", id: "scripted", version: "1" };
  readonly maximumTextBytes = 1_000;
  readonly requests: ModelRequest[] = [];
  readonly #outcomes: (ModelOutcome | "answer")[];

  constructor(outcomes: (ModelOutcome | "answer")[]) {
    this.#outcomes = outcomes;
  }

  async ask(request: ModelRequest): Promise<ModelOutcome> {
    this.requests.push(request);
    const outcome = this.#outcomes.shift() ?? "answer";
    if (outcome !== "answer") return outcome;
    const prompt = request.render("tool");
    return { ok: true, reply: { kind: "answers", input: answersFor(textsIn(`${prompt.opening}\n${prompt.texts}\n${prompt.closing}`), prompt.tool!.inputSchema, undefined) }, usage: { usd: 1, milliseconds: 10 } };
  }
}

const refused: ModelOutcome = { ok: true, reply: { kind: "refused" }, usage: { usd: 1, milliseconds: 10 } };
const throttled: ModelOutcome = { ok: false, failure: { code: "throttled", retryable: true, reason: "too many" } };
const SAMPLES = { from: "samples", samples: 3, temperature: 0.7 } as const;
const ONE = [{ text: "I love it", language: "en" }];

describe("a text whose samples fail in different ways", () => {
  it("may be tried again when one of them may", async () => {
    const classifier = new PromptedClassifier(new ScriptedModel([refused, refused, throttled]), { strategy: "zero-shot", scores: SAMPLES, textsPerCall: 5 });
    expect(await classifier.classify(ONE)).toEqual([{ ok: false, failure: { code: "throttled", retryable: true, reason: "too many" }, cost: { usd: 2 } }]);
  });

  it("keeps the majority's answer, and pays for all", async () => {
    const classifier = new PromptedClassifier(new ScriptedModel([refused]), { strategy: "zero-shot", scores: SAMPLES, textsPerCall: 5 });
    expect(await classifier.classify(ONE)).toMatchObject([{ ok: true, sentiment: { label: "positive" }, cost: { usd: 3 }, modelMs: 30 }]);
  });
});

describe("a text that no call was made for", () => {
  it("costs nothing, and says so by having no cost", async () => {
    const classifier = new PromptedClassifier(new ScriptedModel([throttled]), { strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 5 });
    expect(await classifier.classify(ONE)).toEqual([{ ok: false, failure: { code: "throttled", retryable: true, reason: "too many" } }]);
  });
});

describe("many texts among many faults", () => {
  it("has one outcome each, in order, whatever happened to their calls", async () => {
    const kinds: (ModelOutcome | "answer")[] = ["answer", refused, throttled, { ...refused, reply: { kind: "cut_off" } }, { ...refused, reply: { kind: "malformed", reason: "no list" } }, { ...refused, reply: { kind: "answers", input: { answers: [] } } }];
    const random = seededRandom(5);
    const script = Array.from({ length: 600 }, () => kinds[Math.floor(random() * kinds.length)]!);
    const model = new ScriptedModel([...script]);
    const texts = Array.from({ length: 1_000 }, (_, index) => ({ text: `${index} ${["I love it", "I hate it", "It is a box"][index % 3]}`, language: "en" }));
    const outcomes = await new PromptedClassifier(model, { strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 7 }).classify(texts);

    expect(outcomes).toHaveLength(1_000);
    const wrong = outcomes.filter((outcome, index) => outcome.ok && outcome.sentiment.label !== ["positive", "negative", "neutral"][index % 3]);
    expect(wrong).toEqual([]);
    expect(new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure.code])))).toEqual(new Set(["throttled", "refused", "cut_off", "malformed", "unanswered"]));
    const paid = outcomes.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
    const throttledCalls = script.slice(0, model.requests.length).filter((kind) => kind === throttled).length;
    expect(paid).toBeCloseTo(model.requests.length - throttledCalls, 6);
  });
});
