import { type DuckDBConnection, DuckDBTimestampValue } from "@duckdb/node-api";
import type { KinesisEngine, StoredRecord } from "../kinesis/kinesis-engine.ts";
import type { RelationName } from "./dialect.ts";

export interface StreamingView extends RelationName {
  stream: string;
  /** Over the records of one batch. */
  select: string;
}

export type StreamReader = Pick<KinesisEngine, "shardIds" | "read">;

/** Bounds what is in memory at once; a batch is one transaction. */
const BATCH_LIMIT = { records: 10_000, bytes: 8 * 1024 * 1024 };

/**
 * Reads the stream from where the view's last refresh ended until its end. Rows and position commit together, so that
 * a killed process neither loses nor repeats a record.
 * @returns the number of rows added
 */
export async function refreshStreamingView(connection: DuckDBConnection, view: StreamingView, kinesis: StreamReader): Promise<number> {
  let added = 0;
  for (const shardId of kinesis.shardIds(view.stream)) {
    let position = await positionOf(connection, view, shardId);
    for (;;) {
      const records = kinesis.read(view.stream, shardId, position, BATCH_LIMIT);
      const last = records.at(-1);
      if (last === undefined) break;
      added += await takeBatch(connection, view, shardId, records);
      position = last.sequenceNumber;
    }
  }
  return added;
}

async function positionOf(connection: DuckDBConnection, view: RelationName, shardId: string): Promise<string | undefined> {
  const reader = await connection.runAndReadAll(
    "SELECT sequence_number FROM local_catalog.positions WHERE schema_name = $schema AND name = $name AND shard_id = $shard",
    { schema: view.schema, name: view.name, shard: shardId },
  );
  return reader.getRows()[0]?.[0]?.toString();
}

async function takeBatch(connection: DuckDBConnection, view: StreamingView, shardId: string, records: readonly StoredRecord[]): Promise<number> {
  await connection.run("BEGIN");
  try {
    await appendRecords(connection, shardId, records);
    const inserted = await connection.run(`INSERT INTO ${quoted(view)} ${view.select}`);
    await connection.run("INSERT OR REPLACE INTO local_catalog.positions VALUES ($schema, $name, $shard, $sequence)", {
      schema: view.schema,
      name: view.name,
      shard: shardId,
      sequence: records.at(-1)!.sequenceNumber,
    });
    await connection.run("DELETE FROM temp.main.incoming_records");
    await connection.run("COMMIT");
    return inserted.rowsChanged;
  } catch (error) {
    await connection.run("ROLLBACK");
    throw error;
  }
}

async function appendRecords(connection: DuckDBConnection, shardId: string, records: readonly StoredRecord[]): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const now = new DuckDBTimestampValue(BigInt(Date.now()) * 1000n);
  const appender = await connection.createAppender("incoming_records", "main", "temp");
  try {
    for (const { sequenceNumber, partitionKey, data, arrivedAt } of records) {
      appender.appendTimestamp(new DuckDBTimestampValue(BigInt(arrivedAt) * 1000n));
      appender.appendVarchar(partitionKey);
      appender.appendVarchar(shardId);
      appender.appendVarchar(sequenceNumber);
      appender.appendTimestamp(now);
      const text = decodeUtf8(decoder, data);
      // Bytes that are no UTF-8 are no JSON either: CAN_JSON_PARSE of NULL is false.
      if (text === undefined) appender.appendNull();
      else appender.appendVarchar(text);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

function decodeUtf8(decoder: { decode(bytes: Uint8Array): string }, data: Uint8Array): string | undefined {
  try {
    return decoder.decode(data);
  } catch {
    return undefined;
  }
}

export function quoted({ schema, name }: RelationName): string {
  return `${quotedName(schema)}.${quotedName(name)}`;
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
