import { SENTIMENT_LABELS, type SentimentLabel } from "../contracts/sentiment-result.ts";

/** One text whose right label is known, and the label a model gave. */
export interface Judged {
  actual: SentimentLabel;
  predicted: SentimentLabel;
}

/** `counts[actual][predicted]`: how many texts. */
export type ConfusionCounts = Record<SentimentLabel, Record<SentimentLabel, number>>;

export function countConfusion(judged: Iterable<Judged>): ConfusionCounts {
  const row = (): Record<SentimentLabel, number> => ({ positive: 0, neutral: 0, negative: 0 });
  const counts: ConfusionCounts = { positive: row(), neutral: row(), negative: row() };
  for (const { actual, predicted } of judged) counts[actual][predicted] += 1;
  return counts;
}

/** How many texts were counted. */
export function countTexts(counts: ConfusionCounts): number {
  return SENTIMENT_LABELS.reduce((sum, label) => sum + countActual(counts, label), 0);
}

/** How many texts carry this label in truth. */
export function countActual(counts: ConfusionCounts, label: SentimentLabel): number {
  return SENTIMENT_LABELS.reduce((sum, predicted) => sum + counts[label][predicted], 0);
}

/** How many texts the model gave this label. */
export function countPredicted(counts: ConfusionCounts, label: SentimentLabel): number {
  return SENTIMENT_LABELS.reduce((sum, actual) => sum + counts[actual][label], 0);
}
