import { describe, expect, it } from "vitest";
import { opinionOfSamples, opinionOfStated } from "../../../classifiers/prompting/sentiment-of-answers.ts";
import type { SentimentLabel } from "../../../core/contracts/sentiment-result.ts";

const samples = (letters: string, mixed = false): { label: SentimentLabel; mixed: boolean }[] =>
  letters.split("").map((letter) => ({ label: ({ p: "positive", o: "neutral", n: "negative" } as const)[letter as "p" | "o" | "n"], mixed }));

describe("opinionOfSamples", () => {
  it("takes the label of most answers, with one made-up answer spread evenly", () => {
    const { sentiment, flags } = opinionOfSamples(samples("npnnn"));
    expect(sentiment.label).toBe("negative");
    expect(sentiment.scores.negative).toBeCloseTo((4 + 1 / 3) / 6, 12);
    expect(sentiment.scores.neutral).toBeCloseTo(1 / 3 / 6, 12);
    expect(sentiment.scores.positive + sentiment.scores.neutral + sentiment.scores.negative).toBeCloseTo(1, 12);
    expect(sentiment.confidence).toBe(sentiment.scores.negative);
    expect(flags).toEqual([]);
  });

  it("is torn, and says so, when as many say positive as negative", () => {
    expect(opinionOfSamples(samples("npoop"))).toMatchObject({ sentiment: { label: "positive" }, flags: ["low_confidence"] });
    expect(opinionOfSamples(samples("npnpo"))).toMatchObject({ sentiment: { label: "negative" }, flags: ["low_confidence", "mixed"] });
  });

  it("is mixed when most answers say so", () => {
    expect(opinionOfSamples([...samples("nnn", true), ...samples("nn")]).flags).toEqual(["mixed"]);
    expect(opinionOfSamples([...samples("nn", true), ...samples("nnn")]).flags).toEqual([]);
  });
});

describe("opinionOfStated", () => {
  it.each([
    [0.59, ["low_confidence"]],
    [0.6, []],
  ])("flags a confidence of %d with %j", (positive, flags) => {
    expect(opinionOfStated({ label: "positive", mixed: false, scores: { positive, neutral: 0.9 - positive, negative: 0.1 } }).flags).toEqual(flags);
  });
});
