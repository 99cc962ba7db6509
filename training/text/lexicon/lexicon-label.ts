import type { SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import { lexiconFor } from "./lexicons.ts";
import { weighWords } from "./weigh-words.ts";

// Pseudo-counts: what the sides weigh before any word speaks.
const PRIOR_NEUTRAL = 1;
const PRIOR_SIDE = 0.5;

/** What lists of words make of a text, the yardstick that a trained model has to beat; undefined for a language without a list. */
export function lexiconLabel(text: string, language: string): SentimentLabel | undefined {
  const lexicon = lexiconFor(language);
  if (lexicon === undefined) return undefined;
  const { positive, negative } = weighWords(text, lexicon);
  if (PRIOR_SIDE + Math.max(positive, negative) <= PRIOR_NEUTRAL) return "neutral";
  return positive >= negative ? "positive" : "negative";
}
