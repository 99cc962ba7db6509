import { join } from "node:path";
import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { redact } from "../../core/redaction/redact.ts";
import { prepareForModel } from "../../core/text/prepare-for-model.ts";
import { prepareForStorage } from "../../core/text/prepare-for-storage.ts";
import { readDataset } from "../../evaluation/read-dataset.ts";

/** How a data set takes part. The weights were chosen on held-back training data (docs/decisions/embedded-model.md). */
interface TrainingSet {
  name: string;
  /** Weight of its loss. */
  weight: number;
  /** In these languages only positive and negative were told apart, and only their difference is learnt. */
  withoutNeutral: readonly string[];
}

export const TRAINING_SETS: readonly TrainingSet[] = [
  { name: "tweeteval_sentiment", weight: 1, withoutNeutral: [] },
  { name: "umsab", weight: 2, withoutNeutral: [] },
  { name: "afrisenti", weight: 0.5, withoutNeutral: [] },
  { name: "goemotions", weight: 0.3, withoutNeutral: [] },
  { name: "sst2", weight: 0.3, withoutNeutral: ["en"] },
  // Neutral lines of English are in the source, not in our copy of it.
  { name: "xed", weight: 0.1, withoutNeutral: ["de", "en", "es", "fr", "it", "pt"] },
];

export interface PreparedText {
  /** As the classifier is given it. */
  text: string;
  label: SentimentLabel;
  /** Primary subtag. */
  language: string;
  set: string;
}

/** Goes the way of a social message through the text road, so that training and service see the same. */
export function prepareText(text: string): string {
  return prepareForModel(redact(prepareForStorage(text, "social")).text, "social");
}

/** The texts of one file of a data set, in its order, without those of which preparation leaves nothing. */
export function readPrepared(folder: string, set: string, split: "train" | "dev"): PreparedText[] {
  return readDataset(join(folder, set, `${split}.jsonl.gz`)).flatMap(({ text, label, lang }) => {
    const prepared = prepareText(text);
    return prepared === "" ? [] : [{ text: prepared, label, language: primaryLanguage(lang), set }];
  });
}

export function primaryLanguage(tag: string): string {
  return tag.split("-", 1)[0]!.toLowerCase();
}

/** Set and language: each has its own bias and its own balance of labels. */
export function groupOf({ set, language }: PreparedText): string {
  return `${set}/${language}`;
}

export function labelIndex(label: SentimentLabel): number {
  return SENTIMENT_LABELS.indexOf(label);
}
