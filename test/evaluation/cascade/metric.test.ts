import { describe, expect, it } from "vitest";
import { metricOf, standardError } from "../../../evaluation/cascade/metric.ts";

describe("the metric", () => {
  it("leaves out labels that do not occur, and is no number without texts", () => {
    expect(metricOf("macro-recall", [3, 0, 1], [4, 0, 4])).toBeCloseTo((3 / 4 + 1 / 4) / 2, 12);
    expect(metricOf("accuracy", [3, 0, 1], [4, 0, 4])).toBe(0.5);
    expect(metricOf("accuracy", [0, 0, 0], [0, 0, 0])).toBeNaN();
    expect(metricOf("macro-recall", [0, 0, 0], [0, 0, 0])).toBeNaN();
  });
});

describe("the standard error", () => {
  it("of an accuracy is the binomial one", () => {
    expect(standardError("accuracy", [30, 20, 10], [30, 20, 10], [40, 40, 20])).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 100), 12);
  });

  it("of a difference comes from the texts only one system has right", () => {
    // 12 gained, 4 lost of 100: mean 0.08, mean square 0.16.
    expect(standardError("accuracy", [8, 0, 0], [16, 0, 0], [60, 20, 20])).toBeCloseTo(Math.sqrt((0.16 - 0.08 ** 2) / 100), 12);
    expect(standardError("accuracy", [0, 0, 0], [0, 0, 0], [60, 20, 20])).toBe(0);
  });

  it("of macro recall adds the labels' variances", () => {
    const variances = [(0.5 * 0.5) / 40, (0.25 * 0.75) / 20];
    expect(standardError("macro-recall", [20, 0, 5], [20, 0, 5], [40, 0, 20])).toBeCloseTo(Math.sqrt(variances[0]! + variances[1]!) / 2, 12);
  });
});
