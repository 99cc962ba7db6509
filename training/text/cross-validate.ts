import type { ByLabel } from "../../classifiers/embedded/score-evidence.ts";
import { UNDETERMINED } from "../../classifiers/embedded/features.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { buildFeatureTable, type FeatureTable } from "./feature-table.ts";
import type { HeldOut } from "./fit-calibration.ts";
import { addLogits, trainLinear, type LinearModel } from "./train-linear.ts";
import { groupOf, labelIndex, type PreparedText } from "./training-data.ts";

/** Whose texts a language's calibration is fitted on, and whose bias it gets. */
export const GROUP_OF_LANGUAGE: Record<string, string> = {
  ar: "umsab/ar",
  de: "umsab/de",
  en: "tweeteval_sentiment/en",
  es: "umsab/es",
  fi: "xed/fi",
  fr: "umsab/fr",
  hi: "umsab/hi",
  it: "umsab/it",
  pcm: "afrisenti/pcm",
  pt: "umsab/pt",
};

/** For a text of unknown language: the middle of the tweets. */
const GROUPS_OF_UNDETERMINED = Object.values(GROUP_OF_LANGUAGE).filter((group) => /^(?:umsab|tweeteval_sentiment)\//u.test(group));
/** English has so many texts that every such of them is enough beside the others. */
const EVERY_ENGLISH = 20;

const FOLDS = 3;
const FOLD_SEED = 2;

/** Texts judged by models that had not learnt from them, by language, and `und` as if no language were known. */
export function crossValidate(texts: readonly PreparedText[], table: FeatureTable): Record<string, HeldOut[]> {
  const languageOfGroup = new Map(Object.entries(GROUP_OF_LANGUAGE).map(([language, group]) => [group, language]));
  const heldOut: Record<string, HeldOut[]> = Object.fromEntries([...languageOfGroup.values(), UNDETERMINED].map((language) => [language, []]));
  const rows = texts.map((_, row) => row);
  // Drawn, not counted: a set may list its labels in turns.
  const random = seededRandom(FOLD_SEED);
  const folds = texts.map(() => Math.floor(random() * FOLDS));
  const calibrates = (row: number): boolean => languageOfGroup.has(groupOf(texts[row]!));
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOut = (row: number): boolean => calibrates(row) && folds[row] === fold;
    const model = trainLinear(texts, table, rows.filter((row) => !isOut(row)));
    const out = rows.filter((row) => isOut(row));
    for (const row of out) {
      const group = groupOf(texts[row]!);
      heldOut[languageOfGroup.get(group)!]!.push(judge(model, texts[row]!, table, row, model.biases.get(group)!));
    }
    const anyone = out.filter((row, index) => GROUPS_OF_UNDETERMINED.includes(groupOf(texts[row]!)) && (texts[row]!.language !== "en" || index % EVERY_ENGLISH === 0));
    const strangers = anyone.map((row) => ({ ...texts[row]!, language: UNDETERMINED }));
    const strangersTable = buildFeatureTable(strangers);
    const bias = biasOf(model, UNDETERMINED);
    strangers.forEach((text, row) => heldOut[UNDETERMINED]!.push(judge(model, text, strangersTable, row, bias)));
  }
  return heldOut;
}

/** The bias of a language, in logits by label. */
export function biasOf(model: LinearModel, language: string): Float64Array {
  const groups = language === UNDETERMINED ? GROUPS_OF_UNDETERMINED : [GROUP_OF_LANGUAGE[language]!];
  const mean = new Float64Array(3);
  for (const group of groups) model.biases.get(group)!.forEach((value, label) => (mean[label]! += value / groups.length));
  return mean;
}

function judge(model: LinearModel, text: PreparedText, table: FeatureTable, row: number, bias: Float64Array): HeldOut {
  const logits = new Float64Array(3);
  addLogits(table, row, model.weights, logits, bias);
  return { logits: [...logits] as unknown as ByLabel, label: labelIndex(text.label) };
}
