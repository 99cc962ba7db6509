import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { LabelCounts } from "./figures.ts";

/** The Parquet files below a folder, in name order. */
export function parquetFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".parquet"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Rows by label, read from the lake's files as any Parquet reader would; of a `result_id` the highest revision, as in `valence.results`. */
export async function labelsInParquet(files: readonly string[]): Promise<LabelCounts> {
  const counts: LabelCounts = { positive: 0, neutral: 0, negative: 0 };
  if (files.length === 0) return counts;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(", ");
    const reader = await connection.runAndReadAll(
      `SELECT label, COUNT(*) FROM (
        SELECT sentiment.label AS label, withdrawn, ROW_NUMBER() OVER (PARTITION BY result_id ORDER BY COALESCE(revision, 0) DESC) AS place FROM read_parquet([${list}], union_by_name = true)
      ) WHERE place = 1 AND withdrawn IS NOT TRUE GROUP BY 1`,
    );
    for (const [label, rows] of reader.getRows()) {
      const name = String(label);
      if (!(name in counts)) throw new Error(`The Parquet files hold the label ${name}, which the contract does not know.`);
      counts[name as keyof LabelCounts] = Number(rows);
    }
    return counts;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
