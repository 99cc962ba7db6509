import { seededRandom } from "../../core/seeded-random.ts";
import { exactExp } from "./exact-math.ts";
import { FEATURES, type FeatureTable } from "./feature-table.ts";
import { groupOf, labelIndex, TRAINING_SETS, type PreparedText } from "./training-data.ts";

const LABELS = 3;
const NEUTRAL = labelIndex("neutral");

/** Weights by feature and label (in the order of SENTIMENT_LABELS), and a bias by group and label. */
export interface LinearModel {
  weights: Float32Array;
  biases: ReadonlyMap<string, Float64Array>;
}

// Chosen on held-back training data (docs/decisions/embedded-model.md).
const EPOCHS = 5;
const FIRST_RATE = 0.12;
const LAST_RATE = 0.034;
const BIAS_RATE = 0.2;
const FIRST_SQUARES = 1e-3;
const HEAVIEST_LABEL = 5;
/** From the second epoch on, so many snapshots an epoch are averaged. */
const SNAPSHOTS = 4;
const SEED = 1;

/**
 * Multinomial logistic regression by AdaGrad (Duchi et al. 2011), averaged over its later steps (Polyak & Juditsky 1992), each label of
 * a group weighing the same. One order of the texts, one order of each sum: the same weights on every machine.
 * @param rows which texts of the table to learn from.
 */
export function trainLinear(texts: readonly PreparedText[], table: FeatureTable, rows: readonly number[]): LinearModel {
  const weights = new Float32Array(LABELS * FEATURES);
  const squares = new Float32Array(LABELS * FEATURES).fill(FIRST_SQUARES);
  const groups = buildGroups(texts, rows);
  const average = new Averaged(weights, groups);
  const order = Int32Array.from(rows);
  const random = seededRandom(SEED);
  const logits = new Float64Array(LABELS);
  const stepsPerSnapshot = Math.ceil(order.length / SNAPSHOTS);
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random);
    const rate = FIRST_RATE + ((LAST_RATE - FIRST_RATE) * epoch) / (EPOCHS - 1);
    for (let step = 0; step < order.length; step += 1) {
      const row = order[step]!;
      const text = texts[row]!;
      const group = groups.get(groupOf(text))!;
      const label = labelIndex(text.label);
      learn(table, row, group, label, rate, weights, squares, logits);
      if (epoch > 0 && ((step + 1) % stepsPerSnapshot === 0 || step + 1 === order.length)) average.add();
    }
  }
  return average.result();
}

interface Group {
  bias: Float64Array;
  biasSquares: Float64Array;
  hasNeutral: boolean;
  /** Of a text's loss, by label. */
  weights: Float64Array;
}

function buildGroups(texts: readonly PreparedText[], rows: readonly number[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  const counts = new Map<string, Float64Array>();
  for (const row of rows) {
    const text = texts[row]!;
    const name = groupOf(text);
    const count = counts.get(name) ?? new Float64Array(LABELS);
    counts.set(name, count);
    count[labelIndex(text.label)]! += 1;
    if (groups.has(name)) continue;
    const set = TRAINING_SETS.find((candidate) => candidate.name === text.set);
    if (set === undefined) throw new Error(`no training set is called ${text.set}; add it to TRAINING_SETS`);
    groups.set(name, {
      bias: new Float64Array(LABELS),
      biasSquares: new Float64Array(LABELS).fill(FIRST_SQUARES),
      hasNeutral: !set.withoutNeutral.includes(text.language),
      weights: new Float64Array(LABELS).fill(set.weight),
    });
  }
  for (const [name, count] of counts) {
    const present = count.filter((texts) => texts > 0).length;
    const total = count.reduce((sum, texts) => sum + texts, 0);
    const { weights } = groups.get(name)!;
    count.forEach((texts, label) => {
      weights[label]! *= texts === 0 ? 0 : Math.min(HEAVIEST_LABEL, total / present / texts);
    });
  }
  return groups;
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
}

function learn(table: FeatureTable, row: number, group: Group, label: number, rate: number, weights: Float32Array, squares: Float32Array, logits: Float64Array): void {
  const { starts, features, values } = table;
  const from = starts[row]!;
  const to = starts[row + 1]!;
  const { bias, biasSquares } = group;
  addLogits(table, row, weights, logits, bias);
  if (!group.hasNeutral) logits[NEUTRAL] = -Infinity;
  const highest = Math.max(logits[0]!, logits[1]!, logits[2]!);
  let sum = 0;
  for (let index = 0; index < LABELS; index += 1) {
    logits[index] = exactExp(logits[index]! - highest);
    sum += logits[index]!;
  }
  for (let index = 0; index < LABELS; index += 1) {
    const slope = (logits[index]! / sum - (index === label ? 1 : 0)) * group.weights[label]!;
    if (slope === 0) continue;
    biasSquares[index]! += slope * slope;
    bias[index]! -= (rate * BIAS_RATE * slope) / Math.sqrt(biasSquares[index]!);
    for (let position = from; position < to; position += 1) {
      const weight = LABELS * features[position]! + index;
      const step = slope * values[position]!;
      const square = squares[weight]! + step * step;
      squares[weight] = square;
      weights[weight]! -= (rate * step) / Math.sqrt(square);
    }
  }
}

/** `logits` becomes the bias plus the weights of the text's features. */
export function addLogits({ starts, features, values }: FeatureTable, row: number, weights: Float32Array, logits: Float64Array, bias: Float64Array): void {
  let first = bias[0]!;
  let second = bias[1]!;
  let third = bias[2]!;
  const to = starts[row + 1]!;
  for (let position = starts[row]!; position < to; position += 1) {
    const weight = LABELS * features[position]!;
    const value = values[position]!;
    first += value * weights[weight]!;
    second += value * weights[weight + 1]!;
    third += value * weights[weight + 2]!;
  }
  logits[0] = first;
  logits[1] = second;
  logits[2] = third;
}

class Averaged {
  readonly #weights: Float32Array;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #sums: Float64Array;
  readonly #biasSums: Map<string, Float64Array>;
  #snapshots = 0;

  constructor(weights: Float32Array, groups: ReadonlyMap<string, Group>) {
    this.#weights = weights;
    this.#groups = groups;
    this.#sums = new Float64Array(weights.length);
    this.#biasSums = new Map(Array.from(groups.keys(), (name) => [name, new Float64Array(LABELS)]));
  }

  add(): void {
    const sums = this.#sums;
    const weights = this.#weights;
    for (let index = 0; index < sums.length; index += 1) sums[index]! += weights[index]!;
    for (const [name, { bias }] of this.#groups) bias.forEach((value, label) => (this.#biasSums.get(name)![label]! += value));
    this.#snapshots += 1;
  }

  result(): LinearModel {
    const weights = Float32Array.from(this.#sums, (sum) => sum / this.#snapshots);
    const biases = new Map(Array.from(this.#biasSums, ([name, sums]) => [name, sums.map((sum) => sum / this.#snapshots)]));
    return { weights, biases };
  }
}
