import type { TunedThresholds } from "../evaluation/cascade/tune-cascade.ts";
import type { TuningRun } from "./tune-report.ts";

const RISK_POINTS = 100;

/** One object for programs; shares from 0 to 1, money in US dollars per 1,000 texts, numbers that do not exist null. */
export function toTuningJson({ files, prepared, stages, report, judgement, repeated, seed, snippet }: TuningRun): string {
  const withNames = (tuned: TunedThresholds): unknown => ({ ...tuned, thresholds: Object.fromEntries(tuned.thresholds.map((threshold, index) => [stages[index]!.name, threshold])) });
  return JSON.stringify(
    {
      files,
      seed,
      texts: prepared.texts.length,
      leftOut: { repeated: prepared.repeated, contradicting: prepared.contradicting, empty: prepared.empty },
      metric: report.metric,
      target: report.target,
      stages: report.stages.map((stage, index) => ({ ...stage, source: stages[index]!.source, riskCoverage: stage.riskCoverage.filter((_, point, all) => (point + 1) % Math.ceil(all.length / RISK_POINTS) === 0 || point === all.length - 1) })),
      curves: Object.fromEntries(report.curves.map((curve, index) => [stages[index]!.name, curve])),
      chosen: withNames(report.chosen),
      atEqualMetric: withNames(report.equal),
      judgement,
      otherSplits: repeated ?? null,
      model: snippet.model,
    },
    null,
    2,
  );
}
