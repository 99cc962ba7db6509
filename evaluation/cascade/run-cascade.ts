import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { countLabels, LABEL_INDEX, metricOf, type LabelCounts, type Metric } from "./metric.ts";
import { isRight, surer, type CascadeAnswers, type StageAnswer } from "./stage-answers.ts";

/**
 * One a stage but the last: the confidence from which its answer stands. `null`: the stage is not asked at all, as if it were not part
 * of the cascade.
 */
export type Thresholds = readonly (number | null)[];

/** What became of one text. */
export interface CascadeOutcome {
  label: SentimentLabel | undefined;
  right: boolean;
  /** Position of the stage whose answer stands; undefined when none answered. */
  answeredBy: number | undefined;
  /** US dollars of all stages asked. */
  usd: number;
}

export interface CascadeRun {
  outcomes: readonly CascadeOutcome[];
  /** How many texts each stage was asked about. */
  asked: readonly number[];
  /** How many texts each stage gave the answer that stands. */
  answered: readonly number[];
  /** US dollars of all texts. */
  usd: number;
}

/**
 * The rule of the cascade classifier on answers already given: an answer stands from the stage's threshold on; a stage that is less sure,
 * does not know the language or gives no answer passes the text on; the last stage's answer always stands; and where the last stage gives none, the surest
 * answer so far does.
 */
export function runCascade(data: CascadeAnswers, thresholds: Thresholds): CascadeRun {
  const last = data.stages.length - 1;
  if (thresholds.length !== last) throw new RangeError(`${data.stages.length} stages need ${last} thresholds, not ${thresholds.length}`);
  const asked = data.stages.map(() => 0);
  const answered = data.stages.map(() => 0);
  const outcomes = data.actual.map((actual, text): CascadeOutcome => {
    const outcome: CascadeOutcome = { label: undefined, right: false, answeredBy: undefined, usd: 0 };
    let standing: StageAnswer | undefined;
    for (const [stage, { answers }] of data.stages.entries()) {
      const threshold = stage === last ? 0 : thresholds[stage]!;
      if (threshold === null) continue;
      const answer = answers[text]!;
      asked[stage]! += 1;
      outcome.usd += answer.usd;
      if (answer.label === undefined) continue;
      const stands = stage === last || (answer.confidence >= threshold && answer.languageUnsupported !== true);
      if (!stands && surer(standing, answer) !== answer) continue;
      standing = answer;
      outcome.label = answer.label;
      outcome.right = isRight(answer, actual);
      outcome.answeredBy = stage;
      if (stands) break;
    }
    if (outcome.answeredBy !== undefined) answered[outcome.answeredBy]! += 1;
    return outcome;
  });
  return { outcomes, asked, answered, usd: outcomes.reduce((sum, { usd }) => sum + usd, 0) };
}

/** Every text to the last stage and to no other. */
export function runLastAlone(data: CascadeAnswers): CascadeRun {
  return runCascade(data, data.stages.slice(1).map(() => null));
}

/** The metric of a run, 0 to 1; texts without an answer count as wrong. */
export function metricOfRun(metric: Metric, data: CascadeAnswers, run: CascadeRun): number {
  return metricOf(metric, rightOfRun(data, run), countLabels(data.actual));
}

/** Right answers of a run by actual label. */
export function rightOfRun(data: CascadeAnswers, run: CascadeRun): LabelCounts {
  const right: LabelCounts = [0, 0, 0];
  for (const [text, outcome] of run.outcomes.entries()) if (outcome.right) right[LABEL_INDEX[data.actual[text]!]] += 1;
  return right;
}
