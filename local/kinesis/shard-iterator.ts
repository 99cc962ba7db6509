import { ServiceError } from "../service.ts";
import type { KinesisEngine } from "./kinesis-engine.ts";
import type { KinesisInput } from "./kinesis-requests.ts";

const ITERATOR_VALID_MS = 5 * 60 * 1000;
const SCAN_RECORDS = 10_000;
const SCAN_BYTES = 10 * 1024 * 1024;

/** A place in a shard: just behind a record, or before the oldest kept. */
export interface ShardPosition {
  stream: string;
  shardId: string;
  after: string | undefined;
}

/** Opaque to clients and stateless here: it survives a restart like the records do. */
export function formatIterator(position: ShardPosition): string {
  return Buffer.from(JSON.stringify([position.stream, position.shardId, position.after ?? "", Date.now()])).toString("base64");
}

/** @throws ServiceError `InvalidArgumentException`, or `ExpiredIteratorException` after 5 minutes */
export function parseIterator(iterator: string): ShardPosition {
  const [stream, shardId, after, issuedAt] = readParts(iterator);
  if (typeof stream !== "string" || typeof shardId !== "string" || typeof after !== "string" || typeof issuedAt !== "number") {
    throw new ServiceError("InvalidArgumentException", "Invalid ShardIterator.");
  }
  if (Date.now() - issuedAt > ITERATOR_VALID_MS) {
    throw new ServiceError("ExpiredIteratorException", `Iterator expired. It was issued at ${new Date(issuedAt).toISOString()}, more than 5 minutes ago.`);
  }
  return { stream, shardId, after: after === "" ? undefined : after };
}

function readParts(iterator: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(iterator, "base64").toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** Where an iterator of the requested type starts. */
export function startPosition(engine: KinesisEngine, stream: string, input: KinesisInput<"GetShardIterator">): ShardPosition {
  const { ShardId: shardId, ShardIteratorType: type } = input;
  const latest = engine.latestSequenceNumber(stream, shardId);
  const at = (after: string | undefined): ShardPosition => ({ stream, shardId, after });
  if (type === "TRIM_HORIZON") return at(undefined);
  if (type === "LATEST") return at(latest);
  if (type === "AT_TIMESTAMP") {
    if (typeof input.Timestamp !== "number") throw new ServiceError("InvalidArgumentException", "Must specify timestamp parameter for iterator of type AT_TIMESTAMP.");
    return at(lastBefore(engine, stream, shardId, input.Timestamp * 1000));
  }
  if (typeof input.StartingSequenceNumber !== "string") {
    throw new ServiceError("InvalidArgumentException", `Must specify StartingSequenceNumber parameter for iterator of type ${type}.`);
  }
  const before = engine.sequenceNumberBefore(stream, shardId, input.StartingSequenceNumber);
  return at(type === "AT_SEQUENCE_NUMBER" ? before : input.StartingSequenceNumber);
}

function lastBefore(engine: KinesisEngine, stream: string, shardId: string, epochMs: number): string | undefined {
  let after: string | undefined;
  for (;;) {
    const records = engine.read(stream, shardId, after, { records: SCAN_RECORDS, bytes: SCAN_BYTES });
    for (const record of records) {
      if (record.arrivedAt >= epochMs) return after;
      after = record.sequenceNumber;
    }
    if (records.length === 0) return after;
  }
}
