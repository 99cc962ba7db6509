import { SENTIMENT_LABELS, type ScoresFrom, type Sentiment, type SentimentLabel } from "../contracts/sentiment-result.ts";

export type LabelWeights = Readonly<Record<SentimentLabel, number>>;

/**
 * The sentiment of three weights, each ≥ 0 and not necessarily summing to 1: scores are their shares, the label the highest, the confidence
 * its score. With nothing to choose by (all 0, or a tie at the top) the label is the one that claims least: neutral where it is among the best.
 */
export function sentimentOfScores(weights: LabelWeights, scoresFrom: ScoresFrom): Sentiment {
  const sum = weights.positive + weights.neutral + weights.negative;
  const share = (label: SentimentLabel): number => (sum === 0 ? 1 / 3 : weights[label] / sum);
  const scores = { positive: share("positive"), neutral: share("neutral"), negative: share("negative") };
  const label = SENTIMENT_LABELS.reduce<SentimentLabel>((best, candidate) => (scores[candidate] > scores[best] ? candidate : best), "neutral");
  return { label, scores, confidence: scores[label], scoresFrom };
}

/** Below it the other two labels together are likelier than the one given. */
export const LOW_SERVICE_CONFIDENCE = 0.5;

export interface NamedScore {
  name: string;
  score: number;
}

/** A model's own labels → our three, several onto one added up; or the first name that the configuration does not say what to do with. */
export function weighByLabel(named: readonly NamedScore[], labels: ReadonlyMap<string, SentimentLabel>): { ok: true; weights: LabelWeights } | { ok: false; unknown: string } {
  const weights = { positive: 0, neutral: 0, negative: 0 };
  for (const { name, score } of named) {
    const label = labels.get(name);
    if (label === undefined) return { ok: false, unknown: name };
    weights[label] += score;
  }
  return { ok: true, weights };
}
