import { type Flag, SENTIMENT_LABELS, type Sentiment, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { Answer } from "./answer-schema.ts";

/** Below this an analyst should not lean on a single answer: the next label is at most a coin's throw away. */
const LOW_CONFIDENCE = 0.6;

export interface Opinion {
  sentiment: Sentiment;
  flags: Flag[];
}

/** @param answer with scores, which sum to 1 and have the label among the highest. @throws Error without them. */
export function opinionOfStated({ label, mixed, scores }: Answer): Opinion {
  if (scores === undefined) throw new Error("An answer without scores has no stated opinion; read it as one of several samples.");
  return withFlags({ label, scores, confidence: scores[label], scoresFrom: "stated" }, mixed);
}

/**
 * The label of most answers. Scores are (count + 1/3) / (n + 1): one made-up answer, spread evenly over the three labels, keeps a handful of equal
 * answers from claiming certainty (Perks' prior, 1947: a Dirichlet distribution with parameters 1/3). Of labels with equally many
 * answers the one answered first wins. Mixed when most answers say so, or when positive and negative share the top.
 *
 * @param answers at least one
 */
export function opinionOfSamples(answers: readonly Answer[]): Opinion {
  const count = (label: SentimentLabel): number => answers.filter((answer) => answer.label === label).length;
  const most = Math.max(...SENTIMENT_LABELS.map(count));
  const label = answers.find((answer) => count(answer.label) === most)!.label;
  const score = (label: SentimentLabel): number => (count(label) + 1 / 3) / (answers.length + 1);
  const scores = { positive: score("positive"), neutral: score("neutral"), negative: score("negative") };
  const areTorn = count("positive") === most && count("negative") === most;
  const isMixed = answers.filter(({ mixed }) => mixed).length * 2 > answers.length;
  return withFlags({ label, scores, confidence: scores[label], scoresFrom: "samples" }, areTorn || isMixed);
}

function withFlags(sentiment: Sentiment, mixed: boolean): Opinion {
  return { sentiment, flags: [...(sentiment.confidence < LOW_CONFIDENCE ? (["low_confidence"] as const) : []), ...(mixed ? (["mixed"] as const) : [])] };
}
