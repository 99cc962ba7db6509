import { SENTIMENT_LABELS, type SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import { countConfusion, type ConfusionCounts } from "../../../core/metrics/confusion.ts";
import { labelIndex, type PreparedText } from "../training-data.ts";
import { fitLogisticRegression, predict, type LabelledVector, type Weights } from "./logistic-regression.ts";
import { TfIdf } from "./tf-idf.ts";

const STRENGTHS = [0.5, 1, 2];
/** With 1e-4 the baseline is a point worse, with less than this no better; figures then agree with scikit-learn's. */
const LEAST_GAIN = 1e-5;
/** One text in five is held back to choose C. */
const HELD_BACK = 5;

/** Which training texts stand for a target when C is chosen, and how an answer is scored. */
export interface Target {
  isLike(text: PreparedText): boolean;
  score(counts: ConfusionCounts): number;
}

export type Baseline = (text: string) => SentimentLabel;

/** TF-IDF and logistic regression: for each target the C that served it best on held-back training texts, then fitted on all of them. */
export function fitBaselines(texts: readonly PreparedText[], targets: readonly Target[]): Baseline[] {
  const chosen = chooseStrengths(texts, targets);
  const tfIdf = new TfIdf(texts.map(({ text }) => text));
  const vectors = vectorsOf(texts, tfIdf);
  const fitted = new Map<number, Weights>();
  let nearest: Weights | undefined;
  for (const c of STRENGTHS.filter((strength) => chosen.includes(strength))) {
    nearest = fitLogisticRegression(vectors, tfIdf.features, c, LEAST_GAIN, nearest);
    fitted.set(c, nearest);
  }
  return chosen.map((c) => (text) => SENTIMENT_LABELS[predict(tfIdf.vectorOf(text), fitted.get(c)!, tfIdf.features)]!);
}

function chooseStrengths(texts: readonly PreparedText[], targets: readonly Target[]): number[] {
  const learnt = texts.filter((_, index) => index % HELD_BACK !== 0);
  const heldBack = texts.filter((_, index) => index % HELD_BACK === 0);
  const tfIdf = new TfIdf(learnt.map(({ text }) => text));
  const vectors = vectorsOf(learnt, tfIdf);
  const like = targets.map((target) => vectorsOf(heldBack.filter((text) => target.isLike(text)), tfIdf));
  const best = targets.map(() => ({ c: STRENGTHS[0]!, score: -Infinity }));
  let weights: Weights | undefined;
  for (const c of STRENGTHS) {
    weights = fitLogisticRegression(vectors, tfIdf.features, c, LEAST_GAIN, weights);
    for (const [index, target] of targets.entries()) {
      const judged = like[index]!.map((vector) => ({ actual: SENTIMENT_LABELS[vector.label]!, predicted: SENTIMENT_LABELS[predict(vector, weights!, tfIdf.features)]! }));
      const score = target.score(countConfusion(judged));
      if (score > best[index]!.score) best[index] = { c, score };
    }
  }
  return best.map(({ c }) => c);
}

function vectorsOf(texts: readonly PreparedText[], tfIdf: TfIdf): LabelledVector[] {
  return texts.map(({ text, label }) => ({ ...tfIdf.vectorOf(text), label: labelIndex(label) }));
}
