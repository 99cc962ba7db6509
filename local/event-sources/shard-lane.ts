import { PAYLOAD_LIMIT_BYTES } from "../functions/execution-environment.ts";
import type { StoredRecord } from "../kinesis/kinesis-engine.ts";
import { eventBytes } from "./kinesis-event.ts";

/** Gathers the records of one lane into batches and has them delivered one after the other: order within a lane holds. */
export class ShardLane {
  readonly #batchSize: number;
  readonly #windowMilliseconds: number;
  readonly #deliver: (batch: StoredRecord[]) => Promise<void>;
  #queue: StoredRecord[] = [];
  #waitingSince = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(batchSize: number, windowMilliseconds: number, deliver: (batch: StoredRecord[]) => Promise<void>) {
    this.#batchSize = batchSize;
    this.#windowMilliseconds = windowMilliseconds;
    this.#deliver = deliver;
  }

  add(record: StoredRecord): void {
    if (this.#queue.length === 0) this.#waitingSince = Date.now();
    this.#queue.push(record);
  }

  /** Delivers what is ready: a full batch, or whatever there is when the window has passed. */
  pump(): void {
    if (this.#busy || this.#queue.length === 0) return;
    const count = this.#fullBatch();
    const left = this.#waitingSince + this.#windowMilliseconds - Date.now();
    if (count === undefined && left > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.pump();
      }, left);
      return;
    }
    const batch = this.#queue.slice(0, count ?? this.#queue.length);
    this.#queue = this.#queue.slice(batch.length);
    this.#waitingSince = Date.now();
    this.#busy = true;
    void this.#run(batch);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#queue = [];
  }

  async #run(batch: StoredRecord[]): Promise<void> {
    await this.#deliver(batch);
    this.#busy = false;
    this.pump();
  }

  /** How many records make a batch that cannot grow: by number, or by Lambda's payload limit. */
  #fullBatch(): number | undefined {
    let bytes = 1024;
    for (const [index, record] of this.#queue.entries()) {
      bytes += eventBytes(record);
      if (bytes > PAYLOAD_LIMIT_BYTES && index > 0) return index;
      if (index + 1 === this.#batchSize) return this.#batchSize;
    }
    return undefined;
  }
}
