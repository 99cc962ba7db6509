import { describe, expect, it } from "vitest";
import { calibrationBins, expectedCalibrationError, type Answer } from "../../../core/metrics/calibration-error.ts";

function answers(confidence: number, right: number, wrong: number): Answer[] {
  return [
    ...Array.from({ length: right }, () => ({ confidence, right: true })),
    ...Array.from({ length: wrong }, () => ({ confidence, right: false })),
  ];
}

describe("the expected calibration error", () => {
  it("is 0 for a model that is as often right as it says", () => {
    expect(expectedCalibrationError([...answers(0.5, 5, 5), ...answers(0.9, 9, 1)])).toBeCloseTo(0, 12);
  });

  it("weighs each bin's gap by its answers", () => {
    expect(expectedCalibrationError([...answers(0.9, 15, 15), ...answers(0.5, 5, 5)])).toBeCloseTo((30 * 0.4) / 40, 12);
  });

  it("lets gaps within a bin cancel and those between bins add up", () => {
    expect(expectedCalibrationError([...answers(0.61, 1, 0), ...answers(0.62, 0, 1)])).toBeCloseTo(Math.abs(0.5 - 0.615), 12);
    expect(expectedCalibrationError([...answers(0.2, 1, 0), ...answers(0.8, 0, 1)])).toBeCloseTo(0.8, 12);
  });

  it("puts an edge into the bin below it, and 0 and 1 into the first and the last", () => {
    const bins = calibrationBins([...answers(0, 0, 1), ...answers(0.5, 1, 0), ...answers(1, 1, 0)], 2);
    expect(bins.map((bin) => bin.answers)).toEqual([2, 1]);
    expect(bins[1]).toEqual({ from: 0.5, to: 1, answers: 1, meanConfidence: 1, accuracy: 1 });
  });

  it("refuses a confidence that is none", () => {
    expect(() => expectedCalibrationError(answers(1.01, 1, 0))).toThrow("not 1.01");
    expect(() => expectedCalibrationError(answers(Number.NaN, 1, 0))).toThrow("not NaN");
  });
});
