import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { LanguageParameters } from "./model-file.ts";

/** One number a label, in the order of SENTIMENT_LABELS: positive, neutral, negative. */
export type ByLabel = readonly [number, number, number];

export interface Opinion {
  label: SentimentLabel;
  scores: ByLabel;
  confidence: number;
}

/**
 * From logits (bias included) to an answer. Scores are their softmax, sharpened by language: probabilities if the three labels were
 * equally frequent. Confidence is the probability that the label is right, estimated from its lead over the second (Platt 1999).
 */
export function scoreEvidence(logits: ByLabel, { sharpness, confidence }: Pick<LanguageParameters, "sharpness" | "confidence">): Opinion {
  const { winner, lead } = findWinner(logits);
  const scores = softmax([logits[0] * sharpness, logits[1] * sharpness, logits[2] * sharpness]);
  return {
    label: SENTIMENT_LABELS[winner],
    scores,
    confidence: 1 / (1 + Math.exp(-(confidence.offsets[winner] + confidence.slope * Math.min(lead, confidence.longestLead)))),
  };
}

/** The label with the highest logit (neutral before positive before negative where they are equal) and its distance to the next. */
export function findWinner([positive, neutral, negative]: ByLabel): { winner: 0 | 1 | 2; lead: number } {
  if (neutral >= positive && neutral >= negative) return { winner: 1, lead: neutral - Math.max(positive, negative) };
  if (positive >= negative) return { winner: 0, lead: positive - Math.max(neutral, negative) };
  return { winner: 2, lead: negative - Math.max(neutral, positive) };
}

export function softmax(logits: ByLabel): ByLabel {
  const highest = Math.max(...logits);
  const [positive, neutral, negative] = logits.map((logit) => Math.exp(logit - highest)) as [number, number, number];
  const sum = positive + neutral + negative;
  return [positive / sum, neutral / sum, negative / sum];
}
