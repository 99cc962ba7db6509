import { countLabels, metricOf, type Metric } from "./metric.ts";
import { metricOfRun, runLastAlone, type Thresholds } from "./run-cascade.ts";
import { searchThresholds, type Setting } from "./search-thresholds.ts";
import type { CascadeAnswers } from "./stage-answers.ts";

/**
 * What the thresholds are to reach: the metric of the last stage alone at the lowest cost, a metric at the lowest cost, or the best
 * metric within a budget. The choice aims higher by the margin (a share), to fall below less easily on other texts; where
 * that is out of reach the target itself will do, as close to the margin as can be. Asking the last stage alone needs no margin over itself.
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
  /** 0: misses the target; 1: meets it; 2: with the margin. */
  reached: 0 | 1 | 2;
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
    this.#atLeast = target.kind === "metric" ? target.atLeast : lastAlone;
  }

  consider(setting: Setting, value: number, usd: number): void {
    const reached = this.#reach(setting, value, usd);
    const { lastAsked } = setting;
    if (this.#best !== undefined && !this.#isBetter({ reached, value, usd, lastAsked }, this.#best)) return;
    this.#best = { thresholds: [...setting.thresholds], reached, value, usd, lastAsked };
  }

  #reach({ thresholds }: Setting, value: number, usd: number): Candidate["reached"] {
    if (this.#target.kind === "budget") return usd <= this.#target.usdPerThousand + USD_TOLERANCE ? 2 : 0;
    const isLastAlone = this.#target.kind === "last-stage" && thresholds.every((threshold) => threshold === null);
    if (isLastAlone || value >= this.#atLeast + this.#target.margin - METRIC_TOLERANCE) return 2;
    return value >= this.#atLeast - METRIC_TOLERANCE ? 1 : 0;
  }

  #isBetter(candidate: Omit<Candidate, "thresholds">, best: Candidate): boolean {
    if (candidate.reached !== best.reached) return candidate.reached > best.reached;
    const cheaper = compareUsd(candidate, best);
    const worse = Math.abs(candidate.value - best.value) <= METRIC_TOLERANCE ? 0 : best.value - candidate.value;
    // Whoever asks for a metric and gets it wants the cost lowest, and the metric highest when not; with a budget it is the other way round.
    const costFirst = (this.#target.kind === "budget") !== (candidate.reached === 2);
    return costFirst ? cheaper < 0 || (cheaper === 0 && worse < 0) : worse < 0 || (worse === 0 && cheaper < 0);
  }

  choice(): Choice {
    if (this.#best === undefined) throw new RangeError("there is nothing to choose from: give at least one text");
    return { thresholds: this.#best.thresholds, reached: this.#best.reached > 0 };
  }
}

function compareUsd(a: { usd: number; lastAsked: number }, b: { usd: number; lastAsked: number }): number {
  return Math.abs(a.usd - b.usd) > USD_TOLERANCE ? a.usd - b.usd : a.lastAsked - b.lastAsked;
}
