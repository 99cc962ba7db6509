import { describe, expect, it } from "vitest";
import { splittingLongTexts } from "../../classifiers/long-texts.ts";
import type { TextClassification } from "../../classifiers/text-classifier.ts";
import type { Flag, SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { answer, failure, programmed, texts } from "./programmed-classifier.ts";

/** Sentences of 20 bytes that say what is to be answered: `+`, `-`, `?` (low confidence), `!` (fails), `x` (fails for good), `m` (mixed), `l` (language unsupported). */
const says = (sign: string): string => `${sign.repeat(18)}. `;
const LABELS: Record<string, SentimentLabel> = { "+": "positive", "-": "negative" };
const FLAGS: Record<string, Flag[]> = { "?": ["low_confidence"], m: ["mixed"], l: ["language_unsupported"] };

const inner = () =>
  programmed("inner", (text, model): TextClassification => {
    const sign = text.trim()[0] ?? "";
    if (sign === "!") return failure("throttled", true, 0.5);
    if (sign === "x") return failure("refused", false, 0.5);
    return answer(model, LABELS[sign] ?? "neutral", 0.8, { flags: FLAGS[sign] ?? [], usd: 0.25, modelMs: 3 });
  });

const classifyOne = async (...signs: string[]): Promise<TextClassification> => {
  const [outcome] = await splittingLongTexts(inner(), 20).classify(texts(signs.map(says).join("")));
  return outcome!;
};
const flagsOf = async (...signs: string[]): Promise<readonly Flag[]> => {
  const outcome = await classifyOne(...signs);
  return outcome.ok ? outcome.flags : ["escalated"];
};

describe("splittingLongTexts", () => {
  it("hands over what fits untouched, in one call, with its signal", async () => {
    const classifier = inner();
    const signal = new AbortController().signal;
    const given = texts("+++", "---");
    const outcomes = await splittingLongTexts(classifier, 20).classify(given, signal);
    expect(classifier.asked).toEqual([["+++", "---"]]);
    expect(classifier.signals).toEqual([signal]);
    expect(outcomes.map((outcome) => outcome.ok && [outcome.sentiment.label, outcome.parts])).toEqual([["positive", undefined], ["negative", undefined]]);
  });

  it("classifies parts in the same call as the other texts, and gives each text its own outcome", async () => {
    const classifier = inner();
    const long = says("+") + says("-") + says("-");
    const outcomes = await splittingLongTexts(classifier, 20).classify(texts("+++", long, "---", says("+") + says("+")));
    expect(classifier.asked).toEqual([["+++", says("+"), says("-"), says("-"), "---", says("+"), says("+")]]);
    expect(outcomes.map((outcome) => outcome.ok && [outcome.sentiment.label, outcome.parts])).toEqual([
      ["positive", undefined],
      ["negative", 3],
      ["negative", undefined],
      ["positive", 2],
    ]);
  });

  it("weighs scores and confidences by characters, and adds up costs and times", async () => {
    // 20 positive characters, 10 negative ones.
    const [outcome] = await splittingLongTexts(inner(), 20).classify(texts(`${says("+")}---------.`));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive", scoresFrom: "service" }, cost: { usd: 0.5 }, modelMs: 6, parts: 2, model: { id: "inner" } });
    if (outcome?.ok !== true) throw new Error("expected an answer");
    const { scores, confidence } = outcome.sentiment;
    expect(scores.positive).toBeCloseTo((0.8 * 20 + 0.1 * 10) / 30, 12);
    expect(scores.negative).toBeCloseTo((0.1 * 20 + 0.8 * 10) / 30, 12);
    expect(scores.positive + scores.neutral + scores.negative).toBeCloseTo(1, 12);
    expect(confidence).toBeCloseTo(0.8, 12);
  });

  it("calls a text mixed when parts of both signs are at least a quarter of it each", async () => {
    expect(await flagsOf("+", "-", "n", "n")).toEqual(["mixed"]);
    expect(await flagsOf("+", "-", "n", "n", "n")).toEqual([]);
    expect(await flagsOf("m", "n", "n", "n")).toEqual(["mixed"]);
    expect(await flagsOf("m", "n", "n", "n", "n")).toEqual([]);
  });

  it("calls a text of low confidence when half of it is, and keeps all other flags", async () => {
    expect(await flagsOf("?", "n")).toEqual(["low_confidence"]);
    expect(await flagsOf("?", "n", "n")).toEqual([]);
    expect(await flagsOf("l", "n", "n", "n", "n", "n")).toEqual(["language_unsupported"]);
  });

  it("fails the whole text when one part has no answer, says which, and still counts the costs", async () => {
    expect(await classifyOne("+", "!", "+")).toEqual({ ok: false, failure: { code: "throttled", retryable: true, reason: "part 2 of 3: throttled" }, cost: { usd: 1 } });
  });

  it("fails for good when any part does", async () => {
    expect(await classifyOne("!", "+", "x")).toMatchObject({ ok: false, failure: { code: "refused", retryable: false, reason: "part 3 of 3: refused" } });
  });

  it("leaves out parts without a word", async () => {
    const classifier = inner();
    const [outcome] = await splittingLongTexts(classifier, 20).classify(texts(`${says("+")}${" ".repeat(200)}`));
    expect(classifier.asked.flat().filter((part) => part.trim() === "")).toEqual([]);
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive" } });
  });

  it("treats a missing outcome as a failure", async () => {
    const forgetful = { model: inner().model, classify: async () => [] };
    const outcomes = await splittingLongTexts(forgetful, 20).classify(texts("+", says("+") + says("-")));
    expect(outcomes.map((outcome) => !outcome.ok && outcome.failure.code)).toEqual(["unanswered", "unanswered"]);
  });
});
