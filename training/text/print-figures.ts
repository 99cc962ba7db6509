import { EmbeddedClassifier } from "../../classifiers/embedded/embedded-classifier.ts";
import type { ModelFile } from "../../classifiers/embedded/model-file.ts";
import { calibrationBins, expectedCalibrationError, type Answer } from "../../core/metrics/calibration-error.ts";
import { countConfusion, type ConfusionCounts } from "../../core/metrics/confusion.ts";
import { macroF1, macroRecall } from "../../core/metrics/scores.ts";
import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { fitBaselines, type Baseline } from "./baseline/tf-idf-baseline.ts";
import { lexiconLabel } from "./lexicon/lexicon-label.ts";
import { readPrepared, TRAINING_SETS, type PreparedText } from "./training-data.ts";

const TWEETEVAL = "tweeteval_sentiment";
const UMSAB = "umsab";
const UMSAB_LANGUAGES = ["ar", "de", "es", "fr", "hi", "it", "pt"];

interface Row {
  name: string;
  set: string;
  language: string;
  measure: "macro recall" | "macro F1";
}

const ROWS: readonly Row[] = [
  { name: "TweetEval en", set: TWEETEVAL, language: "en", measure: "macro recall" },
  ...UMSAB_LANGUAGES.map((language): Row => ({ name: `UMSAB ${language}`, set: UMSAB, language, measure: "macro F1" })),
];

/** Sets whose development split says what the model makes of other kinds of text; macro F1. MELD was not trained on. */
const FURTHER = [
  ["afrisenti", "pcm"],
  ["afrisenti", "pt"],
  ["xed", "fi"],
  ["goemotions", "en"],
  ["meld", "en"],
  ["tweets_mg", "pt"],
] as const;

/** Prints the model beside the baselines on development splits, and its calibration. */
export async function printFigures(file: ModelFile, folder: string): Promise<void> {
  const classifier = new EmbeddedClassifier(file);
  const judge = async (texts: readonly PreparedText[], language?: string): Promise<Judgement[]> => {
    const outcomes = await classifier.classify(texts.map((text) => ({ text: text.text, language: language ?? text.language })));
    return outcomes.map((outcome, index) => {
      if (!outcome.ok) throw new Error(`the embedded classifier must answer every text: ${outcome.failure.reason}`);
      return { actual: texts[index]!.label, predicted: outcome.sentiment.label, confidence: outcome.sentiment.confidence };
    });
  };

  const development = [TWEETEVAL, UMSAB].flatMap((set) => readPrepared(folder, set, "dev"));
  const textsOf = (row: Row): PreparedText[] => development.filter((text) => text.set === row.set && text.language === row.language);
  const training = TRAINING_SETS.flatMap((set) => readPrepared(folder, set.name, "train"));
  const sameData = fitBaselines(training, ROWS.map((row) => targetOf(row)));

  console.log("\nDevelopment splits, percent        n   model   TF-IDF + logistic regression   lexicon   measure");
  console.log("                                             all data       its own split");
  for (const [index, row] of ROWS.entries()) {
    const texts = textsOf(row);
    const [ownSplit] = fitBaselines(training.filter((text) => text.set === row.set && text.language === row.language), [targetOf(row)]);
    const cells = [
      percent(scoreOf(row, countConfusion(await judge(texts)))),
      percent(scoreOf(row, countBaseline(texts, sameData[index]!))),
      percent(scoreOf(row, countBaseline(texts, ownSplit!))),
      percent(lexiconScore(row, texts)),
    ];
    console.log(`${row.name.padEnd(30)}${String(texts.length).padStart(6)}${cells[0]!.padStart(8)}${cells[1]!.padStart(11)}${cells[2]!.padStart(18)}${cells[3]!.padStart(12)}   ${row.measure}`);
  }

  console.log("\nOther development splits, macro F1 in percent");
  for (const [set, language] of FURTHER) {
    const texts = readPrepared(folder, set, "dev").filter((text) => text.language === language);
    console.log(`${`${set} ${language}`.padEnd(30)}${String(texts.length).padStart(6)}${percent(macroF1(countConfusion(await judge(texts)))).padStart(8)}`);
  }

  const tweets = await judge(textsOf(ROWS[0]!));
  const multilingual = ROWS.slice(1).flatMap((row) => textsOf(row));
  printCalibration("TweetEval en", tweets);
  printCalibration("UMSAB, seven languages", await judge(multilingual));
  printCalibration("UMSAB, as if the language were unknown", await judge(multilingual, "und"));
}

interface Judgement {
  actual: SentimentLabel;
  predicted: SentimentLabel;
  confidence: number;
}

function targetOf(row: Row): { isLike(text: PreparedText): boolean; score(counts: ConfusionCounts): number } {
  return { isLike: (text) => text.set === row.set && text.language === row.language, score: (counts) => scoreOf(row, counts) };
}

function scoreOf({ measure }: Row, counts: ConfusionCounts): number {
  return measure === "macro recall" ? macroRecall(counts) : macroF1(counts);
}

function countBaseline(texts: readonly PreparedText[], baseline: Baseline): ConfusionCounts {
  return countConfusion(texts.map(({ text, label }) => ({ actual: label, predicted: baseline(text) })));
}

function lexiconScore(row: Row, texts: readonly PreparedText[]): number {
  const judged = texts.flatMap(({ text, label, language }) => {
    const predicted = lexiconLabel(text, language);
    return predicted === undefined ? [] : [{ actual: label, predicted }];
  });
  return judged.length === 0 ? Number.NaN : scoreOf(row, countConfusion(judged));
}

function printCalibration(name: string, judgements: readonly Judgement[]): void {
  const answers: Answer[] = judgements.map(({ actual, predicted, confidence }) => ({ confidence, right: actual === predicted }));
  console.log(`\nCalibration, ${name}: expected calibration error ${expectedCalibrationError(answers).toFixed(3)} (15 bins, n = ${answers.length})`);
  console.log("confidence       n   mean   right");
  for (const bin of calibrationBins(answers).filter(({ answers }) => answers > 0)) {
    console.log(`${bin.from.toFixed(2)}-${bin.to.toFixed(2)}${String(bin.answers).padStart(9)}${bin.meanConfidence.toFixed(2).padStart(7)}${bin.accuracy.toFixed(2).padStart(8)}`);
  }
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : (100 * share).toFixed(1);
}
