import type { Judgement } from "../evaluation/cascade/judge-holding.ts";
import type { TuningReport } from "../evaluation/cascade/tune-cascade.ts";
import type { RepeatedSplits } from "../evaluation/cascade/repeat-splits.ts";
import { count } from "./terminal.ts";
import { between, metricName, points, share, usd } from "./tune-figures.ts";

/** What the thresholds were chosen for, and whether anything reached it. */
export function targetSentence({ target, metric, chosen }: TuningReport, last: string): string {
  const name = metricName(metric);
  const above = target.kind === "budget" || target.certainty === 0.5 ? "" : `, with ${+(100 * target.certainty).toFixed(1)} % certainty`;
  switch (target.kind) {
    case "last-stage":
      return `the lowest cost with ${name} not below ${last} alone${above}`;
    case "metric":
      return chosen.reached ? `the lowest cost with ${name} of ${share(target.atLeast)}${above}` : `no thresholds reach ${name} of ${share(target.atLeast)}; these come closest`;
    case "budget":
      return chosen.reached ? `the best ${name} within ${usd(target.usdPerThousand)} per 1,000 texts` : `nothing costs as little as ${usd(target.usdPerThousand)} per 1,000 texts; this is the cheapest`;
  }
}

/** One plain sentence: do the thresholds hold where they were not tuned? */
export function verdictSentence(report: TuningReport, { holds, margin, interval }: Judgement, last: string): string {
  const { holding, tuning } = report.chosen;
  const name = metricName(report.metric);
  if (!report.chosen.reached) return `The target is out of reach on the ${count(tuning.texts)} texts tuned on, so there is nothing to hold.`;
  if (report.chosen.thresholds.every((threshold) => threshold === null)) return `No stage before ${last} is worth asking for this target: ${last} alone does as well or better. A lower --certainty, or more labelled texts, may tell otherwise.`;
  const verdict = {
    yes: "The thresholds hold",
    "within-chance": `The thresholds hold as far as ${count(holding.texts)} texts can tell`,
    no: "The thresholds do not hold",
  }[holds];
  const where = "on the half they were not tuned on";
  const advice = holds === "no" ? " Try a higher --certainty, or give more labelled texts." : "";
  switch (report.target.kind) {
    case "last-stage":
      return `${verdict} ${where}: ${name} is ${comparison(margin)} of ${last} alone (95 % interval of the difference ${points(interval.low)} to ${points(interval.high)} points).${advice}`;
    case "metric":
      return `${verdict} ${where}: ${name} ${share(holding.metric)} (95 % interval ${between(holding.metricInterval)}), wanted ${share(report.target.atLeast)}.${advice}`;
    case "budget":
      return `${verdict} ${where}: ${usd(holding.usdPerThousand)} per 1,000 texts (95 % interval ${usd(holding.usdInterval.low)} to ${usd(holding.usdInterval.high)}), of ${usd(report.target.usdPerThousand)}; ${name} is ${comparison(holding.difference)} of ${last} alone.`;
  }
}

/** Whether that was luck. */
export function repeatedSentence({ splits, held, saved }: RepeatedSplits, last: string): string {
  const within = `${held["within-chance"]} ${held["within-chance"] === 1 ? "misses" : "miss"} it within chance, ${held.no} beyond`;
  return `Tuned and checked anew on ${splits} other splits: ${held.yes} meet the target, ${within}; calls to ${last} saved ${share(saved.low)} to ${share(saved.high)}, on average ${share(saved.mean)}.`;
}

/** What a cascade is for: how many calls it does without at the quality of its last stage. */
export function equalSentence({ equal, metric }: TuningReport, last: string): string {
  const { holding, tuning } = equal;
  const money = tuning.lastAloneUsdPerThousand > 0 ? ` (${usd(holding.usdPerThousand)} instead of ${usd(holding.lastAloneUsdPerThousand)} per 1,000 texts)` : "";
  return `At the ${metricName(metric)} of ${last} alone the cascade saves ${share(tuning.saved)} of the calls to ${last} on the half tuned on, ${share(holding.saved)} (95 % interval ${between(holding.savedInterval)}) on the other${money}.`;
}

function comparison(difference: number): string {
  const value = points(difference);
  if (value === "0.0") return "level with that";
  const distance = `${value.slice(1)} ${value.slice(1) === "1.0" ? "point" : "points"}`;
  return `${distance} ${difference < 0 ? "below" : "above"} that`;
}
