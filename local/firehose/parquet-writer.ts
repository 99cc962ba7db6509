import { readFile, rm } from "node:fs/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { duckdbType } from "./hive-type.ts";
import type { TableColumn } from "./record-conversion.ts";

/** Turns files of JSON rows into Parquet; an engine of its own, so that the warehouse is never in its way. */
export class ParquetWriter {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<ParquetWriter> {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" });
    return new ParquetWriter(instance, await instance.connect());
  }

  /** @param rowsFile one JSON object a line, with exactly these columns */
  async convert(rowsFile: string, columns: readonly TableColumn[], compression: string): Promise<Buffer> {
    const structure = columns.map(({ name, type }) => `${quote(name)}: ${quote(duckdbType(type))}`).join(", ");
    const parquetFile = `${rowsFile}.parquet`;
    await this.#connection.run(
      `COPY (SELECT * FROM read_json(${quote(rowsFile)}, format = 'newline_delimited', columns = {${structure}}, maximum_object_size = 33554432)) ` +
        `TO ${quote(parquetFile)} (FORMAT parquet, COMPRESSION ${compression.toLowerCase()})`,
    );
    const bytes = await readFile(parquetFile);
    await rm(parquetFile);
    return bytes;
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
