import { SENTIMENT_LABELS, type Sentiment, type SentimentLabel } from "../contracts/sentiment-result.ts";
import type { FusionWeights } from "../contracts/fusion-weights.ts";

export type Scores = Sentiment["scores"];
/** One number a label: log-odds up to a constant that all three share. */
export type LogOdds = Readonly<Record<SentimentLabel, number>>;
export type Calibration = Pick<FusionWeights["text"], "temperature" | "bias">;

/**
 * No opinion counts as surer than this about what it excludes. In a product of opinions a single 0 is a veto (Genest and Zidek 1986), and zeros
 * come from rounding, from language models that state probabilities in words, and from labels that a model does not have; and people who label
 * sentiment disagree about more than one turn in a hundred.
 */
export const LEAST_PROBABILITY = 0.01;

/**
 * ln p, each share raised to LEAST_PROBABILITY at least.
 * @throws RangeError for a score that is negative or no number.
 */
export function logProbabilities(scores: Scores): LogOdds {
  for (const label of SENTIMENT_LABELS) {
    if (!(scores[label] >= 0 && scores[label] < Infinity)) throw new RangeError(`the score of ${label} must be a number from 0, not ${scores[label]}`);
  }
  const sum = scores.positive + scores.neutral + scores.negative;
  return eachLabel((label) => Math.log(Math.max(LEAST_PROBABILITY, sum === 0 ? 1 / 3 : scores[label] / sum)));
}

/** ln p / temperature + bias: temperature scaling (Guo et al., "On calibration of modern neural networks", ICML 2017) with a bias a label. */
export function calibratedLogOdds(scores: Scores, { temperature, bias }: Calibration): LogOdds {
  const logs = logProbabilities(scores);
  return eachLabel((label) => logs[label] / temperature + bias[label]);
}

/** Probabilities of log-odds: they sum to 1, however large the log-odds are. */
export function softmax(logOdds: LogOdds): Scores {
  const highest = Math.max(logOdds.positive, logOdds.neutral, logOdds.negative);
  const powers = eachLabel((label) => Math.exp(logOdds[label] - highest));
  const sum = powers.positive + powers.neutral + powers.negative;
  return eachLabel((label) => powers[label] / sum);
}

export function eachLabel(read: (label: SentimentLabel) => number): Record<SentimentLabel, number> {
  return { positive: read("positive"), neutral: read("neutral"), negative: read("negative") };
}
