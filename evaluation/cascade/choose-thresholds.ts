import { countLabels, metricOf, type Metric } from "./metric.ts";
import { metricOfRun, runLastAlone, type Thresholds } from "./run-cascade.ts";
import { searchThresholds, type Setting } from "./search-thresholds.ts";
import type { CascadeAnswers } from "./stage-answers.ts";

/**
 * What the thresholds are to reach: the metric of the last stage alone at the lowest cost, a metric at the lowest cost, or the best
 * metric within a budget. With a margin the choice aims that much higher (as a share), to be missed less easily elsewhere.
 */
export type Target = { kind: "last-stage"; margin: number } | { kind: "metric"; atLeast: number; margin: number } | { kind: "budget"; usdPerThousand: number };

export interface Choice {
  thresholds: Thresholds;
  /** False when nothing reaches the target: the thresholds then come closest to it. */
  reached: boolean;
}

/** Sums of dollars in another order differ in their last digits; that must not decide anything. */
const USD_TOLERANCE = 1e-9;
const METRIC_TOLERANCE = 1e-12;

/**
 * The best setting for each target, in one search over the answers. Of settings that cost the same, the one with fewer calls to the last
 * stage, then with the better metric.
 */
export function chooseThresholds(data: CascadeAnswers, metric: Metric, targets: readonly Target[]): Choice[] {
  const actual = countLabels(data.actual);
  const texts = data.actual.length;
  const lastAlone = metricOfRun(metric, data, runLastAlone(data));
  const judges = targets.map((target) => new Judge(target, lastAlone));
  searchThresholds(data, (setting) => {
    const value = metricOf(metric, setting.right, actual);
    for (const judge of judges) judge.consider(setting, value, (1_000 * setting.usd) / texts);
  });
  return judges.map((judge) => judge.choice());
}

interface Candidate {
  thresholds: Thresholds;
  reached: boolean;
  value: number;
  usd: number;
  lastAsked: number;
}

class Judge {
  readonly #target: Target;
  readonly #atLeast: number;
  #best: Candidate | undefined;

  constructor(target: Target, lastAlone: number) {
    this.#target = target;
    this.#atLeast = target.kind === "budget" ? lastAlone : target.margin + (target.kind === "metric" ? target.atLeast : lastAlone);
  }

  consider(setting: Setting, value: number, usd: number): void {
    const reached = this.#target.kind === "budget" ? usd <= this.#target.usdPerThousand + USD_TOLERANCE : value >= this.#atLeast - METRIC_TOLERANCE;
    const { lastAsked } = setting;
    if (this.#best !== undefined && !this.#isBetter({ reached, value, usd, lastAsked }, this.#best)) return;
    this.#best = { thresholds: [...setting.thresholds], reached, value, usd, lastAsked };
  }

  #isBetter(candidate: Omit<Candidate, "thresholds">, best: Candidate): boolean {
    if (candidate.reached !== best.reached) return candidate.reached;
    const cheaper = compareUsd(candidate, best);
    const worse = Math.abs(candidate.value - best.value) <= METRIC_TOLERANCE ? 0 : best.value - candidate.value;
    // Whoever asks for a metric and gets it wants the cost lowest, and the metric highest when not; with a budget it is the other way round.
    const costFirst = (this.#target.kind === "budget") !== candidate.reached;
    return costFirst ? cheaper < 0 || (cheaper === 0 && worse < 0) : worse < 0 || (worse === 0 && cheaper < 0);
  }

  choice(): Choice {
    if (this.#best === undefined) throw new RangeError("there is nothing to choose from: give at least one text");
    return { thresholds: this.#best.thresholds, reached: this.#best.reached };
  }
}

function compareUsd(a: { usd: number; lastAsked: number }, b: { usd: number; lastAsked: number }): number {
  return Math.abs(a.usd - b.usd) > USD_TOLERANCE ? a.usd - b.usd : a.lastAsked - b.lastAsked;
}
