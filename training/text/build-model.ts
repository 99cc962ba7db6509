import { UNDETERMINED } from "../../classifiers/embedded/features.ts";
import { encodeModelFile, type LanguageParameters, type ModelHeader } from "../../classifiers/embedded/model-file.ts";
import { findWinner } from "../../classifiers/embedded/score-evidence.ts";
import { SENTIMENT_LABELS } from "../../core/contracts/sentiment-result.ts";
import { countConfusion } from "../../core/metrics/confusion.ts";
import { macroF1 } from "../../core/metrics/scores.ts";
import { compressWeights, listWeights, listWords } from "./compress-model.ts";
import { biasOf, crossValidate, GROUP_OF_LANGUAGE } from "./cross-validate.ts";
import { BUCKET_BITS, buildFeatureTable } from "./feature-table.ts";
import { fitConfidence, fitSharpness, rounded, type HeldOut } from "./fit-calibration.ts";
import { trainLinear, type LinearModel } from "./train-linear.ts";
import { readPrepared, TRAINING_SETS } from "./training-data.ts";

/** Raise it when data, features or training change; the digest tells any two files apart besides. */
const MODEL_VERSION = "1.0.0";

/** Below it about half of the answers are wrong. */
const LOW_CONFIDENCE = 0.5;

/**
 * The content of sentiment-model.bin, the same bytes for the same training data on every machine: the weights of all training texts, and a
 * calibration on texts that models of their own had not learnt from.
 * @param say told what is being done.
 */
export function buildModel(folder: string, say: (what: string) => void): Uint8Array {
  const texts = TRAINING_SETS.flatMap((set) => readPrepared(folder, set.name, "train"));
  const table = buildFeatureTable(texts);
  say(`${texts.length} training texts, ${table.features.length} features`);
  const heldOut = crossValidate(texts, table);
  say("cross-validated; macro F1 of texts not learnt from, in percent:");
  for (const [language, judged] of Object.entries(heldOut)) say(`  ${language.padEnd(4)}${heldOutF1(judged)} of ${judged.length}`);
  const model = trainLinear(texts, table, texts.map((_, row) => row));
  say("trained");
  const { weights, largestWeight } = compressWeights(model);
  const listed = listWords();
  const languages = [...Object.keys(GROUP_OF_LANGUAGE), UNDETERMINED].map((language) => [language, calibrated(model, language, heldOut[language]!)] as const);
  const header: ModelHeader = {
    version: MODEL_VERSION,
    bucketBits: BUCKET_BITS,
    largestWeight,
    lowConfidence: LOW_CONFIDENCE,
    listed: { words: listed.listedHashes.length, ...listWeights(model) },
    languages: Object.fromEntries(languages),
  };
  return encodeModelFile({ header, weights, ...listed });
}

function heldOutF1(heldOut: readonly HeldOut[]): string {
  const judged = heldOut.map(({ logits, label }) => ({ actual: SENTIMENT_LABELS[label]!, predicted: SENTIMENT_LABELS[findWinner(logits).winner] }));
  return (100 * macroF1(countConfusion(judged))).toFixed(1);
}

function calibrated(model: LinearModel, language: string, heldOut: readonly HeldOut[]): LanguageParameters {
  const [positive, neutral, negative] = [...biasOf(model, language)].map((value) => rounded(value)) as [number, number, number];
  return { bias: [positive, neutral, negative], sharpness: fitSharpness(heldOut), confidence: fitConfidence(heldOut) };
}
