import { describe, expect, it } from "vitest";
import { runningTrend } from "../../../core/conversation/trend.ts";

describe("runningTrend", () => {
  it("is the weighted mean of its definition", () => {
    const valences = [0.4, -0.2, -0.9, 0.1];
    const halfLife = 1.5;
    const expected = valences.map((_, i) => {
      const weights = valences.slice(0, i + 1).map((_, j) => 2 ** (-(i - j) / halfLife));
      return weights.reduce((sum, weight, j) => sum + weight * valences[j]!, 0) / weights.reduce((sum, weight) => sum + weight, 0);
    });

    for (const [i, value] of runningTrend(valences, halfLife).entries()) expect(value).toBeCloseTo(expected[i]!, 12);
  });

  it("begins at the first turn, stays within its turns, and halves as it says", () => {
    expect(runningTrend([], 3)).toEqual([]);
    expect(runningTrend([-0.7], 3)).toEqual([-0.7]);
    // Weights 1 and 1/2.
    expect(runningTrend([1, 0], 1)[1]).toBeCloseTo(1 / 3, 12);
  });

  it.each([0, -1, Number.NaN])("refuses a half-life of %d", (halfLife) => {
    expect(() => runningTrend([0], halfLife)).toThrow(RangeError);
  });
});
