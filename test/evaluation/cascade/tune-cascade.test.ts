import { describe, expect, it } from "vitest";
import { judgeHolding } from "../../../evaluation/cascade/judge-holding.ts";
import { simulateStage, type Simulation } from "../../../evaluation/cascade/simulate-stage.ts";
import { splitHalves } from "../../../evaluation/cascade/split-halves.ts";
import type { CascadeAnswers } from "../../../evaluation/cascade/stage-answers.ts";
import { tuneCascade } from "../../../evaluation/cascade/tune-cascade.ts";

const LABELS = ["positive", "neutral", "negative"] as const;
const SIMULATION: Simulation = { accuracy: 0.65, usd: 0, confidence: "informative", correlation: 0, confusion: {} };

function simulated(texts: number, seed: number): CascadeAnswers {
  const actual = Array.from({ length: texts }, (_, index) => LABELS[(index * 7) % 3]!);
  const first = simulateStage("embedded", SIMULATION, actual, undefined, seed);
  return { actual, stages: [first, simulateStage("llm", { ...SIMULATION, accuracy: 0.75, usd: 0.0004 }, actual, first, seed + 1)] };
}

function halvesOf({ actual }: CascadeAnswers): ReturnType<typeof splitHalves> {
  return splitHalves(actual.map((label) => ({ label, language: "en" })), 1);
}

describe("a tuned cascade", () => {
  const data = simulated(4_000, 11);
  const report = tuneCascade(data, halvesOf(data), { metric: "accuracy", target: { kind: "last-stage", certainty: 0.5 }, seed: 1 });

  it("describes each stage on all texts", () => {
    const [first, last] = report.stages;
    expect(first).toMatchObject({ name: "embedded", texts: 4_000, unanswered: 0, usdPerThousand: 0 });
    expect(first!.accuracy).toBeCloseTo(0.65, 1);
    expect(last!.accuracy).toBeCloseTo(0.75, 1);
    expect(last!.usdPerThousand).toBeCloseTo(0.4, 9);
    expect(first!.calibrationError).toBeLessThan(0.03);
    expect(first!.areaUnderRiskCoverage).toBeLessThan(0.25);
    const { coverage } = first!.riskCoverage.at(-1)!;
    expect(coverage).toBe(1);
  });

  it("saves about as many calls as the simulation lets it, at the accuracy of the last stage", () => {
    // What the first stage answers may be as wrong as the last: calibrated, its answers above c are right E[c | above] of the time.
    expect(report.chosen.tuning.metric).toBeGreaterThanOrEqual(report.chosen.tuning.lastAlone);
    expect(report.chosen.tuning.saved).toBeGreaterThan(0.5);
    expect(report.chosen.tuning.saved).toBeLessThan(0.9);
    expect(report.chosen.tuning.usdPerThousand).toBeCloseTo(0.4 * (1 - report.chosen.tuning.saved), 9);
    expect(report.equal).toEqual(report.chosen);
  });

  it("keeps its promise on the half it was not tuned on, as far as that can tell", () => {
    const judgement = judgeHolding(report.chosen.holding, report.target);
    expect(judgement.holds).not.toBe("no");
    expect(Math.abs(report.chosen.holding.saved - report.chosen.tuning.saved)).toBeLessThan(0.05);
    expect(report.chosen.holding.savedInterval.low).toBeLessThan(report.chosen.holding.saved);
    expect(report.chosen.holding.asked[0]).toBe(1);
    expect(report.chosen.holding.asked[1]).toBeCloseTo(1 - report.chosen.holding.saved, 12);
  });

  it("says so when thresholds chosen on other texts do not hold", () => {
    // On the holding half the first stage is as sure as before and always wrong.
    const halves = halvesOf(data);
    const holding = new Set(halves.holding);
    const answers = data.stages[0]!.answers.map((answer, text) => (holding.has(text) ? { ...answer, label: undefined } : answer));
    const wrong = answers.map((answer, text) => (answer.label === undefined ? { ...answer, label: LABELS[(LABELS.indexOf(data.actual[text]!) + 1) % 3]! } : answer));
    const shifted = { ...data, stages: [{ name: "embedded", answers: wrong }, data.stages[1]!] };
    const { chosen, target } = tuneCascade(shifted, halves, { metric: "accuracy", target: { kind: "last-stage", certainty: 0.5 }, seed: 1 });
    const judgement = judgeHolding(chosen.holding, target);
    expect(judgement.holds).toBe("no");
    expect(judgement.margin).toBeLessThan(-0.3);
  });
});

describe("the judgement", () => {
  const data = simulated(400, 3);
  const tune = (target: Parameters<typeof judgeHolding>[1]): ReturnType<typeof judgeHolding> =>
    judgeHolding(tuneCascade(data, halvesOf(data), { metric: "accuracy", target, seed: 1 }).chosen.holding, target);

  it("of an accuracy is what is above it, of a budget what is left of it", () => {
    const metric = tune({ kind: "metric", atLeast: 0.7, certainty: 0.5 });
    expect(metric.interval.low).toBeLessThan(metric.margin);
    expect(metric.interval.high - metric.interval.low).toBeLessThan(0.2);
    const budget = tune({ kind: "budget", usdPerThousand: 0.2 });
    expect(budget.margin).toBeLessThanOrEqual(0.2);
    expect(budget.interval.low).toBeLessThan(budget.margin);
    expect(tune({ kind: "budget", usdPerThousand: 5 }).holds).toBe("yes");
  });
});
