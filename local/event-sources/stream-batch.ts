import type { InvocationOutcome } from "../functions/execution-environment.ts";
import type { StoredRecord } from "../kinesis/kinesis-engine.ts";
import { batchItemFailures } from "./batch-item-failures.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { DiscardedBatch } from "./failure-destination.ts";

/** What delivering one batch needs from the world. */
export interface StreamDelivery {
  mapping: Pick<EventSourceMapping, "bisect" | "reportsItemFailures" | "maximumRetryAttempts" | "maximumRecordAgeSeconds">;
  invoke(records: readonly StoredRecord[]): Promise<InvocationOutcome>;
  /** Called with records in their order, each exactly once. */
  done(records: readonly StoredRecord[]): void;
  discard(batch: Pick<DiscardedBatch, "records" | "condition" | "requestId" | "invokeCount" | "functionError">): Promise<void>;
  /** Waits before attempt n + 1; rejects when the run stops. */
  pause(attempts: number): Promise<void>;
  now(): number;
}

interface Piece {
  records: readonly StoredRecord[];
  /** Failed invocations that count against the retries. */
  attempts: number;
}

/**
 * Delivers one batch by Lambda's rules for streams, in order: retry from the first failure, split a batch that fails whole
 * (which costs no retry), give up what is too old or tried too often. Resolves when every record is done or discarded.
 */
export async function deliverStreamBatch(batch: readonly StoredRecord[], delivery: StreamDelivery): Promise<void> {
  const { mapping } = delivery;
  let pieces: Piece[] = [{ records: batch, attempts: 0 }];
  for (;;) {
    const [piece, ...rest] = pieces;
    if (piece === undefined) return;
    const fresh = await discardExpired(piece, delivery);
    if (fresh.length === 0) {
      pieces = rest;
      continue;
    }
    const outcome = await delivery.invoke(fresh);
    const failed = firstFailure(outcome, fresh, mapping.reportsItemFailures);
    delivery.done(fresh.slice(0, failed));
    const left = fresh.slice(failed);
    if (left.length === 0) {
      pieces = rest;
      continue;
    }
    const progressed = failed > 0;
    const attempts = progressed ? 1 : piece.attempts + 1;
    if (progressed && mapping.bisect) {
      // Lambda splits at the returned sequence number, and splitting is free.
      pieces = [{ records: left, attempts: 0 }, ...rest];
    } else if (mapping.bisect && left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      pieces = [{ records: left.slice(0, middle), attempts: piece.attempts }, { records: left.slice(middle), attempts: 0 }, ...rest];
    } else if (mapping.maximumRetryAttempts >= 0 && attempts > mapping.maximumRetryAttempts) {
      const functionError = outcome.ok ? undefined : "Unhandled";
      await delivery.discard({ records: left, condition: "RetryAttemptsExhausted", requestId: outcome.requestId, invokeCount: attempts, functionError });
      delivery.done(left);
      pieces = rest;
      continue;
    } else {
      pieces = [{ records: left, attempts }, ...rest];
    }
    await delivery.pause(attempts);
  }
}

/** Where the batch has to be taken up again: 0 when it failed whole, its length when all went well. */
function firstFailure(outcome: InvocationOutcome, records: readonly StoredRecord[], reportsItemFailures: boolean): number {
  if (!outcome.ok) return 0;
  if (!reportsItemFailures) return records.length;
  const failures = batchItemFailures(outcome.payload, new Set(records.map((record) => record.sequenceNumber)));
  if (failures === "all") return 0;
  const index = records.findIndex((record) => failures.has(record.sequenceNumber));
  return index === -1 ? records.length : index;
}

async function discardExpired(piece: Piece, delivery: StreamDelivery): Promise<readonly StoredRecord[]> {
  const { maximumRecordAgeSeconds } = delivery.mapping;
  if (maximumRecordAgeSeconds < 0) return piece.records;
  const oldest = delivery.now() - maximumRecordAgeSeconds * 1000;
  const firstFresh = piece.records.findIndex((record) => record.arrivedAt >= oldest);
  const expired = firstFresh === -1 ? piece.records : piece.records.slice(0, firstFresh);
  if (expired.length === 0) return piece.records;
  await delivery.discard({ records: expired, condition: "RecordAgeExceeded", requestId: undefined, invokeCount: piece.attempts, functionError: undefined });
  delivery.done(expired);
  return piece.records.slice(expired.length);
}
