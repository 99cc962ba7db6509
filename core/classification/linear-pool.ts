import { type Emotions, SENTIMENT_LABELS, type ScoresFrom, type Sentiment } from "../contracts/sentiment-result.ts";
import { type LabelWeights, sentimentOfScores } from "./sentiment-of-scores.ts";

export interface WeighedOpinion {
  /** Above 0; the weights need not sum to 1. */
  weight: number;
  scores: LabelWeights;
  emotions?: Emotions;
}

export interface PooledOpinion {
  sentiment: Sentiment;
  emotions?: Emotions;
}

/**
 * The weighted mean of probabilities, Σ wᵢpᵢ / Σ wᵢ: the linear opinion pool (Stone, "The opinion pool", Annals of Mathematical Statistics 32,
 * 1961), for scores and, where all have the same labels, emotions. Not the geometric (logarithmic) pool, in which a single opinion of 0 is a
 * veto (Genest and Zidek, "Combining probability distributions", Statistical Science 1, 1986): a model whose labels lack one of ours always says 0.
 *
 * @param opinions at least one.
 */
export function linearPool(opinions: readonly WeighedOpinion[], scoresFrom: ScoresFrom): PooledOpinion {
  const total = opinions.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (read: (opinion: WeighedOpinion) => number): number => opinions.reduce((sum, opinion) => sum + opinion.weight * read(opinion), 0) / total;
  const [positive, neutral, negative] = SENTIMENT_LABELS.map((label) => mean(({ scores }) => scores[label]));
  const sentiment = sentimentOfScores({ positive: positive!, neutral: neutral!, negative: negative! }, scoresFrom);
  const names = sharedNames(opinions);
  if (names === undefined) return { sentiment };
  // The weights are rounded: a mean of ones may be a hair above 1.
  return { sentiment, emotions: Object.fromEntries(names.map((name) => [name, Math.min(1, mean(({ emotions }) => emotions![name]!))])) };
}

/** The labels, when every opinion has exactly these. */
function sharedNames(opinions: readonly WeighedOpinion[]): string[] | undefined {
  const [first] = opinions;
  if (first?.emotions === undefined) return undefined;
  const names = Object.keys(first.emotions);
  const areShared = opinions.every(({ emotions = {} }) => Object.keys(emotions).length === names.length && names.every((name) => Object.hasOwn(emotions, name)));
  return areShared ? names : undefined;
}
