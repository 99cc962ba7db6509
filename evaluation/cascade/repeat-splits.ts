import { chooseThresholds, type Target } from "./choose-thresholds.ts";
import { judgeHolding, type Judgement } from "./judge-holding.ts";
import type { Metric } from "./metric.ts";
import { outerCandidates } from "./search-thresholds.ts";
import type { Halves } from "./split-halves.ts";
import { pickTexts, type CascadeAnswers } from "./stage-answers.ts";
import { reportHalf } from "./tune-cascade.ts";

/** How the same tuning fares on other splits of the same texts. */
export interface RepeatedSplits {
  splits: number;
  /** Splits on whose other half the target is met, missed within chance, and missed beyond chance. */
  held: Readonly<Record<Judgement["holds"], number>>;
  /** Mean over the splits of what the target is exceeded by on the other half, as in Judgement. */
  meanMargin: number;
  /** Lowest, mean and highest share of calls to the last stage that is saved there. */
  saved: { low: number; mean: number; high: number };
}

const SPLITS = 20;
const RESAMPLES = 500;
/** Texts times settings of the earlier stages; above it the splits would take minutes. */
const MOST_WORK = 1_000_000;

/**
 * A single split can be lucky or unlucky; this says which it is. Undefined where so many texts and stages would take minutes.
 * @param splitOf halves for a seed.
 */
export function repeatSplits(data: CascadeAnswers, splitOf: (seed: number) => Halves, metric: Metric, target: Target, seed: number): RepeatedSplits | undefined {
  if (data.actual.length * outerCandidates(data.stages.length) ** (data.stages.length - 2) > MOST_WORK) return undefined;
  const held = { yes: 0, "within-chance": 0, no: 0 };
  const [margins, saved]: [number[], number[]] = [[], []];
  for (let split = 1; split <= SPLITS; split += 1) {
    const halves = splitOf(seed + split);
    const [choice] = chooseThresholds(pickTexts(data, halves.tuning), metric, [target]);
    const half = reportHalf(pickTexts(data, halves.holding), choice!.thresholds, { metric, seed: seed + split, resamples: RESAMPLES });
    const { holds, margin } = judgeHolding(half, target);
    held[holds] += 1;
    margins.push(margin);
    saved.push(half.saved);
  }
  return { splits: SPLITS, held, meanMargin: mean(margins), saved: { low: Math.min(...saved), mean: mean(saved), high: Math.max(...saved) } };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
