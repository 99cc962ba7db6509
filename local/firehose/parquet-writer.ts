import { readFile, rm } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { duckdbType } from "./hive-type.ts";
import type { TableColumn } from "./record-conversion.ts";

// Of what is held in memory at once. Firehose takes 1 MiB of JSON a record; escapes inside text that was an object double it.
const ROWS_A_GROUP = 20_480;
const MAX_ROW_BYTES = 8 * 1024 * 1024;

/**
 * A file of JSON rows → Parquet. The engine lives for one file: kept open, it held on to 450 MB after a few files of
 * 100,000 rows, which an engine that is closed gives back; a new one starts in a few milliseconds.
 *
 * @param rowsFile one JSON object a line, with exactly these columns
 * @throws Error with the engine's message when a row is not of the columns' types.
 */
export async function parquetOf(rowsFile: string, columns: readonly TableColumn[], compression: string): Promise<Buffer> {
  const structure = columns.map(({ name, type }) => `${quote(name)}: ${quote(duckdbType(type))}`).join(", ");
  const parquetFile = `${rowsFile}.parquet`;
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "256MB" });
  try {
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM read_json(${quote(rowsFile)}, format = 'newline_delimited', columns = {${structure}}, maximum_object_size = ${MAX_ROW_BYTES})) ` +
        `TO ${quote(parquetFile)} (FORMAT parquet, COMPRESSION ${compression.toLowerCase()}, ROW_GROUP_SIZE ${ROWS_A_GROUP})`,
    );
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
  const bytes = await readFile(parquetFile);
  await rm(parquetFile);
  return bytes;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
