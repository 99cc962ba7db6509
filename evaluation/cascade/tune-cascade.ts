import { expectedCalibrationError } from "../../core/metrics/calibration-error.ts";
import { chooseThresholds, type Target } from "./choose-thresholds.ts";
import { costCurve, type CostPoint } from "./cost-curve.ts";
import { meanInterval, pairedBootstrap, wilsonInterval, type Interval } from "./intervals.ts";
import { countLabels, LABEL_INDEX, metricOf, type LabelCounts, type Metric } from "./metric.ts";
import { areaUnderRiskCoverage, riskCoverage, type RiskPoint } from "./risk-coverage.ts";
import { metricOfRun, runCascade, runLastAlone, type CascadeRun, type Thresholds } from "./run-cascade.ts";
import type { Halves } from "./split-halves.ts";
import { isRight, pickTexts, type CascadeAnswers, type StageAnswers } from "./stage-answers.ts";

export interface TuningOptions {
  metric: Metric;
  target: Target;
  seed: number;
}

/** All shares from 0 to 1, money in US dollars per 1,000 texts. */
export interface StageAlone {
  name: string;
  texts: number;
  unanswered: number;
  accuracy: number;
  accuracyInterval: Interval;
  macroRecall: number;
  /** NaN when it answered nothing. */
  calibrationError: number;
  areaUnderRiskCoverage: number;
  usdPerThousand: number;
  riskCoverage: readonly RiskPoint[];
}

/** The cascade beside its last stage, on one half. */
export interface HalfReport {
  texts: number;
  metric: number;
  metricInterval: Interval;
  lastAlone: number;
  /** Cascade less last stage, on the same texts. */
  difference: number;
  differenceInterval: Interval;
  usdPerThousand: number;
  usdInterval: Interval;
  lastAloneUsdPerThousand: number;
  /** Of each stage: of all texts, the share it was asked about, and the share its answer stands for. */
  asked: readonly number[];
  answered: readonly number[];
  unanswered: number;
  /** Of the calls to the last stage, the share the cascade does without. */
  saved: number;
  savedInterval: Interval;
}

export interface TunedThresholds {
  thresholds: Thresholds;
  /** False when nothing reached the target on the tuning half. */
  reached: boolean;
  tuning: HalfReport;
  holding: HalfReport;
}

export interface TuningReport {
  metric: Metric;
  target: Target;
  /** Each stage on all texts. */
  stages: readonly StageAlone[];
  chosen: TunedThresholds;
  /** Lowest cost at which the cascade is, on the tuning half, not worse than its last stage alone: the calls saved at equal quality. */
  equal: TunedThresholds;
  /** One for each stage but the last, on the tuning half. */
  curves: readonly (readonly CostPoint[])[];
}

const CURVE_POINTS = 50;

/** Chooses thresholds on one half of the texts, and says what they are worth on both. The same for the same seed. */
export function tuneCascade(data: CascadeAnswers, halves: Halves, { metric, target, seed }: TuningOptions): TuningReport {
  const tuning = pickTexts(data, halves.tuning);
  const holding = pickTexts(data, halves.holding);
  const [choice, equalChoice] = chooseThresholds(tuning, metric, [target, { kind: "last-stage", certainty: 0.5 }]);
  const report = ({ thresholds, reached }: { thresholds: Thresholds; reached: boolean }): TunedThresholds => ({
    thresholds,
    reached,
    tuning: reportHalf(tuning, thresholds, { metric, seed }),
    holding: reportHalf(holding, thresholds, { metric, seed }),
  });
  const chosen = report(choice!);
  // The usual target is this very one; its intervals need not be drawn twice.
  const isEqual = target.kind === "last-stage" && target.certainty === 0.5;
  return {
    metric,
    target,
    stages: data.stages.map((stage) => reportStage(stage, data)),
    chosen,
    equal: isEqual ? chosen : report(equalChoice!),
    curves: data.stages.slice(0, -1).map((_, stage) => costCurve(tuning, metric, choice!.thresholds, stage, CURVE_POINTS)),
  };
}

function reportStage({ name, answers }: StageAnswers, { actual }: CascadeAnswers): StageAlone {
  const right: LabelCounts = [0, 0, 0];
  for (const [text, answer] of answers.entries()) if (isRight(answer, actual[text]!)) right[LABEL_INDEX[actual[text]!]] += 1;
  const labels = countLabels(actual);
  const judged = answers.flatMap((answer, text) => (answer.label === undefined ? [] : [{ confidence: answer.confidence, right: isRight(answer, actual[text]!) }]));
  const curve = riskCoverage(answers, actual);
  return {
    name,
    texts: actual.length,
    unanswered: actual.length - judged.length,
    accuracy: metricOf("accuracy", right, labels),
    accuracyInterval: wilsonInterval(right[0] + right[1] + right[2], actual.length),
    macroRecall: metricOf("macro-recall", right, labels),
    calibrationError: expectedCalibrationError(judged),
    areaUnderRiskCoverage: areaUnderRiskCoverage(curve),
    usdPerThousand: (1_000 * answers.reduce((sum, { usd }) => sum + usd, 0)) / actual.length,
    riskCoverage: curve,
  };
}

/** What thresholds are worth on these texts. */
export function reportHalf(data: CascadeAnswers, thresholds: Thresholds, { metric, seed, resamples }: { metric: Metric; seed: number; resamples?: number }): HalfReport {
  const run = runCascade(data, thresholds);
  const alone = runLastAlone(data);
  const texts = data.actual.length;
  const { first, difference } = pairedBootstrap(metric, pairOutcomes(data, run, alone), seed, resamples);
  const [value, lastAlone] = [metricOfRun(metric, data, run), metricOfRun(metric, data, alone)];
  const lastAsked = run.asked.at(-1)!;
  return {
    texts,
    metric: value,
    metricInterval: first,
    lastAlone,
    difference: value - lastAlone,
    differenceInterval: difference,
    usdPerThousand: (1_000 * run.usd) / texts,
    usdInterval: meanInterval(run.outcomes.map(({ usd }) => 1_000 * usd)),
    lastAloneUsdPerThousand: (1_000 * alone.usd) / texts,
    asked: run.asked.map((asked) => asked / texts),
    answered: run.answered.map((answered) => answered / texts),
    unanswered: texts - run.answered.reduce((sum, answered) => sum + answered, 0),
    saved: 1 - lastAsked / texts,
    savedInterval: wilsonInterval(texts - lastAsked, texts),
  };
}

function pairOutcomes(data: CascadeAnswers, first: CascadeRun, second: CascadeRun): { actual: CascadeAnswers["actual"][number]; first: boolean; second: boolean }[] {
  return data.actual.map((actual, text) => ({ actual, first: first.outcomes[text]!.right, second: second.outcomes[text]!.right }));
}
