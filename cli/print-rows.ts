import { columnsOf, painter, plural } from "./terminal.ts";
import { renderTable } from "./table.ts";
import type { Cell, Column } from "./table.ts";

export type RowFormat = "table" | "csv" | "json";

/** Rows on standard output. CSV and JSON are for programs: nothing cut, nothing decorated. */
export function printRows(columns: readonly Column[], rows: readonly (readonly Cell[])[], format: RowFormat): void {
  if (format === "csv") {
    process.stdout.write(toCsv(columns, rows));
  } else if (format === "json") {
    console.log(toJson(columns, rows));
  } else {
    const [head = "", rule = "", ...lines] = renderTable(columns, rows, columnsOf(process.stdout, Infinity));
    const paint = painter(process.stdout);
    console.log([paint("bold", head), paint("dim", rule), ...lines].join("\n"));
    console.error(paint("dim", plural(rows.length, "row")));
  }
}

/** SUPER travels as JSON text; a program that asks for JSON wants the value. */
function jsonValue(cell: Cell, column: Column | undefined): unknown {
  if (column?.json !== true || typeof cell !== "string") return cell;
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
}

/** RFC 4180. NULL is an empty field, an empty text is `""`. */
export function toCsv(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns.map(({ name }) => csvCell(name)), ...rows.map((row) => row.map(csvCell))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  const text = String(cell);
  return text === "" || /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One array, one object a row, a row a line. Columns of the same name keep apart by a number. */
export function toJson(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const names: string[] = [];
  for (const { name } of columns) {
    let unique = name;
    for (let number = 2; names.includes(unique); number += 1) unique = `${name}_${number}`;
    names.push(unique);
  }
  const objects = rows.map((row) => JSON.stringify(Object.fromEntries(names.map((name, index) => [name, jsonValue(row[index] ?? null, columns[index])]))));
  return objects.length === 0 ? "[]" : `[\n${objects.join(",\n")}\n]`;
}
