import { setTimeout as sleep } from "node:timers/promises";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { KinesisClient } from "@aws-sdk/client-kinesis";

export interface RecordToPut {
  data: Buffer;
  partitionKey: string;
  /** For messages: `reviews.csv:12`. */
  origin: string;
}

export interface PutRecordsOptions {
  stream: string;
  callsInFlight?: number;
  /** Resends of one record before it is given up, with full-jitter back-off in between. */
  resends?: number;
  onProgress?: (progress: PutProgress) => void;
  onFailure?: (record: RecordToPut, reason: string) => void;
  /** When aborted, nothing more is taken from the source; what is in flight is finished. */
  signal?: AbortSignal;
}

export interface PutProgress {
  acknowledged: number;
  failed: number;
  /** How often a record was sent again. */
  resent: number;
}

// Kinesis takes 500 records in a call. 5 MiB is the older limit in bytes, still safe everywhere.
const RECORDS_A_CALL = 500;
const BYTES_A_CALL = 5 * 1024 * 1024;
const LARGEST_RECORD_BYTES = 1024 * 1024;
const LONGEST_PARTITION_KEY = 256;

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * Puts every record of `source` on the stream: full calls, several in flight, never more of the source in memory than
 * that. A record that failed inside a call is sent again, alone. Ends when each record is acknowledged or reported to
 * `onFailure`; throws only for errors that concern every call (no permission, no such stream) and those of `source`,
 * in both cases after what is in flight has ended.
 */
export async function putRecords(
  client: KinesisClient,
  source: AsyncIterable<RecordToPut> | Iterable<RecordToPut>,
  options: PutRecordsOptions,
): Promise<PutProgress> {
  const progress: PutProgress = { acknowledged: 0, failed: 0, resent: 0 };
  const inFlight = new Set<Promise<void>>();
  let fatal: unknown;
  const start = async (batch: RecordToPut[]): Promise<void> => {
    if (inFlight.size >= (options.callsInFlight ?? 4)) await Promise.race(inFlight);
    const call = putBatch(client, batch, options, progress)
      .catch((error: unknown) => {
        fatal ??= error;
      })
      .finally(() => inFlight.delete(call));
    inFlight.add(call);
  };
  try {
    for await (const batch of batches(source, options, progress)) {
      await start(batch);
      if (fatal !== undefined || options.signal?.aborted) break;
    }
  } finally {
    // Also when the source fails half-way: what was taken from it must be counted before the caller hears of it.
    await Promise.all(inFlight);
  }
  if (fatal !== undefined) throw fatal;
  return progress;
}

async function* batches(
  source: AsyncIterable<RecordToPut> | Iterable<RecordToPut>,
  options: PutRecordsOptions,
  progress: PutProgress,
): AsyncGenerator<RecordToPut[]> {
  let batch: RecordToPut[] = [];
  let size = 0;
  for await (const record of source) {
    const recordSize = sizeOf(record);
    const problem = problemOf(record, recordSize);
    if (problem !== undefined) {
      progress.failed += 1;
      options.onFailure?.(record, problem);
      continue;
    }
    if (batch.length === RECORDS_A_CALL || size + recordSize > BYTES_A_CALL) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(record);
    size += recordSize;
    if (options.signal?.aborted) break;
  }
  if (batch.length > 0) yield batch;
}

function sizeOf({ data, partitionKey }: RecordToPut): number {
  return data.length + Buffer.byteLength(partitionKey);
}

function problemOf(record: RecordToPut, size: number): string | undefined {
  if (size > LARGEST_RECORD_BYTES) return `${size} bytes with its partition key; a Kinesis record holds at most ${LARGEST_RECORD_BYTES}`;
  if (record.partitionKey.length > LONGEST_PARTITION_KEY) return `the partition key is longer than ${LONGEST_PARTITION_KEY} characters`;
  return undefined;
}

async function putBatch(client: KinesisClient, batch: RecordToPut[], options: PutRecordsOptions, progress: PutProgress): Promise<void> {
  let pending = batch;
  for (let attempt = 0; ; attempt += 1) {
    const refused = await putOnce(client, options.stream, pending);
    progress.acknowledged += pending.length - refused.length;
    options.onProgress?.(progress);
    if (refused.length === 0) return;
    if (attempt === (options.resends ?? 12)) {
      progress.failed += refused.length;
      for (const { record, reason } of refused) options.onFailure?.(record, `refused ${attempt + 1} times, at last with ${reason}`);
      return;
    }
    // Full jitter: callers that were throttled together must not come back together.
    await sleep(Math.random() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
    pending = refused.map(({ record }) => record);
    progress.resent += pending.length;
  }
}

interface RefusedRecord {
  record: RecordToPut;
  reason: string;
}

async function putOnce(client: KinesisClient, stream: string, records: RecordToPut[]): Promise<RefusedRecord[]> {
  const entries = records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
  try {
    const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records: entries }));
    if ((answer.FailedRecordCount ?? 0) === 0) return [];
    return records.flatMap((record, index) => {
      const result = answer.Records?.[index];
      if (result?.SequenceNumber !== undefined && result.ErrorCode === undefined) return [];
      return [{ record, reason: `${result?.ErrorCode ?? "no answer"}: ${result?.ErrorMessage ?? ""}` }];
    });
  } catch (error) {
    if (!mayPassLater(error)) throw error;
    // The call may have been taken although its answer was lost; sending again is safe because the id stays the same.
    return records.map((record) => ({ record, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }));
  }
}

const LATER = new Set(["ProvisionedThroughputExceededException", "LimitExceededException", "ThrottlingException", "InternalFailure", "TimeoutError"]);
const BROKEN_CONNECTION = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ERR_HTTP2_STREAM_ERROR", "ERR_HTTP2_SESSION_ERROR", "ERR_HTTP2_STREAM_CANCEL"]);

function mayPassLater(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (LATER.has(error.name)) return true;
  const { code, $retryable, $metadata } = error as Error & {
    code?: string;
    $retryable?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  if (code !== undefined && BROKEN_CONNECTION.has(code)) return true;
  return $retryable !== undefined || ($metadata?.httpStatusCode ?? 0) >= 500;
}
