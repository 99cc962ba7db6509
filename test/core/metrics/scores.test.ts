import { describe, expect, it } from "vitest";
import type { SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import { countConfusion, countTexts, type Judged } from "../../../core/metrics/confusion.ts";
import { accuracy, f1, macroF1, macroRecall, precision, recall } from "../../../core/metrics/scores.ts";

function judged(actual: SentimentLabel, predicted: SentimentLabel, times: number): Judged[] {
  return Array.from({ length: times }, () => ({ actual, predicted }));
}

// Figures worked out by hand: positive 6 of 10 found, neutral 4 of 5, negative 1 of 5.
const counts = countConfusion([
  ...judged("positive", "positive", 6),
  ...judged("positive", "neutral", 3),
  ...judged("positive", "negative", 1),
  ...judged("neutral", "neutral", 4),
  ...judged("neutral", "positive", 1),
  ...judged("negative", "negative", 1),
  ...judged("negative", "positive", 3),
  ...judged("negative", "neutral", 1),
]);

describe("the scores of a classifier", () => {
  it("counts every text once", () => {
    expect(countTexts(counts)).toBe(20);
    expect(counts.positive).toEqual({ positive: 6, neutral: 3, negative: 1 });
  });

  it("agree with figures worked out by hand", () => {
    expect(accuracy(counts)).toBeCloseTo(11 / 20, 12);
    expect(recall(counts, "negative")).toBeCloseTo(1 / 5, 12);
    expect(precision(counts, "positive")).toBeCloseTo(6 / 10, 12);
    expect(f1(counts, "neutral")).toBeCloseTo(8 / 13, 12);
    expect(macroRecall(counts)).toBeCloseTo((0.6 + 0.8 + 0.2) / 3, 12);
    expect(macroF1(counts)).toBeCloseTo((12 / 20 + 8 / 13 + 2 / 7) / 3, 12);
  });

  it("see through a model that gives one answer to everything", () => {
    const oneAnswer = countConfusion([...judged("neutral", "neutral", 90), ...judged("positive", "neutral", 5), ...judged("negative", "neutral", 5)]);
    expect(accuracy(oneAnswer)).toBe(0.9);
    expect(macroRecall(oneAnswer)).toBeCloseTo(1 / 3, 12);
    expect(macroF1(oneAnswer)).toBeCloseTo(180 / 190 / 3, 12);
  });

  it("leave out a label that neither occurs nor is given", () => {
    const twoLabels = countConfusion([...judged("positive", "positive", 3), ...judged("negative", "negative", 1)]);
    expect(macroRecall(twoLabels)).toBe(1);
    expect(macroF1(twoLabels)).toBe(1);
  });

  it("are not a number where there is no text", () => {
    const none = countConfusion([]);
    expect([accuracy(none), macroRecall(none), macroF1(none)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});
