import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { CsvError } from "csv-parse";

export type CsvRow = { ok: true; line: number; fields: Record<string, string> } | { ok: false; line: number; problem: string };

const DELIMITERS = [",", ";", "\t"];

/**
 * Rows of a CSV with a header line; the delimiter (comma, semicolon, tab) is the one the header uses most. A row that
 * cannot be read is reported with its line, and the rows after it are still read.
 */
export async function* csvRows(source: AsyncIterable<Buffer>): AsyncGenerator<CsvRow> {
  const { start, all } = await peek(source);
  const skipped: CsvRow[] = [];
  const parser = Readable.from(all).pipe(
    parse({
      bom: true,
      columns: true,
      delimiter: delimiterOf(start),
      info: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error: CsvError | undefined) => {
        skipped.push({ ok: false, line: Number(error?.["lines"] ?? 0), problem: error?.message ?? "the row cannot be read" });
        return undefined;
      },
    }),
  );
  for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>) {
    yield* skipped.splice(0);
    yield { ok: true, line: info.lines, fields: record };
  }
  yield* skipped.splice(0);
}

async function peek(source: AsyncIterable<Buffer>): Promise<{ start: string; all: AsyncGenerator<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<Buffer> {
    if (first.done) return;
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { start: first.done ? "" : first.value.toString("utf8"), all: all() };
}

function delimiterOf(start: string): string {
  const header = start.split(/\r?\n/u, 1)[0] ?? "";
  const uses = (delimiter: string): number => header.split(delimiter).length;
  return DELIMITERS.reduce((best, candidate) => (uses(candidate) > uses(best) ? candidate : best));
}
