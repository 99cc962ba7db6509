import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { LABEL_INDEX, metricOf, type LabelCounts, type Metric } from "./metric.ts";

export interface Interval {
  low: number;
  high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/**
 * How many standard deviations above the mean a normal value lies below which the share lies; off by at most 0.00045 (Abramowitz and Stegun 1964, 26.2.23).
 * @param share from 0.5 up to 1.
 */
export function normalQuantile(share: number): number {
  if (share === 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(1 - share));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

/** 95 % score interval of a share (Wilson 1927); sound for small numbers and for shares near 0 and 1. NaN of no texts. */
export function wilsonInterval(hits: number, total: number): Interval {
  const share = hits / total;
  const centre = share + (Z * Z) / (2 * total);
  const reach = Z * Math.sqrt((share * (1 - share)) / total + (Z * Z) / (4 * total * total));
  const scale = 1 + (Z * Z) / total;
  return { low: Math.max(0, (centre - reach) / scale), high: Math.min(1, (centre + reach) / scale) };
}

/** 95 % interval of a mean, by the normal approximation. NaN of fewer than two values. */
export function meanInterval(values: readonly number[]): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const reach = Z * Math.sqrt(variance / values.length);
  return { low: mean - reach, high: mean + reach };
}

/** Whether two systems were right about the same text. */
export interface PairedRight {
  actual: SentimentLabel;
  first: boolean;
  second: boolean;
}

export const RESAMPLES = 2_000;

/**
 * 95 % percentile intervals by the bootstrap (Efron and Tibshirani 1993), texts drawn with replacement: of the first system's metric,
 * and of the first's less the second's on the same texts (paired, as Koehn 2004). The same for the same seed.
 * Time: resamples × texts.
 */
export function pairedBootstrap(metric: Metric, pairs: readonly PairedRight[], seed: number, resamples: number = RESAMPLES): { first: Interval; difference: Interval } {
  const random = seededRandom(seed);
  // Only twelve kinds of texts make a difference: counting kinds is ten times as fast as adding up texts.
  const kinds = Uint8Array.from(pairs, ({ actual, first, second }) => 4 * LABEL_INDEX[actual] + (first ? 2 : 0) + (second ? 1 : 0));
  const firsts: number[] = [];
  const differences: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    const drawn = new Uint32Array(12);
    for (let draw = 0; draw < kinds.length; draw += 1) drawn[kinds[Math.floor(random() * kinds.length)]!]! += 1;
    const sum = (...offsets: number[]): LabelCounts => [0, 4, 8].map((label) => offsets.reduce((total, offset) => total + drawn[label + offset]!, 0)) as LabelCounts;
    const actual = sum(0, 1, 2, 3);
    const first = metricOf(metric, sum(2, 3), actual);
    firsts.push(first);
    differences.push(first - metricOf(metric, sum(1, 3), actual));
  }
  return { first: middle95(firsts), difference: middle95(differences) };
}

function middle95(values: number[]): Interval {
  values.sort((a, b) => a - b);
  return { low: values[Math.floor(0.025 * (values.length - 1))] ?? Number.NaN, high: values[Math.ceil(0.975 * (values.length - 1))] ?? Number.NaN };
}
