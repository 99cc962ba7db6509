import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";

/** Everything that can be read out of one file: as it is, with its base64 decoded, unpacked, and the rows of a Parquet file or a database. */
async function readingsOf(path: string): Promise<string[]> {
  const bytes = readFileSync(path);
  const unpacked = bytes[0] === 0x1f && bytes[1] === 0x8b ? [gunzipSync(bytes)] : [];
  const readings = [bytes, ...unpacked].flatMap((plain) => {
    const text = plain.toString("latin1");
    const encoded = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/gu)].map(([run]) => Buffer.from(run, "base64").toString("utf8"));
    return [plain.toString("utf8"), plain.toString("utf16le"), ...encoded];
  });
  if (path.endsWith(".parquet")) readings.push(await rowsOf(":memory:", [`read_parquet('${path}')`]));
  if (path.endsWith(".duckdb")) readings.push(await rowsOf(path));
  return readings;
}

async function rowsOf(database: string, relations?: readonly string[]): Promise<string> {
  const instance = await DuckDBInstance.create(database, database === ":memory:" ? {} : { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const tables = (await connection.runAndReadAll(`SELECT concat('"', table_schema, '"."', table_name, '"') FROM information_schema.tables WHERE table_type = 'BASE TABLE'`)).getRowsJson();
    const wanted = relations ?? tables.map(([table]) => table as string);
    const rows: string[] = [];
    for (const relation of wanted) rows.push(JSON.stringify((await connection.runAndReadAll(`SELECT * FROM ${relation}`)).getRowsJson()));
    return rows.join("\n");
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Which of the words stand in which files below the folder: `word` → files, relative to it. Words found nowhere are left out. */
export async function filesWith(words: readonly string[], folder: string, except: (file: string) => boolean = () => false): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    const file = path.slice(folder.length + 1);
    if (except(file)) continue;
    const readings = await readingsOf(path);
    for (const word of words) if (readings.some((reading) => reading.includes(word))) (found[word] ??= []).push(file);
  }
  return found;
}
