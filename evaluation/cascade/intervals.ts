import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { LABEL_INDEX, metricOf, type LabelCounts, type Metric } from "./metric.ts";

export interface Interval {
  low: number;
  high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

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
  const firsts: number[] = [];
  const differences: number[] = [];
  for (let resample = 0; resample < resamples; resample += 1) {
    const actual: LabelCounts = [0, 0, 0];
    const first: LabelCounts = [0, 0, 0];
    const second: LabelCounts = [0, 0, 0];
    for (let draw = 0; draw < pairs.length; draw += 1) {
      const pair = pairs[Math.floor(random() * pairs.length)]!;
      const label = LABEL_INDEX[pair.actual];
      actual[label] += 1;
      if (pair.first) first[label] += 1;
      if (pair.second) second[label] += 1;
    }
    const firstMetric = metricOf(metric, first, actual);
    firsts.push(firstMetric);
    differences.push(firstMetric - metricOf(metric, second, actual));
  }
  return { first: middle95(firsts), difference: middle95(differences) };
}

function middle95(values: number[]): Interval {
  values.sort((a, b) => a - b);
  return { low: values[Math.floor(0.025 * (values.length - 1))] ?? Number.NaN, high: values[Math.ceil(0.975 * (values.length - 1))] ?? Number.NaN };
}
