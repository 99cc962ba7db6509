import { setTimeout as pause } from "node:timers/promises";
import { describeError } from "./observability.ts";

export interface Delivery<Entry> {
  entries: readonly Entry[];
  /** What an entry weighs against `limits.bytes`. */
  bytesOf: (entry: Entry) => number;
  /** Entries and bytes of one call; `inFlight` is how many calls run at once. */
  limits: { entries: number; bytes: number; inFlight: number };
  /**
   * Hands over one batch: an answer an entry, in order, `undefined` when it was acknowledged and otherwise why not.
   * May throw when the call failed as a whole; its client has then already tried again.
   */
  call: (batch: readonly Entry[], signal: AbortSignal) => Promise<readonly (string | undefined)[]>;
  signal: AbortSignal;
}

/** The first hand-over and five more: with the pauses below about 3 s, longer than a burst on a shard usually lasts. */
const MAX_ROUNDS = 6;
const FIRST_PAUSE_MS = 100;

/**
 * Hands over entries in as few calls as the limits allow, and those refused inside an otherwise good call again, without
 * the ones that went through, after a jittered pause.
 *
 * @returns entry → why it could not be delivered. Whatever is absent was acknowledged.
 */
export async function deliverInBatches<Entry>(delivery: Delivery<Entry>): Promise<Map<Entry, string>> {
  const undelivered = new Map<Entry, string>();
  let waiting = delivery.entries;
  for (let round = 0; waiting.length > 0; round += 1) {
    const refused = await deliverOnce(delivery, waiting, undelivered);
    waiting = [...refused.keys()];
    if (waiting.length === 0) break;
    const rested = round + 1 < MAX_ROUNDS && (await restBeforeRound(round, delivery.signal));
    if (!rested) {
      for (const [entry, reason] of refused) undelivered.set(entry, reason);
      break;
    }
  }
  return undelivered;
}

/** @returns the entries refused inside calls that went through; those of failed calls go to `undelivered`. */
async function deliverOnce<Entry>(delivery: Delivery<Entry>, entries: readonly Entry[], undelivered: Map<Entry, string>): Promise<Map<Entry, string>> {
  const refused = new Map<Entry, string>();
  // One iterator shared by all lanes: each takes the next batch when it is free.
  const batches = batchesOf(entries, delivery);
  const lane = async (): Promise<void> => {
    for (const batch of batches) {
      try {
        const answers = await delivery.call(batch, delivery.signal);
        batch.forEach((entry, index) => {
          const refusal = index < answers.length ? answers[index] : "the service's answer does not mention it";
          if (refusal !== undefined) refused.set(entry, refusal);
        });
      } catch (error) {
        for (const entry of batch) undelivered.set(entry, describeError(error));
      }
    }
  };
  await Promise.all(Array.from({ length: delivery.limits.inFlight }, lane));
  return refused;
}

function* batchesOf<Entry>(entries: readonly Entry[], { bytesOf, limits }: Delivery<Entry>): Generator<Entry[], void, undefined> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (batch.length > 0 && (batch.length >= limits.entries || bytes + size > limits.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Full jitter: writers throttled together must not come back together. @returns false when the deadline came first. */
async function restBeforeRound(round: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(Math.random() * FIRST_PAUSE_MS * 2 ** round, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
