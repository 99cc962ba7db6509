import { padToWidth } from "./table.ts";

export interface PlotSeries {
  name: string;
  /** One column wide. */
  mark: string;
  points: readonly { x: number; y: number }[];
}

export interface PlotOptions {
  /** Columns and rows of the area inside the axes. */
  width: number;
  height: number;
  xLabel: string;
  formatX: (x: number) => string;
  formatY: (y: number) => string;
}

/** Points on a grid of characters with both axes labelled, one string a line. A later series covers an earlier one. */
export function renderPlot(series: readonly PlotSeries[], { width, height, xLabel, formatX, formatY }: PlotOptions): string[] {
  const points = series.flatMap(({ points }) => points);
  const x = spanOf(points.map((point) => point.x));
  const y = spanOf(points.map((point) => point.y));
  const grid = Array.from({ length: height }, () => Array.from({ length: width }, () => " "));
  for (const { mark, points } of series) {
    for (const point of points) {
      const column = Math.round(((point.x - x.low) / (x.high - x.low)) * (width - 1));
      const row = height - 1 - Math.round(((point.y - y.low) / (y.high - y.low)) * (height - 1));
      grid[row]![column] = mark;
    }
  }
  const middle = Math.floor((height - 1) / 2);
  const labels = grid.map((_, row) => (row === 0 ? formatY(y.high) : row === height - 1 ? formatY(y.low) : row === middle ? formatY(y.high - ((y.high - y.low) * row) / (height - 1)) : ""));
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const margin = " ".repeat(labelWidth);
  const [left, right] = [formatX(x.low), formatX(x.high)];
  return [
    ...grid.map((cells, row) => `${padToWidth(labels[row]!, labelWidth, "right")} ┤${cells.join("")}`.trimEnd()),
    `${margin} └${"─".repeat(width)}`,
    `${margin}  ${left}${centred(xLabel, width - left.length - right.length)}${right}`,
    `${margin}  ${series.map(({ name, mark }) => `${mark} ${name}`).join("   ")}`,
  ];
}

function spanOf(values: readonly number[]): { low: number; high: number } {
  const low = values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
  const high = values.reduce((highest, value) => Math.max(highest, value), -Infinity);
  // One value still needs a place on the axis.
  return high - low > 1e-9 ? { low, high } : { low: low - 0.005, high: high + 0.005 };
}

function centred(text: string, width: number): string {
  const room = Math.max(0, width - text.length);
  return " ".repeat(Math.floor(room / 2)) + text + " ".repeat(Math.ceil(room / 2));
}
