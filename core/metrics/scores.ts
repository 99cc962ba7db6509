import { SENTIMENT_LABELS, type SentimentLabel } from "../contracts/sentiment-result.ts";
import { countActual, countPredicted, countTexts, type ConfusionCounts } from "./confusion.ts";

/** All of these are shares from 0 to 1; of no texts at all they are NaN, never a flattering number. */

/** Right answers of all answers. */
export function accuracy(counts: ConfusionCounts): number {
  return SENTIMENT_LABELS.reduce((sum, label) => sum + counts[label][label], 0) / countTexts(counts);
}

/** Of the texts that carry the label, the share that was found; NaN when none carries it. */
export function recall(counts: ConfusionCounts, label: SentimentLabel): number {
  return counts[label][label] / countActual(counts, label);
}

/** Of the texts given the label, the share that carries it; NaN when none was given it. */
export function precision(counts: ConfusionCounts, label: SentimentLabel): number {
  return counts[label][label] / countPredicted(counts, label);
}

/** Harmonic mean of precision and recall, as 2·TP / (actual + predicted); NaN when the label is neither carried nor given. */
export function f1(counts: ConfusionCounts, label: SentimentLabel): number {
  return (2 * counts[label][label]) / (countActual(counts, label) + countPredicted(counts, label));
}

/**
 * Mean recall of the labels that occur (AvgRec of SemEval-2017 task 4, the metric of TweetEval's sentiment task). It is a
 * third for a model that gives one answer to everything, however unbalanced the labels are.
 */
export function macroRecall(counts: ConfusionCounts): number {
  return meanOfNumbers(SENTIMENT_LABELS.map((label) => recall(counts, label)));
}

/** Mean F1 of the labels that are carried or given (the metric of UMSAB, Barbieri et al. 2022). */
export function macroF1(counts: ConfusionCounts): number {
  return meanOfNumbers(SENTIMENT_LABELS.map((label) => f1(counts, label)));
}

function meanOfNumbers(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
