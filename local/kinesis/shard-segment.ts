import { rmSync } from "node:fs";
import { AppendLog, FRAME_HEADER_BYTES } from "../storage/append-log.ts";
import type { RecordCipher } from "./record-cipher.ts";
import { frames, recordsOf, type SegmentRecord } from "./segment-frames.ts";

// The place of every 64th record's frame is kept: 8 bytes for 64 records, and at most 63 records are skipped on a read.
const INDEX_STEP = 64;

/** Some consecutive records of a shard in one file; retention deletes whole segments. */
export class ShardSegment {
  readonly firstCounter: number;
  readonly openedAt = Date.now();
  readonly #log: AppendLog;
  readonly #cipher: RecordCipher | undefined;
  readonly #index: number[] = [];
  #count = 0;
  #dataBytes = 0;
  #lastArrivedAt = 0;

  /** @param cipher what the file is encrypted with; undefined for a plain one */
  constructor(path: string, firstCounter: number, cipher?: RecordCipher) {
    this.firstCounter = firstCounter;
    this.#cipher = cipher;
    this.#log = AppendLog.open(path, ({ payload, offset }) => {
      for (const record of recordsOf(payload, cipher, path)) {
        if (record.counter !== firstCounter + this.#count) {
          throw new Error(`${path} holds record ${record.counter} where ${firstCounter + this.#count} was expected: move the data folder aside to start afresh.`);
        }
        this.#note(record, offset);
      }
    });
  }

  get isEncrypted(): boolean {
    return this.#cipher !== undefined;
  }

  get nextCounter(): number {
    return this.firstCounter + this.#count;
  }

  get fileBytes(): number {
    return this.#log.size;
  }

  /** Bytes of the records' data, keys and framing left out. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  get lastArrivedAt(): number {
    return this.#lastArrivedAt;
  }

  append(records: readonly SegmentRecord[]): void {
    const written = frames(records, this.#cipher);
    const offsets = this.#log.append(written.map(({ payload }) => payload));
    for (const [index, frame] of written.entries()) for (const record of frame.records) this.#note(record, offsets[index] as number);
  }

  /** Records from `counter` on, about `bytes` of them and at least one when there is one. */
  read(counter: number, bytes: number): SegmentRecord[] {
    const step = Math.floor((counter - this.firstCounter) / INDEX_STEP);
    let offset = this.#index[step];
    if (offset === undefined) return [];
    // Records before `counter` come along; when they fill the whole chunk, read on behind them.
    for (;;) {
      const found = this.#log.read(offset, bytes);
      const last = found.at(-1);
      if (last === undefined) return [];
      const records = found.flatMap(({ payload }) => recordsOf(payload, this.#cipher, this.#log.path)).filter((record) => record.counter >= counter);
      if (records.length > 0) return records;
      offset = last.offset + FRAME_HEADER_BYTES + last.payload.length;
    }
  }

  close(): void {
    this.#log.close();
  }

  delete(): void {
    this.#log.close();
    rmSync(this.#log.path, { force: true });
  }

  #note(record: SegmentRecord, offset: number): void {
    if (this.#count % INDEX_STEP === 0) this.#index.push(offset);
    this.#count += 1;
    this.#dataBytes += record.data.length;
    this.#lastArrivedAt = record.arrivedAt;
  }
}
