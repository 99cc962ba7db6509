import { describe, expect, it } from "vitest";
import { areaUnderRiskCoverage, riskCoverage } from "../../../evaluation/cascade/risk-coverage.ts";
import { answersOf, type ShortAnswer } from "./answers-of.ts";

function curveOf(answers: readonly ShortAnswer[]): ReturnType<typeof riskCoverage> {
  const data = answersOf([{ usd: 0, answers }]);
  return riskCoverage(data.stages[0]!.answers, data.actual);
}

describe("the risk-coverage curve", () => {
  it("is the share wrong among the surest texts, and its area their mean (by hand)", () => {
    const curve = curveOf([["-", 0.2], ["+", 0.9], ["-", 0.8], ["+", 0.7]]);
    expect(curve).toEqual([
      { coverage: 0.25, risk: 0, confidence: 0.9 },
      { coverage: 0.5, risk: 1 / 2, confidence: 0.8 },
      { coverage: 0.75, risk: 1 / 3, confidence: 0.7 },
      { coverage: 1, risk: 1 / 2, confidence: 0.2 },
    ]);
    expect(areaUnderRiskCoverage(curve)).toBeCloseTo((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4, 12);
  });

  it("does not depend on the order of texts of the same confidence", () => {
    const answers: ShortAnswer[] = [["+", 0.9], ["+", 0.5], ["-", 0.5], ["+", 0.5], ["-", 0.5]];
    expect(curveOf(answers)).toEqual(curveOf(answers.toReversed()));
    expect(curveOf(answers).map(({ risk }) => risk)).toEqual([0, 0.5 / 2, 1 / 3, 1.5 / 4, 2 / 5]);
  });

  it("has the error rate as area where confidence says nothing", () => {
    expect(areaUnderRiskCoverage(curveOf([["+", 0.7], ["-", 0.7], ["+", 0.7], ["-", 0.7], ["-", 0.7]]))).toBeCloseTo(3 / 5, 12);
  });

  it("puts texts without an answer last, as wrong and without a confidence", () => {
    const curve = curveOf([["?", 0.99], ["+", 0]]);
    expect(curve).toEqual([
      { coverage: 0.5, risk: 0, confidence: 0 },
      { coverage: 1, risk: 0.5, confidence: undefined },
    ]);
  });

  it("has no area without texts", () => {
    expect(areaUnderRiskCoverage(curveOf([]))).toBeNaN();
  });
});
