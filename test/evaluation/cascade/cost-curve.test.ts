import { describe, expect, it } from "vitest";
import { costCurve } from "../../../evaluation/cascade/cost-curve.ts";
import { answersOf } from "./answers-of.ts";

const data = answersOf([
  { usd: 0, answers: [["+", 0.9], ["+", 0.8], ["-", 0.7], ["-", 0.6]] },
  { usd: 0.001, answers: [["-", 0.9], ["+", 0.9], ["+", 0.4], ["-", 0.3]] },
  { usd: 0.01, answers: [["+", 1], ["+", 1], ["+", 1], ["+", 1]] },
]);

describe("the cost curve of a stage", () => {
  it("goes from answering everything to being left out, passing on ever more", () => {
    const curve = costCurve(data, "accuracy", [0.9, 0.9], 0, 4);
    expect(curve[0]).toEqual({ threshold: 0, passedOn: 0, lastAsked: 0, metric: 0.5, usdPerThousand: 0 });
    expect(curve.at(-1)).toEqual({ threshold: null, passedOn: 1, lastAsked: 0.5, metric: 0.75, usdPerThousand: 6 });
    expect(curve.map(({ threshold }) => threshold)).toEqual([0, 0.7, 0.8, 0.9, null]);
    expect(curve.map(({ passedOn }) => passedOn)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(curve.map(({ metric }) => metric)).toEqual([0.5, 0.75, 1, 1, 0.75]);
  });

  it("keeps the other thresholds, and counts what is passed on of what arrives", () => {
    const curve = costCurve(data, "accuracy", [0.8, 0.4], 1, 2);
    expect(curve.map(({ threshold, passedOn, lastAsked }) => [threshold, passedOn, lastAsked])).toEqual([
      [0, 0, 0],
      [0.4, 0.5, 0.25],
      [0.9, 1, 0.5],
      [null, 1, 0.5],
    ]);
  });

  it("has two ends and the chosen point for a stage that is always equally sure", () => {
    const flat = answersOf([{ usd: 0, answers: [["+", 1], ["-", 1]] }, { usd: 1, answers: [["+", 1], ["+", 1]] }]);
    expect(costCurve(flat, "accuracy", [null], 0, 50).map(({ threshold, passedOn }) => [threshold, passedOn])).toEqual([
      [0, 0],
      [1, 0],
      [null, 1],
    ]);
  });
});
