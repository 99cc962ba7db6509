import { SENTIMENT_LABELS, type Flag, type Sentiment, type SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { splitIntoParts } from "../core/text/split-sentences.ts";
import { addCosts } from "./add-costs.ts";
import type { Classified, TextClassification, TextClassifier, TextToClassify, Unclassified } from "./text-classifier.ts";

/** From this share of a text's characters on, what parts say is said of the text: two signs make it `mixed`. */
const MIXED_SHARE = 0.25;
/** From this share on, parts that are of low confidence make the text so. */
const LOW_CONFIDENCE_SHARE = 0.5;

/**
 * The classifier, made to take texts of any length: what is longer than `maximumBytes` of UTF-8 is split at sentences, its parts are classified among the other
 * texts of the batch, and their answers combined by the rule of docs/text-classification.md. What fits passes through untouched.
 */
export function splittingLongTexts(classifier: TextClassifier, maximumBytes: number): TextClassifier {
  return {
    model: classifier.model,
    classify: async (texts, signal) => {
      const partsOf = texts.map(({ text }) => partsWithWords(text, maximumBytes));
      if (partsOf.every((parts) => parts.length === 1)) return classifier.classify(texts, signal);
      const pieces = partsOf.flatMap((parts, index) => parts.map((text): TextToClassify => (parts.length === 1 ? texts[index]! : { ...texts[index]!, text })));
      const outcomes = await classifier.classify(pieces, signal);
      let start = 0;
      return partsOf.map((parts) => {
        const own = outcomes.slice(start, (start += parts.length));
        return parts.length === 1 ? (own[0] ?? unanswered()) : combine(parts, own);
      });
    },
  };
}

/** White space alone has no sentiment, and services refuse it. */
function partsWithWords(text: string, maximumBytes: number): string[] {
  const parts = splitIntoParts(text, maximumBytes);
  const withWords = parts.filter((part) => part.trim() !== "");
  return withWords.length === 0 ? parts.slice(0, 1) : withWords;
}

function combine(parts: readonly string[], outcomes: readonly (TextClassification | undefined)[]): TextClassification {
  const cost = addCosts(outcomes.map((outcome) => outcome?.cost));
  const answers = outcomes.filter((outcome) => outcome?.ok === true);
  if (answers.length < parts.length) return { ...failureOf(parts, outcomes), cost };
  const characters = parts.reduce((sum, part) => sum + part.length, 0);
  const weights = parts.map((part) => part.length / characters);
  return {
    ok: true,
    sentiment: meanSentiment(answers, weights),
    model: answers[0]!.model,
    flags: flagsOf(answers, weights),
    cost,
    modelMs: answers.reduce((sum, { modelMs }) => sum + modelMs, 0),
    parts: parts.length,
  };
}

/** A failure that no repetition heals speaks for the text; otherwise the first one. */
function failureOf(parts: readonly string[], outcomes: readonly (TextClassification | undefined)[]): Unclassified {
  const failed = parts.flatMap((_, index) => {
    const outcome = outcomes[index] ?? unanswered();
    return outcome.ok ? [] : [{ index, failure: outcome.failure }];
  });
  const { index, failure } = failed.find((one) => !one.failure.retryable) ?? failed[0]!;
  return { ok: false, failure: { ...failure, reason: `part ${index + 1} of ${parts.length}: ${failure.reason}` } };
}

function unanswered(): Unclassified {
  return { ok: false, failure: { code: "unanswered", retryable: true, reason: "the classifier gave no outcome for this text" } };
}

function meanSentiment(answers: readonly Classified[], weights: readonly number[]): Sentiment {
  const mean = (read: (sentiment: Sentiment) => number): number => answers.reduce((sum, { sentiment }, index) => sum + weights[index]! * read(sentiment), 0);
  const means = { positive: mean(({ scores }) => scores.positive), neutral: mean(({ scores }) => scores.neutral), negative: mean(({ scores }) => scores.negative) };
  // The weights are rounded: what they add up to is not exactly 1.
  const sum = means.positive + means.neutral + means.negative;
  const scores = { positive: means.positive / sum, neutral: means.neutral / sum, negative: means.negative / sum };
  const label = SENTIMENT_LABELS.reduce<SentimentLabel>((best, candidate) => (scores[candidate] > scores[best] ? candidate : best), "neutral");
  return { label, scores, confidence: Math.min(1, mean(({ confidence }) => confidence)), scoresFrom: answers[0]!.sentiment.scoresFrom };
}

/** All flags of all parts; but what one part is unsure or of two minds about must weigh enough to be said of the whole text. */
function flagsOf(answers: readonly Classified[], weights: readonly number[]): Flag[] {
  const share = (holds: (answer: Classified) => boolean): number => answers.reduce((sum, answer, index) => sum + (holds(answer) ? weights[index]! : 0), 0);
  const says = (label: SentimentLabel) => (answer: Classified) => answer.sentiment.label === label || answer.flags.includes("mixed");
  const flags = new Set<Flag>(answers.flatMap(({ flags }) => flags));
  flags.delete("mixed");
  flags.delete("low_confidence");
  if (share(says("positive")) >= MIXED_SHARE && share(says("negative")) >= MIXED_SHARE) flags.add("mixed");
  if (share(({ flags }) => flags.includes("low_confidence")) >= LOW_CONFIDENCE_SHARE) flags.add("low_confidence");
  return [...flags];
}
