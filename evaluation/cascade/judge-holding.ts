import type { Interval } from "./intervals.ts";
import type { Target } from "./choose-thresholds.ts";
import type { HalfReport } from "./tune-cascade.ts";

/**
 * Whether thresholds do on other texts what they were chosen for. `yes`: the target is met there. `within-chance`: it is missed by no more
 * than so few texts can tell from meeting it. `no`: missed beyond chance (95 %).
 */
export interface Judgement {
  holds: "yes" | "within-chance" | "no";
  /** By how much the target is exceeded on the holding half: a difference of shares, or US dollars per 1,000 texts left of the budget. */
  margin: number;
  interval: Interval;
}

/** @param holding the cascade on texts that its thresholds were not tuned on. */
export function judgeHolding(holding: HalfReport, target: Target): Judgement {
  const { margin, interval } = marginOf(holding, target);
  return { holds: margin >= 0 ? "yes" : interval.high >= 0 ? "within-chance" : "no", margin, interval };
}

function marginOf(holding: HalfReport, target: Target): { margin: number; interval: Interval } {
  switch (target.kind) {
    case "last-stage":
      return { margin: holding.difference, interval: holding.differenceInterval };
    case "metric":
      return { margin: holding.metric - target.atLeast, interval: { low: holding.metricInterval.low - target.atLeast, high: holding.metricInterval.high - target.atLeast } };
    case "budget":
      return {
        margin: target.usdPerThousand - holding.usdPerThousand,
        interval: { low: target.usdPerThousand - holding.usdInterval.high, high: target.usdPerThousand - holding.usdInterval.low },
      };
  }
}
