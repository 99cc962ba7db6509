import type { Interval } from "../evaluation/cascade/intervals.ts";
import type { Metric } from "../evaluation/cascade/metric.ts";
import { renderTable } from "./table.ts";

/** 0.7243 → `72.4 %`. */
export function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** A difference of shares, in percentage points: -0.012 → `−1.2`. */
export function points(difference: number): string {
  const value = Math.abs(100 * difference).toFixed(1);
  return `${value === "0.0" ? "" : difference < 0 ? "−" : "+"}${value}`;
}

export function usd(value: number): string {
  return value === 0 ? "$0" : `$${value < 0.1 ? value.toPrecision(2) : value.toFixed(2)}`;
}

export function between({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

export function thresholdText(threshold: number | null): string {
  return threshold === null ? "left out" : threshold === 0 ? "always" : threshold.toFixed(3);
}

/** What one stage before the last does. */
export function settingText(name: string, threshold: number | null): string {
  if (threshold === null) return `${name} is left out`;
  return threshold === 0 ? `${name} answers always` : `${name} answers from a confidence of ${threshold.toFixed(3)}`;
}

export function metricName(metric: Metric): string {
  return metric === "accuracy" ? "accuracy" : "macro recall";
}

/** The first column names the row, the others are figures. */
export function table(names: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  return renderTable(
    names.map((name, index) => ({ name, align: index === 0 ? "left" : "right" })),
    rows,
    width,
  );
}
