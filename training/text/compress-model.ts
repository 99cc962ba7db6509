import { formHash, languageHash, negatedOfLanguage, wordOfLanguage } from "../../classifiers/embedded/features.ts";
import { bucketOf } from "../../classifiers/embedded/hash.ts";
import { encodeWeight, WEIGHTS_PER_BUCKET } from "../../classifiers/embedded/model-file.ts";
import { wordForm } from "../../classifiers/embedded/word-form.ts";
import { BUCKET_BITS, BUCKETS, LIST_STEP, listFeature } from "./feature-table.ts";
import type { LinearModel } from "./train-linear.ts";
import { WORD_LIST_LANGUAGES, wordList } from "./word-lists.ts";

const LABELS = 3;

/** The weights as the service reads them: signed bytes, positive and negative against neutral, what the word lists say baked in. */
export function compressWeights({ weights }: LinearModel): { bytes: Int8Array; largestWeight: number } {
  const against = (feature: number): [number, number] => {
    const neutral = weights[LABELS * feature + 1]!;
    return [weights[LABELS * feature]! - neutral, weights[LABELS * feature + 2]! - neutral];
  };
  const baked = new Float64Array(WEIGHTS_PER_BUCKET * BUCKETS);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const [positive, negative] = against(bucket);
    baked[WEIGHTS_PER_BUCKET * bucket] = positive;
    baked[WEIGHTS_PER_BUCKET * bucket + 1] = negative;
  }
  bakeWordLists(baked, against);
  let largestWeight = 0;
  for (const weight of baked) largestWeight = Math.max(largestWeight, Math.abs(weight));
  return { bytes: Int8Array.from(baked, (weight) => encodeWeight(weight, largestWeight)), largestWeight };
}

/** A listed word's weight moves into the bucket of the word in its language, so that the lists need not travel with the model. */
function bakeWordLists(baked: Float64Array, against: (feature: number) => [number, number]): void {
  const add = (hash: number, times: number, [positive, negative]: [number, number]): void => {
    const bucket = bucketOf(hash, BUCKET_BITS);
    baked[WEIGHTS_PER_BUCKET * bucket]! += times * positive;
    baked[WEIGHTS_PER_BUCKET * bucket + 1]! += times * negative;
  };
  for (const language of WORD_LIST_LANGUAGES) {
    const ofLanguage = languageHash(language)!;
    for (const [listed, valence] of wordList(language)) {
      const { form, negates } = wordForm(listed, "word", language);
      if (form !== listed || negates || valence === 0) continue;
      const times = LIST_STEP * Math.abs(valence);
      const plain = against(listFeature(valence, false));
      const negated = against(listFeature(valence, true));
      add(wordOfLanguage(formHash(form), ofLanguage), times, plain);
      add(negatedOfLanguage(formHash(form), ofLanguage), times, [negated[0] - plain[0], negated[1] - plain[1]]);
    }
  }
}
