import { sentimentOfScores } from "../../core/classification/sentiment-of-scores.ts";
import { CALIBRATION_BINS } from "../../core/metrics/calibration-error.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import type { Interval } from "../cascade/intervals.ts";
import { LABEL_INDEX } from "../cascade/metric.ts";
import { type JudgedTurn, type System, SYSTEMS } from "./cross-fit.ts";

export const MEASURES = ["accuracy", "averageRecall", "crossEntropy", "calibrationError"] as const;
/** Accuracy, mean recall of the labels that occur, cross-entropy in nats, expected calibration error over 15 bins. */
export type Measure = (typeof MEASURES)[number];
export type Measured = Record<Measure, { value: number; interval: Interval }>;

export interface Comparison {
  first: System;
  second: System;
  /** The first's less the second's, on the same turns. */
  differences: Measured;
}

/** Everything about one system's answers that the measures need. */
interface Answers {
  right: Uint8Array;
  losses: Float64Array;
  bins: Uint8Array;
  /** Right (1) or not (0), less the confidence. */
  gaps: Float64Array;
}

const RESAMPLES = 1_000;

/**
 * Each system's measures, and the differences of some, with 95 % percentile intervals of a bootstrap that draws conversations, not turns: turns
 * of one conversation resemble each other (cluster bootstrap: Davison and Hinkley 1997, section 3.8). All systems are measured on the same draws.
 * The same for the same seed.
 */
export function judgeSystems(turns: readonly JudgedTurn[], pairs: readonly (readonly [System, System])[], seed: number): { systems: Record<System, Measured>; comparisons: Comparison[] } {
  const labels = Uint8Array.from(turns, ({ label }) => LABEL_INDEX[label]);
  const answers = bySystem((system) => answersOf(turns, system));
  const measure = (times: Uint32Array): Record<System, Record<Measure, number>> => bySystem((system) => measureAnswers(answers[system], labels, times));
  const whole = measure(new Uint32Array(turns.length).fill(1));
  const draws = Array.from(drawTimes(turns, seed), measure);
  const measured = (read: (of: Record<System, Record<Measure, number>>, name: Measure) => number): Measured =>
    Object.fromEntries(MEASURES.map((name) => [name, { value: read(whole, name), interval: middle95(draws.map((draw) => read(draw, name))) }])) as Measured;
  return {
    systems: bySystem((system) => measured((of, name) => of[system][name])),
    comparisons: pairs.map(([first, second]) => ({ first, second, differences: measured((of, name) => of[first][name] - of[second][name]) })),
  };
}

function bySystem<Value>(read: (system: System) => Value): Record<System, Value> {
  return Object.fromEntries(SYSTEMS.map((system) => [system, read(system)])) as Record<System, Value>;
}

function answersOf(turns: readonly JudgedTurn[], system: System): Answers {
  const sentiments = turns.map(({ scores }) => sentimentOfScores(scores[system], "combined"));
  const right = Uint8Array.from(turns, ({ label }, position) => (sentiments[position]!.label === label ? 1 : 0));
  return {
    right,
    losses: Float64Array.from(turns, ({ label, scores }) => -Math.log(scores[system][label])),
    bins: Uint8Array.from(sentiments, ({ confidence }) => Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1)),
    gaps: Float64Array.from(sentiments, ({ confidence }, position) => right[position]! - confidence),
  };
}

/** @param times how often each turn counts. */
function measureAnswers({ bins, gaps, losses, right }: Answers, labels: Uint8Array, times: Uint32Array): Record<Measure, number> {
  const [hits, actual, gapOfBin] = [[0, 0, 0], [0, 0, 0], new Float64Array(CALIBRATION_BINS)];
  let loss = 0;
  for (let turn = 0; turn < times.length; turn += 1) {
    const count = times[turn]!;
    if (count === 0) continue;
    actual[labels[turn]!]! += count;
    hits[labels[turn]!]! += count * right[turn]!;
    gapOfBin[bins[turn]!]! += count * gaps[turn]!;
    loss += count * losses[turn]!;
  }
  const all = actual[0]! + actual[1]! + actual[2]!;
  const recalls = actual.flatMap((turns, label) => (turns === 0 ? [] : [hits[label]! / turns]));
  return {
    accuracy: (hits[0]! + hits[1]! + hits[2]!) / all,
    averageRecall: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    crossEntropy: loss / all,
    calibrationError: gapOfBin.reduce((sum, gap) => sum + Math.abs(gap), 0) / all,
  };
}

/** For every resample, how often each turn was drawn: with its whole group, groups with replacement. */
function* drawTimes(turns: readonly JudgedTurn[], seed: number): Generator<Uint32Array, void, undefined> {
  const numbers = new Map<string, number>();
  const groupOfTurn = Uint32Array.from(turns, ({ group }) => {
    if (!numbers.has(group)) numbers.set(group, numbers.size);
    return numbers.get(group)!;
  });
  const random = seededRandom(seed);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    const drawn = new Uint32Array(numbers.size);
    for (let draw = 0; draw < drawn.length; draw += 1) drawn[Math.floor(random() * drawn.length)]! += 1;
    const times = new Uint32Array(turns.length);
    for (let turn = 0; turn < times.length; turn += 1) times[turn] = drawn[groupOfTurn[turn]!]!;
    yield times;
  }
}

function middle95(values: number[]): Interval {
  values.sort((a, b) => a - b);
  return { low: values[Math.floor(0.025 * (values.length - 1))] ?? Number.NaN, high: values[Math.ceil(0.975 * (values.length - 1))] ?? Number.NaN };
}
