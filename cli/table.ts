import stringWidth from "string-width";

export interface Column {
  name: string;
  align: "left" | "right";
  /** The cells are JSON text (Redshift's SUPER). */
  json?: boolean;
}

/** `null` is SQL's NULL, shown as such and never as an empty text. */
export type Cell = string | number | boolean | null;

const GAP = "  ";
const SHORTEST_COLUMN = 8;

/**
 * Rows as an aligned table, one string a line. Wide characters (CJK, emoji) count as two columns. When the table is
 * wider than `width`, the widest columns are cut, with an ellipsis.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly Cell[])[], width = Infinity): string[] {
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index] ?? null)));
  const widths = columns.map((column, index) => Math.max(stringWidth(column.name), ...widthsOf(texts, index)));
  fitInto(widths, width - GAP.length * (columns.length - 1));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => padToWidth(cutToWidth(cell, widths[index] ?? 0), widths[index] ?? 0, columns[index]?.align ?? "left")).join(GAP).trimEnd();
  return [line(columns.map(({ name }) => name)), widths.map((columnWidth) => "─".repeat(columnWidth)).join(GAP), ...texts.map(line)];
}

function widthsOf(rows: readonly string[][], index: number): number[] {
  // A spread of 100,000 arguments overflows the stack, so the widest is found in steps.
  let widest = 0;
  for (const row of rows) widest = Math.max(widest, stringWidth(row[index] ?? ""));
  return [widest];
}

function fitInto(widths: number[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= SHORTEST_COLUMN) return;
    const second = Math.max(SHORTEST_COLUMN, ...widths.filter((width) => width < widest));
    const index = widths.indexOf(widest);
    const cut = Math.min(excess, Math.max(1, widest - second));
    widths[index] = widest - cut;
    excess -= cut;
  }
}

function cellText(cell: Cell): string {
  if (cell === null) return "NULL";
  // A line break or a control character would tear the table (or drive the terminal).
  return String(cell).replaceAll(/\p{Cc}+/gu, " ");
}

/** `text` filled up to `width` terminal columns. */
export function padToWidth(text: string, width: number, align: Column["align"] = "left"): string {
  const fill = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? fill + text : text + fill;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** `text` in at most `width` terminal columns, never cutting through a character a reader sees as one. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const segmentWidth = stringWidth(segment);
    if (used + segmentWidth > width - 1) break;
    kept += segment;
    used += segmentWidth;
  }
  return `${kept.trimEnd()}…`;
}
