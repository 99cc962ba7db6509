import { normalQuantile } from "./intervals.ts";
import { countLabels, metricOf, standardError, type LabelCounts, type Metric } from "./metric.ts";
import { rightOfRun, runLastAlone, type Thresholds } from "./run-cascade.ts";
import { searchThresholds, type Setting } from "./search-thresholds.ts";
import type { CascadeAnswers } from "./stage-answers.ts";

/**
 * What the thresholds are to reach: the metric of the last stage alone at the lowest cost, a metric at the lowest cost, or the best
 * metric within a budget. `certainty`, from 0.5 up to 1: how sure these texts must make us, by the standard error, that it is reached on others too; 0.5 is
 * content with reaching it on these. Where that is out of reach the target itself will do, by as much as can be.
 */
export type Target = { kind: "last-stage"; certainty: number } | { kind: "metric"; atLeast: number; certainty: number } | { kind: "budget"; usdPerThousand: number };

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
  const alone = rightOfRun(data, runLastAlone(data));
  const judges = targets.map((target) => new Judge(target));
  searchThresholds(data, (setting) => {
    const value = metricOf(metric, setting.right, actual);
    for (const judge of judges) judge.consider(setting, { value, usd: (1_000 * setting.usd) / texts, ...marginOf(setting, judge.target) });
  });
  return judges.map((judge) => judge.choice());

  function marginOf({ right, discordant }: Setting, target: Target): { margin: number; error: number } {
    if (target.kind === "budget") return { margin: 0, error: 0 };
    if (target.kind === "metric") return { margin: metricOf(metric, right, actual) - target.atLeast, error: standardError(metric, right, right, actual) };
    const gained: LabelCounts = [right[0] - alone[0], right[1] - alone[1], right[2] - alone[2]];
    return { margin: metricOf(metric, gained, actual), error: standardError(metric, gained, discordant, actual) };
  }
}

interface Candidate {
  thresholds: Thresholds;
  /** 0: misses the target; 1: meets it; 2: with the certainty wanted. */
  reached: 0 | 1 | 2;
  value: number;
  usd: number;
  lastAsked: number;
}

/** What a setting does: metric and dollars per 1,000 texts; by how much the metric exceeds the target, and that margin's standard error. */
interface Figures {
  value: number;
  usd: number;
  margin: number;
  error: number;
}

class Judge {
  readonly target: Target;
  /** How many standard errors above the target are certain enough. */
  readonly #errors: number;
  #best: Candidate | undefined;

  constructor(target: Target) {
    this.target = target;
    this.#errors = target.kind === "budget" ? 0 : normalQuantile(target.certainty);
  }

  consider(setting: Setting, { value, usd, margin, error }: Figures): void {
    const reached = this.#reach(usd, margin, error);
    const { lastAsked } = setting;
    if (this.#best !== undefined && !this.#isBetter({ reached, value, usd, lastAsked }, this.#best)) return;
    this.#best = { thresholds: [...setting.thresholds], reached, value, usd, lastAsked };
  }

  #reach(usd: number, margin: number, error: number): Candidate["reached"] {
    if (this.target.kind === "budget") return usd <= this.target.usdPerThousand + USD_TOLERANCE ? 2 : 0;
    if (margin - this.#errors * error >= -METRIC_TOLERANCE) return 2;
    return margin >= -METRIC_TOLERANCE ? 1 : 0;
  }

  #isBetter(candidate: Omit<Candidate, "thresholds">, best: Candidate): boolean {
    if (candidate.reached !== best.reached) return candidate.reached > best.reached;
    const cheaper = compareUsd(candidate, best);
    const worse = Math.abs(candidate.value - best.value) <= METRIC_TOLERANCE ? 0 : best.value - candidate.value;
    // Whoever asks for a metric and gets it wants the cost lowest, and the metric highest when not; with a budget it is the other way round.
    const costFirst = (this.target.kind === "budget") !== (candidate.reached === 2);
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
