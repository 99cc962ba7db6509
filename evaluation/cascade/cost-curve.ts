import { metricOfRun, runCascade, type Thresholds } from "./run-cascade.ts";
import type { Metric } from "./metric.ts";
import type { CascadeAnswers } from "./stage-answers.ts";

export interface CostPoint {
  /** Of the stage the curve is about; `null`: left out, everything passed on. */
  threshold: number | null;
  /** Of the texts that reach the stage, the share it passes on, 0 to 1. */
  passedOn: number;
  /** Of all texts, the share that reaches the last stage, 0 to 1. */
  lastAsked: number;
  /** 0 to 1. */
  metric: number;
  usdPerThousand: number;
}

/**
 * What raising one stage's threshold buys and costs, from "answers everything" to "left out", at about `points` evenly spread shares
 * passed on, and at its own. The other stages keep their thresholds. `passedOn` never falls along the curve.
 */
export function costCurve(data: CascadeAnswers, metric: Metric, thresholds: Thresholds, stage: number, points: number): CostPoint[] {
  const { answers } = data.stages[stage]!;
  const confidences = answers.flatMap(({ label, confidence, languageUnsupported }) => (label === undefined || languageUnsupported ? [] : [confidence])).sort((a, b) => a - b);
  const candidates = new Set<number>([0, ...(thresholds[stage] === null ? [] : [thresholds[stage]!])]);
  for (let point = 1; point < points; point += 1) {
    const confidence = confidences[Math.floor((point * confidences.length) / points)];
    if (confidence !== undefined) candidates.add(Math.ceil(confidence * 1_000 - 1e-9) / 1_000);
  }
  return [...[...candidates].sort((a, b) => a - b), null].map((threshold) => costPoint(data, metric, thresholds.with(stage, threshold), stage));
}

function costPoint(data: CascadeAnswers, metric: Metric, thresholds: Thresholds, stage: number): CostPoint {
  const run = runCascade(data, thresholds);
  const texts = data.actual.length;
  const threshold = thresholds[stage]!;
  const reached = run.asked[stage]!;
  const passedOn = run.asked.slice(stage + 1).reduce((most, asked) => Math.max(most, asked), 0);
  return {
    threshold,
    passedOn: threshold === null ? 1 : reached === 0 ? 0 : passedOn / reached,
    lastAsked: run.asked.at(-1)! / texts,
    metric: metricOfRun(metric, data, run),
    usdPerThousand: (1_000 * run.usd) / texts,
  };
}
