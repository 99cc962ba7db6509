import { minimise } from "./minimise.ts";
import type { SparseVector } from "./tf-idf.ts";

const LABELS = 3;

export interface LabelledVector extends SparseVector {
  label: number;
}

/** Weights by feature and label; the last three are the intercepts. */
export type Weights = Float64Array;

/**
 * Multinomial logistic regression as scikit-learn states it: C × the loss of all texts, each label weighing the same, + half the squared
 * weights (not the intercepts), minimised by L-BFGS.
 * @param start weights to begin from, e.g. those of a neighbouring C.
 */
export function fitLogisticRegression(texts: readonly LabelledVector[], features: number, c: number, start?: Weights): Weights {
  const weightOfLabel = balancedWeights(texts);
  const intercepts = LABELS * features;
  const loss = (weights: Float64Array, gradient: Float64Array): number => {
    let sum = 0;
    for (let index = 0; index < intercepts; index += 1) {
      gradient[index] = weights[index]!;
      sum += weights[index]! * weights[index]!;
    }
    gradient.fill(0, intercepts);
    sum /= 2;
    for (const text of texts) {
      const logits = logitsOf(text, weights, features);
      const highest = Math.max(...logits);
      const total = logits.reduce((all, logit) => all + Math.exp(logit - highest), 0);
      const weight = c * weightOfLabel[text.label]!;
      sum += weight * (highest + Math.log(total) - logits[text.label]!);
      for (let label = 0; label < LABELS; label += 1) {
        const slope = weight * (Math.exp(logits[label]! - highest) / total - (label === text.label ? 1 : 0));
        gradient[intercepts + label]! += slope;
        for (let index = 0; index < text.features.length; index += 1) gradient[LABELS * text.features[index]! + label]! += slope * text.values[index]!;
      }
    }
    return sum;
  };
  return minimise(loss, start === undefined ? new Float64Array(intercepts + LABELS) : start.slice());
}

export function predict(text: SparseVector, weights: Weights, features: number): number {
  const logits = logitsOf(text, weights, features);
  return logits.indexOf(Math.max(...logits));
}

function logitsOf(text: SparseVector, weights: Weights, features: number): number[] {
  const at = LABELS * features;
  let [first, second, third] = [weights[at]!, weights[at + 1]!, weights[at + 2]!];
  for (let index = 0; index < text.features.length; index += 1) {
    const from = LABELS * text.features[index]!;
    const value = text.values[index]!;
    first += value * weights[from]!;
    second += value * weights[from + 1]!;
    third += value * weights[from + 2]!;
  }
  return [first, second, third];
}

function balancedWeights(texts: readonly LabelledVector[]): number[] {
  const counts = Array.from({ length: LABELS }, (_, label) => texts.filter((text) => text.label === label).length);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : texts.length / present / count));
}
