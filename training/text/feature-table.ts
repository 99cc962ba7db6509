import { bucketOf, hashPair } from "../../classifiers/embedded/hash.ts";
import { formHash, languageHash, PAIR, visitNegated, visitWord, type FeatureVisitor } from "../../classifiers/embedded/features.ts";
import { walkText, type KnownWord } from "../../classifiers/embedded/walk-text.ts";
import type { TokenKind } from "../../classifiers/embedded/split-tokens.ts";
import { wordForm } from "../../classifiers/embedded/word-form.ts";
import type { PreparedText } from "./training-data.ts";
import { wordList } from "./word-lists.ts";

export const BUCKET_BITS = 20;
export const BUCKETS = 2 ** BUCKET_BITS;

/** Features beyond the buckets: what the word list says, by its sign and by whether a negator reaches the word. */
export const LIST_POSITIVE = BUCKETS;
export const LIST_NEGATIVE = BUCKETS + 1;
export const LIST_POSITIVE_NEGATED = BUCKETS + 2;
export const LIST_NEGATIVE_NEGATED = BUCKETS + 3;
export const FEATURES = BUCKETS + 4;

/** Value of a list feature per step of valence (of five). */
export const LIST_STEP = 0.5;

/** The features of many texts, one after the other: text i has those from `starts[i]` up to `starts[i + 1]`. */
export interface FeatureTable {
  starts: Int32Array;
  features: Int32Array;
  values: Float32Array;
}

/** A token's features, collected once: words repeat. */
interface CollectedWord extends KnownWord {
  own: WeightedFeatures;
  negated: WeightedFeatures;
  valence: number;
}

interface WeightedFeatures {
  features: number[];
  values: number[];
  /** Sum of the squared values. */
  energy: number;
}

export function buildFeatureTable(texts: readonly PreparedText[]): FeatureTable {
  const starts = new Int32Array(texts.length + 1);
  let features = new Int32Array(2 ** 20);
  let values = new Float32Array(2 ** 20);
  let length = 0;
  texts.forEach((text, index) => {
    const found = collectFeatures(text);
    if (length + found.features.length > features.length) {
      features = grown(features, new Int32Array(2 * features.length + found.features.length));
      values = grown(values, new Float32Array(2 * values.length + found.values.length));
    }
    features.set(found.features, length);
    values.set(found.values, length);
    length += found.features.length;
    starts[index + 1] = length;
  });
  return { starts, features: features.slice(0, length), values: values.slice(0, length) };
}

function grown<Kind extends Int32Array | Float32Array>(from: Kind, to: Kind): Kind {
  to.set(from);
  return to;
}

/** A text's features and their values, scaled so that the squares of those in buckets sum to 1. Repeats stay apart. */
export function collectFeatures({ text, language }: Pick<PreparedText, "text" | "language">): { features: number[]; values: number[] } {
  const all: WeightedFeatures = { features: [], values: [], energy: 0 };
  const words = wordsOf(language);
  walkText<CollectedWord>(text, {
    lookUp(token, kind) {
      let word = words.get(token);
      if (word === undefined) {
        word = collectWord(token, kind, language);
        words.set(token, word);
      }
      return word;
    },
    word({ own, negated, valence }, isNegated) {
      append(all, own);
      if (isNegated) append(all, negated);
      if (valence === 0) return;
      all.features.push(listFeature(valence, isNegated));
      all.values.push(LIST_STEP * Math.abs(valence));
    },
    pair(first, second) {
      all.features.push(bucketOf(hashPair(first, second), BUCKET_BITS));
      all.values.push(PAIR);
      all.energy += PAIR * PAIR;
    },
  });
  const scale = all.energy === 0 ? 0 : 1 / Math.sqrt(all.energy);
  return { features: all.features, values: all.values.map((value) => value * scale) };
}

const collectedWords = new Map<string, Map<string, CollectedWord>>();

function wordsOf(language: string): Map<string, CollectedWord> {
  const words = collectedWords.get(language) ?? new Map<string, CollectedWord>();
  collectedWords.set(language, words);
  return words;
}

function collectWord(token: string, kind: TokenKind, language: string): CollectedWord {
  const form = wordForm(token, kind, language);
  const gather = (visitAll: (visit: FeatureVisitor) => void): WeightedFeatures => {
    const gathered: WeightedFeatures = { features: [], values: [], energy: 0 };
    visitAll((hash, value) => {
      gathered.features.push(bucketOf(hash, BUCKET_BITS));
      gathered.values.push(value);
      gathered.energy += value * value;
    });
    return gathered;
  };
  return {
    hash: formHash(form.form),
    kind,
    negates: form.negates,
    valence: form.negates ? 0 : (wordList(language).get(form.form) ?? 0),
    own: gather((visit) => visitWord(form, languageHash(language), visit)),
    negated: gather((visit) => visitNegated(form, visit)),
  };
}

function append(all: WeightedFeatures, more: WeightedFeatures): void {
  all.features.push(...more.features);
  all.values.push(...more.values);
  all.energy += more.energy;
}

export function listFeature(valence: number, negated: boolean): number {
  if (valence > 0) return negated ? LIST_POSITIVE_NEGATED : LIST_POSITIVE;
  return negated ? LIST_NEGATIVE_NEGATED : LIST_NEGATIVE;
}
