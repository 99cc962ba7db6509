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
 * @param leastGain how near the minimum: stops when a step gains less than this share of the loss.
 * @param start weights to begin from, e.g. those of a neighbouring C.
 */
export function fitLogisticRegression(texts: readonly LabelledVector[], features: number, c: number, leastGain: number, start?: Weights): Weights {
  const weightOfLabel = balancedWeights(texts);
  const intercepts = LABELS * features;
  const rows = pack(texts);
  const logits = new Float64Array(LABELS);
  const slopes = new Float64Array(LABELS);
  const loss = (weights: Float64Array, gradient: Float64Array): number => {
    let sum = 0;
    for (let index = 0; index < intercepts; index += 1) {
      gradient[index] = weights[index]!;
      sum += weights[index]! * weights[index]!;
    }
    gradient.fill(0, intercepts);
    sum /= 2;
    for (let row = 0; row < texts.length; row += 1) {
      const label = rows.labels[row]!;
      const weight = c * weightOfLabel[label]!;
      addLogits(rows, row, weights, features, logits);
      sum += weight * lossAndSlopes(logits, label, slopes);
      addGradient(rows, row, slopes, weight, gradient, intercepts);
    }
    return sum;
  };
  return minimise(loss, start === undefined ? new Float64Array(intercepts + LABELS) : start.slice(), leastGain);
}

export function predict(text: SparseVector, weights: Weights, features: number): number {
  const logits = new Float64Array(LABELS);
  addLogits(pack([{ ...text, label: 0 }]), 0, weights, features, logits);
  return logits.indexOf(Math.max(...logits));
}

/** All texts in one piece of memory: text i has the features from `starts[i]` up to `starts[i + 1]`. */
interface PackedTexts {
  starts: Int32Array;
  features: Int32Array;
  values: Float64Array;
  labels: Uint8Array;
}

function pack(texts: readonly LabelledVector[]): PackedTexts {
  const starts = new Int32Array(texts.length + 1);
  texts.forEach(({ features }, row) => (starts[row + 1] = starts[row]! + features.length));
  const packed = { starts, features: new Int32Array(starts.at(-1)!), values: new Float64Array(starts.at(-1)!), labels: Uint8Array.from(texts, ({ label }) => label) };
  texts.forEach(({ features, values }, row) => {
    packed.features.set(features, starts[row]);
    packed.values.set(values, starts[row]);
  });
  return packed;
}

function addLogits(rows: PackedTexts, row: number, weights: Weights, features: number, logits: Float64Array): void {
  const at = LABELS * features;
  let first = weights[at]!;
  let second = weights[at + 1]!;
  let third = weights[at + 2]!;
  const end = rows.starts[row + 1]!;
  for (let index = rows.starts[row]!; index < end; index += 1) {
    const from = LABELS * rows.features[index]!;
    const value = rows.values[index]!;
    first += value * weights[from]!;
    second += value * weights[from + 1]!;
    third += value * weights[from + 2]!;
  }
  logits[0] = first;
  logits[1] = second;
  logits[2] = third;
}

/** Cross-entropy; `slopes` becomes its derivative by each logit. */
function lossAndSlopes(logits: Float64Array, label: number, slopes: Float64Array): number {
  const highest = Math.max(logits[0]!, logits[1]!, logits[2]!);
  let total = 0;
  for (let index = 0; index < LABELS; index += 1) {
    slopes[index] = Math.exp(logits[index]! - highest);
    total += slopes[index]!;
  }
  for (let index = 0; index < LABELS; index += 1) slopes[index] = slopes[index]! / total - (index === label ? 1 : 0);
  return highest + Math.log(total) - logits[label]!;
}

function addGradient(rows: PackedTexts, row: number, slopes: Float64Array, weight: number, gradient: Float64Array, intercepts: number): void {
  const first = weight * slopes[0]!;
  const second = weight * slopes[1]!;
  const third = weight * slopes[2]!;
  gradient[intercepts]! += first;
  gradient[intercepts + 1]! += second;
  gradient[intercepts + 2]! += third;
  const end = rows.starts[row + 1]!;
  for (let index = rows.starts[row]!; index < end; index += 1) {
    const from = LABELS * rows.features[index]!;
    const value = rows.values[index]!;
    gradient[from]! += first * value;
    gradient[from + 1]! += second * value;
    gradient[from + 2]! += third * value;
  }
}

function balancedWeights(texts: readonly LabelledVector[]): number[] {
  const counts = Array.from({ length: LABELS }, (_, label) => texts.filter((text) => text.label === label).length);
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : texts.length / present / count));
}
