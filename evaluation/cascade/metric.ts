import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";

export const METRICS = ["accuracy", "macro-recall"] as const;
export type Metric = (typeof METRICS)[number];

/** Texts by their actual label, in the order of SENTIMENT_LABELS. */
export type LabelCounts = [number, number, number];

export const LABEL_INDEX: Readonly<Record<SentimentLabel, 0 | 1 | 2>> = { positive: 0, neutral: 1, negative: 2 };

export function countLabels(labels: readonly SentimentLabel[]): LabelCounts {
  const counts: LabelCounts = [0, 0, 0];
  for (const label of labels) counts[LABEL_INDEX[label]] += 1;
  return counts;
}

/**
 * Standard error of the metric, or of the difference of two systems' metrics on the same texts. Texts are drawn label by label for macro recall.
 *
 * @param sums by label: right answers; for a difference, right answers of the one less those of the other.
 * @param squares by label: right answers again; for a difference, texts that only one of the two answered rightly.
 */
export function standardError(metric: Metric, sums: Readonly<LabelCounts>, squares: Readonly<LabelCounts>, actual: Readonly<LabelCounts>): number {
  const varianceOf = (sum: number, square: number, texts: number): number => (square / texts - (sum / texts) ** 2) / texts;
  const total = (counts: Readonly<LabelCounts>): number => counts[0] + counts[1] + counts[2];
  if (metric === "accuracy") return Math.sqrt(Math.max(0, varianceOf(total(sums), total(squares), total(actual))));
  const variances = actual.flatMap((texts, label) => (texts === 0 ? [] : [varianceOf(sums[label]!, squares[label]!, texts)]));
  return Math.sqrt(Math.max(0, variances.reduce((sum, variance) => sum + variance, 0))) / variances.length;
}

/**
 * The metric from how many texts of each actual label got the right answer, 0 to 1. Unlike a confusion matrix this has a place for
 * texts that nobody answered: they count as wrong. Labels that do not occur are left out of macro recall; NaN of no texts.
 */
export function metricOf(metric: Metric, right: Readonly<LabelCounts>, actual: Readonly<LabelCounts>): number {
  if (metric === "accuracy") return (right[0] + right[1] + right[2]) / (actual[0] + actual[1] + actual[2]);
  let [sum, labels] = [0, 0];
  for (let label = 0; label < SENTIMENT_LABELS.length; label += 1) {
    const texts = actual[label] ?? 0;
    if (texts === 0) continue;
    sum += right[label]! / texts;
    labels += 1;
  }
  return sum / labels;
}
