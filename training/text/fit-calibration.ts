import { findWinner, type ByLabel } from "../../classifiers/embedded/score-evidence.ts";
import type { LanguageParameters } from "../../classifiers/embedded/model-file.ts";
import { exactExp, exactSigmoid } from "./exact-math.ts";

/** A text that the model had not learnt from: its logits, bias included, and the index of its right label. */
export interface HeldOut {
  logits: ByLabel;
  label: number;
}

const LABELS = [0, 1, 2] as const;

/** The factor for the logits at which the held-out texts are likeliest, each label weighing the same (Guo et al. 2017). */
export function fitSharpness(heldOut: readonly HeldOut[]): number {
  const counts = LABELS.map((label) => heldOut.filter((text) => text.label === label).length);
  // The likelihood is concave in the factor: where its slope changes sign is the answer.
  const slope = (factor: number): number =>
    heldOut.reduce((sum, { logits, label }) => sum + (logits[label]! - expectedLogit(logits, factor)) / counts[label]!, 0);
  let low = 0.05;
  let high = 20;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return rounded((low + high) / 2);
}

function expectedLogit(logits: ByLabel, factor: number): number {
  const highest = Math.max(...logits);
  let sum = 0;
  let weighted = 0;
  for (const logit of logits) {
    const weight = exactExp(factor * (logit - highest));
    sum += weight;
    weighted += weight * logit;
  }
  return weighted / sum;
}

const NEWTON_STEPS = 60;
/** Newton's method can leap past the answer from where the slope is flat; no number moves further than this in a step. */
const LONGEST_STEP = 0.5;
/** As many pseudo-answers pull each number to 0: keeps a label that hardly ever wins from an extreme of its own. */
const RIDGE = 1;
/** The longest leads are too few to check what is claimed of them. */
const COVERED = 0.97;

/** Logistic regression of "the label is right" on the winner's lead, with an offset for each label (Platt 1999), by Newton's method. */
export function fitConfidence(heldOut: readonly HeldOut[]): LanguageParameters["confidence"] {
  const longestLead = rounded(quantile(heldOut.map(({ logits }) => findWinner(logits).lead), COVERED));
  const answers = heldOut.map(({ logits, label }) => {
    const { winner, lead } = findWinner(logits);
    return { winner, lead: Math.min(lead, longestLead), right: winner === label ? 1 : 0 };
  });
  const parameters = [0, 0, 0, 0];
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const gradient = parameters.map((value) => RIDGE * value);
    const hessian = parameters.map((_, row) => parameters.map((_, column) => (row === column ? RIDGE : 0)));
    for (const { winner, lead, right } of answers) {
      const probability = exactSigmoid(parameters[winner]! + parameters[3]! * lead);
      const error = probability - right;
      const spread = probability * (1 - probability);
      gradient[winner]! += error;
      gradient[3]! += error * lead;
      hessian[winner]![winner]! += spread;
      hessian[winner]![3]! += spread * lead;
      hessian[3]![winner]! += spread * lead;
      hessian[3]![3]! += spread * lead * lead;
    }
    const change = solve(hessian, gradient);
    const shortened = Math.min(1, LONGEST_STEP / Math.max(LONGEST_STEP, ...change.map((value) => Math.abs(value))));
    change.forEach((value, index) => (parameters[index]! -= shortened * value));
  }
  const [positive, neutral, negative, slope] = parameters.map((value) => rounded(value)) as [number, number, number, number];
  return { slope, offsets: [positive, neutral, negative], longestLead };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

/** Gaussian elimination; the matrix is positive definite, so no pivot is 0. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column += 1) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

/** Six decimals: more would be noise in the header of the model's file. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
