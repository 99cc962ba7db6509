import { describe, expect, it } from "vitest";
import { expectedCalibrationError } from "../../../core/metrics/calibration-error.ts";
import { simulateStage, type Simulation } from "../../../evaluation/cascade/simulate-stage.ts";
import { isRight, type StageAnswers } from "../../../evaluation/cascade/stage-answers.ts";

const LABELS = ["positive", "neutral", "negative"] as const;
const actual = Array.from({ length: 6_000 }, (_, index) => LABELS[index % 3]!);
const SIMULATION: Simulation = { accuracy: 0.75, usd: 0.0003, confidence: "informative", correlation: 0, confusion: {} };

function rightness({ answers }: StageAnswers): boolean[] {
  return answers.map((answer, text) => isRight(answer, actual[text]!));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's correlation of two lists of yes and no. */
function phi(one: readonly boolean[], other: readonly boolean[]): number {
  const [a, b] = [mean(one.map(Number)), mean(other.map(Number))];
  const both = mean(one.map((value, index) => Number(value && other[index]!)));
  return (both - a * b) / Math.sqrt(a * (1 - a) * b * (1 - b));
}

describe("a simulated stage", () => {
  it("has the stated accuracy and price, the same for the same seed only", () => {
    const stage = simulateStage("llm", SIMULATION, actual, undefined, 1);
    // Three standard deviations are 1.7 points.
    expect(Math.abs(mean(rightness(stage).map(Number)) - 0.75)).toBeLessThan(0.017);
    expect(new Set(stage.answers.map(({ usd }) => usd))).toEqual(new Set([0.0003]));
    expect(simulateStage("llm", SIMULATION, actual, undefined, 1)).toEqual(stage);
    expect(simulateStage("llm", SIMULATION, actual, undefined, 2)).not.toEqual(stage);
  });

  it.each([0.5, 0.75, 0.95])("is calibrated and surer where it is right, at an accuracy of %d", (accuracy) => {
    const stage = simulateStage("llm", { ...SIMULATION, accuracy }, actual, undefined, 3);
    const right = rightness(stage);
    const judged = stage.answers.map(({ confidence }, text) => ({ confidence, right: right[text]! }));
    expect(expectedCalibrationError(judged)).toBeLessThan(0.02);
    const confidences = (wanted: boolean): number => mean(judged.filter(({ right }) => right === wanted).map(({ confidence }) => confidence));
    expect(confidences(true) - confidences(false)).toBeGreaterThan(0.15);
    for (const { confidence } of judged) expect(confidence).toSatisfy((value: number) => value >= 0 && value <= 1);
  });

  it("may have a confidence that says nothing", () => {
    const { answers } = simulateStage("llm", { ...SIMULATION, confidence: "uninformative" }, actual, undefined, 1);
    expect(new Set(answers.map(({ confidence }) => confidence))).toEqual(new Set([0.75]));
  });

  it.each([[1, 6_000], [0, 0]])("may be right %d times in one", (accuracy, right) => {
    expect(rightness(simulateStage("llm", { ...SIMULATION, accuracy }, actual, undefined, 1)).filter(Boolean)).toHaveLength(right);
  });

  it("spreads its errors as stated, evenly where nothing is", () => {
    const { answers } = simulateStage("llm", { ...SIMULATION, confusion: { "positive>neutral": 0.9, "negative>positive": 0 } }, actual, undefined, 1);
    const errors = (from: string, to: string): number => {
      const wrong = answers.filter(({ label }, text) => actual[text] === from && label !== from);
      return wrong.filter(({ label }) => label === to).length / wrong.length;
    };
    expect(errors("positive", "neutral")).toBeCloseTo(0.9, 1);
    expect(errors("neutral", "positive")).toBeCloseTo(0.5, 1);
    expect(errors("negative", "neutral")).toBe(1);
  });

  it.each([-0.2, 0, 0.3])("is right about the same texts as the first stage by a correlation of %d", (correlation) => {
    const first = simulateStage("embedded", { ...SIMULATION, accuracy: 0.6 }, actual, undefined, 1);
    const stage = simulateStage("llm", { ...SIMULATION, accuracy: 0.8, correlation }, actual, first, 2);
    expect(Math.abs(mean(rightness(stage).map(Number)) - 0.8)).toBeLessThan(0.017);
    // The standard deviation is 1 / √6000.
    expect(Math.abs(phi(rightness(first), rightness(stage)) - correlation)).toBeLessThan(0.04);
  });

  it("refuses what cannot be, with what can", () => {
    const first = simulateStage("embedded", { ...SIMULATION, accuracy: 0.6 }, actual, undefined, 1);
    const message = "llm: accuracy=0.8 and correlation=0.9 do not go together with a first stage of accuracy ";
    const limit = "at most correlation=0.6";
    expect(() => simulateStage("llm", { ...SIMULATION, accuracy: 0.8, correlation: 0.9 }, actual, first, 2)).toThrow(message);
    expect(() => simulateStage("llm", { ...SIMULATION, accuracy: 0.8, correlation: 0.9 }, actual, first, 2)).toThrow(limit);
    expect(() => simulateStage("llm", { ...SIMULATION, accuracy: 0.8, correlation: -0.9 }, actual, first, 2)).toThrow("at least correlation=-0.");
  });
});
