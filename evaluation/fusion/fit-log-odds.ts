import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { LogOdds } from "../../core/fusion/calibrate.ts";

/** One turn as a linear model of log-odds sees it: z(label) = offset(label) + Σ features[k](label) · parameters[k]. */
export interface LinearTurn {
  offset: LogOdds;
  features: readonly LogOdds[];
  label: SentimentLabel;
}

export interface Parameter {
  /** What it is without data: half its squared distance from there is added to the cross-entropy of all turns, as of a normal prior of deviation 1. */
  usual: number;
  least: number;
  most: number;
}

const LABELS = SENTIMENT_LABELS.length;
const MAX_STEPS = 200;
const SMALLEST_GRADIENT = 1e-9;

/**
 * Parameters of the least penalised cross-entropy: Newton's method with step halving, parameters at a bound held there while the gradient pushes
 * outwards (Bertsekas, "Projected Newton methods", SIAM J. Control and Optimization 20, 1982). The function is strictly convex: there is one answer.
 *
 * @throws Error where that does not settle, which only numbers that are none can cause.
 */
export function fitLogOdds(linear: readonly LinearTurn[], parameters: readonly Parameter[]): number[] {
  const turns = pack(linear);
  let values = parameters.map(({ usual }) => usual);
  let current = lossOf(turns, parameters, values);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { gradient, hessian } = slopesOf(turns, parameters, values);
    const free = parameters.flatMap(({ least, most }, k) => ((values[k]! <= least && gradient[k]! > 0) || (values[k]! >= most && gradient[k]! < 0) ? [] : [k]));
    if (free.every((k) => Math.abs(gradient[k]!) <= SMALLEST_GRADIENT * Math.max(1, linear.length))) return values;
    const direction = solve(free.map((row) => free.map((column) => hessian[row]![column]!)), free.map((k) => gradient[k]!));
    const next = stepDown(turns, parameters, values, free, direction, current);
    // No step is an improvement any more: rounding is all that is left.
    if (next === undefined) return values;
    ({ values, loss: current } = next);
  }
  throw new Error(`the fit did not settle in ${MAX_STEPS} steps; are all scores numbers?`);
}

/** The turns as plain arrays, a row a turn and label: fitting walks over them some hundred times. */
interface PackedTurns {
  offsets: Float64Array;
  /** As many a row as there are parameters. */
  features: Float64Array;
  labels: Uint8Array;
}

function pack(turns: readonly LinearTurn[]): PackedTurns {
  return {
    offsets: Float64Array.from(turns.flatMap(({ offset }) => SENTIMENT_LABELS.map((label) => offset[label]))),
    features: Float64Array.from(turns.flatMap(({ features }) => SENTIMENT_LABELS.flatMap((label) => features.map((feature) => feature[label])))),
    labels: Uint8Array.from(turns, ({ label }) => SENTIMENT_LABELS.indexOf(label)),
  };
}

function stepDown(turns: PackedTurns, parameters: readonly Parameter[], values: readonly number[], free: readonly number[], direction: readonly number[], current: number): { values: number[]; loss: number } | undefined {
  for (let length = 1; length > 1e-12; length /= 2) {
    const tried = [...values];
    for (const [position, k] of free.entries()) tried[k] = Math.min(parameters[k]!.most, Math.max(parameters[k]!.least, values[k]! - length * direction[position]!));
    const loss = lossOf(turns, parameters, tried);
    if (loss < current) return { values: tried, loss };
  }
  return undefined;
}

function lossOf({ features, labels, offsets }: PackedTurns, parameters: readonly Parameter[], values: readonly number[]): number {
  const shares = new Float64Array(LABELS);
  let loss = parameters.reduce((sum, { usual }, k) => sum + (values[k]! - usual) ** 2 / 2, 0);
  for (let turn = 0; turn < labels.length; turn += 1) loss -= Math.log(sharesOf(turn, features, offsets, values, shares)[labels[turn]!]!);
  return loss;
}

function slopesOf({ features, labels, offsets }: PackedTurns, parameters: readonly Parameter[], values: readonly number[]): { gradient: number[]; hessian: number[][] } {
  const size = values.length;
  const gradient = parameters.map(({ usual }, k) => values[k]! - usual);
  const hessian = parameters.map((_, row) => parameters.map((__, column) => (row === column ? 1 : 0)));
  const [shares, means] = [new Float64Array(LABELS), new Float64Array(size)];
  for (let turn = 0; turn < labels.length; turn += 1) {
    sharesOf(turn, features, offsets, values, shares);
    const at = (label: number): number => (turn * LABELS + label) * size;
    // The expected feature; what the label's own exceeds it by is the gradient, their covariance the curvature.
    for (let k = 0; k < size; k += 1) means[k] = shares[0]! * features[at(0) + k]! + shares[1]! * features[at(1) + k]! + shares[2]! * features[at(2) + k]!;
    for (let row = 0; row < size; row += 1) {
      gradient[row]! += means[row]! - features[at(labels[turn]!) + row]!;
      for (let label = 0; label < LABELS; label += 1) {
        const deviation = shares[label]! * (features[at(label) + row]! - means[row]!);
        for (let column = 0; column < size; column += 1) hessian[row]![column]! += deviation * (features[at(label) + column]! - means[column]!);
      }
    }
  }
  return { gradient, hessian };
}

/** Probabilities of the turn's labels, into `shares`. */
function sharesOf(turn: number, features: Float64Array, offsets: Float64Array, values: readonly number[], shares: Float64Array): Float64Array {
  for (let label = 0; label < LABELS; label += 1) {
    const row = turn * LABELS + label;
    let odds = offsets[row]!;
    for (let k = 0; k < values.length; k += 1) odds += features[row * values.length + k]! * values[k]!;
    shares[label] = odds;
  }
  const highest = Math.max(shares[0]!, shares[1]!, shares[2]!);
  for (let label = 0; label < LABELS; label += 1) shares[label] = Math.exp(shares[label]! - highest);
  const sum = shares[0]! + shares[1]! + shares[2]!;
  for (let label = 0; label < LABELS; label += 1) shares[label]! /= sum;
  return shares;
}

/** x of matrix · x = right: elimination, without pivots because the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (const [index, pivot] of rows.entries()) {
    for (const other of rows.slice(index + 1)) {
      const factor = other[index]! / pivot[index]!;
      for (let column = index; column < other.length; column += 1) other[column]! -= factor * pivot[column]!;
    }
  }
  const solution = Array.from({ length: rows.length }, () => 0);
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index]!;
    const known = solution.reduce((sum, value, column) => (column > index ? sum + value * row[column]! : sum), 0);
    solution[index] = (row[rows.length]! - known) / row[index]!;
  }
  return solution;
}
