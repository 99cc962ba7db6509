import { formHash, languageHash, wordOfLanguage } from "../../classifiers/embedded/features.ts";
import { encodeWeight, WEIGHTS_PER_BUCKET, type ModelFile, type ModelHeader } from "../../classifiers/embedded/model-file.ts";
import { BUCKETS, LIST_NEGATIVE, LIST_NEGATIVE_NEGATED, LIST_POSITIVE, LIST_POSITIVE_NEGATED, LIST_STEP } from "./feature-table.ts";
import { rounded } from "./fit-calibration.ts";
import type { LinearModel } from "./train-linear.ts";
import { WORD_LIST_LANGUAGES, wordList } from "./word-lists.ts";

const LABELS = 3;

/** The weights as the service reads them: signed bytes, positive and negative against neutral. */
export function compressWeights(model: LinearModel): { weights: Int8Array; largestWeight: number } {
  const against = new Float64Array(WEIGHTS_PER_BUCKET * BUCKETS);
  let largestWeight = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const [positive, negative] = againstNeutral(model, bucket);
    against[WEIGHTS_PER_BUCKET * bucket] = positive;
    against[WEIGHTS_PER_BUCKET * bucket + 1] = negative;
    largestWeight = Math.max(largestWeight, Math.abs(positive), Math.abs(negative));
  }
  return { weights: Int8Array.from(against, (weight) => encodeWeight(weight, largestWeight)), largestWeight };
}

/** What one step of valence of a listed word adds. */
export function listWeights(model: LinearModel): Omit<ModelHeader["listed"], "words"> {
  const step = (feature: number): [number, number] => {
    const [positive, negative] = againstNeutral(model, feature);
    return [rounded(LIST_STEP * positive), rounded(LIST_STEP * negative)];
  };
  return { positive: step(LIST_POSITIVE), negative: step(LIST_NEGATIVE), positiveNegated: step(LIST_POSITIVE_NEGATED), negativeNegated: step(LIST_NEGATIVE_NEGATED) };
}

function againstNeutral({ weights }: LinearModel, feature: number): [number, number] {
  const neutral = weights[LABELS * feature + 1]!;
  return [weights[LABELS * feature]! - neutral, weights[LABELS * feature + 2]! - neutral];
}

/** The word lists of all languages, words as hashes in ascending order. Of two words with one hash the later one counts. */
export function listWords(): Pick<ModelFile, "listedHashes" | "listedValences"> {
  const valences = new Map<number, number>();
  for (const language of WORD_LIST_LANGUAGES) {
    const ofLanguage = languageHash(language)!;
    for (const [word, valence] of wordList(language)) {
      if (valence !== 0) valences.set(wordOfLanguage(formHash(word), ofLanguage) >>> 0, valence);
    }
  }
  const listedHashes = Uint32Array.from(valences.keys()).sort();
  return { listedHashes, listedValences: Int8Array.from(listedHashes, (hash) => valences.get(hash)!) };
}
