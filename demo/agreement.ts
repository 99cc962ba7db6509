import { SENTIMENT_LABELS } from "../core/contracts/sentiment-result.ts";
import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";

export interface LabelPair {
  given: SentimentLabel;
  answered: SentimentLabel;
  rows: number;
}

/** How far answers agree with the labels a file brought along. All shares are from 0 to 1. */
export interface Agreement {
  rows: number;
  accuracy: number;
  /** Mean recall of the labels that occur: the score of one who always says the same is 1 / their number. */
  macroRecall: number;
  /** The share of the most frequent label: the accuracy of one who always says that. */
  majority: { label: SentimentLabel; share: number };
}

/** Undefined when no row has a label. */
export function agreement(pairs: readonly LabelPair[]): Agreement | undefined {
  const sum = (chosen: readonly LabelPair[]): number => chosen.reduce((total, { rows }) => total + rows, 0);
  const rows = sum(pairs);
  if (rows === 0) return undefined;
  const classes = SENTIMENT_LABELS.map((label) => {
    const ofLabel = pairs.filter(({ given }) => given === label);
    return { label, support: sum(ofLabel), right: sum(ofLabel.filter(({ answered }) => answered === label)) };
  }).filter(({ support }) => support > 0);
  const largest = classes.reduce((best, candidate) => (candidate.support > best.support ? candidate : best));
  return {
    rows,
    accuracy: classes.reduce((total, { right }) => total + right, 0) / rows,
    macroRecall: classes.reduce((total, { right, support }) => total + right / support, 0) / classes.length,
    majority: { label: largest.label, share: largest.support / rows },
  };
}
