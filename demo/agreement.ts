import { SENTIMENT_LABELS } from "../core/contracts/sentiment-result.ts";
import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { type ConfusionCounts, countActual, countConfusion, countTexts } from "../core/metrics/confusion.ts";
import { accuracy, macroRecall } from "../core/metrics/scores.ts";

export interface LabelPair {
  given: SentimentLabel;
  answered: SentimentLabel;
  rows: number;
}

/** How far answers agree with the labels a file brought along. All shares are from 0 to 1. */
export interface Agreement {
  rows: number;
  accuracy: number;
  macroRecall: number;
  /** The share of the most frequent label: the accuracy of one who always says that. */
  majority: { label: SentimentLabel; share: number };
}

/** Undefined when no row has a label. */
export function agreement(pairs: readonly LabelPair[]): Agreement | undefined {
  const counts: ConfusionCounts = countConfusion([]);
  for (const { given, answered, rows } of pairs) counts[given][answered] += rows;
  const rows = countTexts(counts);
  if (rows === 0) return undefined;
  const majority = SENTIMENT_LABELS.reduce((best, label) => (countActual(counts, label) > countActual(counts, best) ? label : best));
  return { rows, accuracy: accuracy(counts), macroRecall: macroRecall(counts), majority: { label: majority, share: countActual(counts, majority) / rows } };
}
