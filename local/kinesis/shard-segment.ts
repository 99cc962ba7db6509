import { rmSync } from "node:fs";
import { AppendLog, FRAME_HEADER_BYTES } from "../storage/append-log.ts";

// Every 64th record's place is kept: 8 bytes for 64 records, and at most 63 frames are skipped on a read.
const INDEX_STEP = 64;

export interface SegmentRecord {
  /** 1 for the first record a shard ever took. */
  counter: number;
  arrivedAt: number;
  partitionKey: string;
  data: Buffer;
}

/** Some consecutive records of a shard in one file; retention deletes whole segments. */
export class ShardSegment {
  readonly firstCounter: number;
  readonly openedAt = Date.now();
  readonly #log: AppendLog;
  readonly #index: number[] = [];
  #count = 0;
  #dataBytes = 0;
  #lastArrivedAt = 0;

  constructor(path: string, firstCounter: number) {
    this.firstCounter = firstCounter;
    this.#log = AppendLog.open(path, ({ payload, offset }) => {
      const record = decode(payload);
      if (record.counter !== firstCounter + this.#count) {
        throw new Error(`${path} holds record ${record.counter} where ${firstCounter + this.#count} was expected: move the data folder aside to start afresh.`);
      }
      this.#note(record, offset);
    });
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
    const offsets = this.#log.append(records.map(encode));
    for (const [index, record] of records.entries()) this.#note(record, offsets[index] as number);
  }

  /** Records from `counter` on, about `bytes` of them and at least one when there is one. */
  read(counter: number, bytes: number): SegmentRecord[] {
    const step = Math.floor((counter - this.firstCounter) / INDEX_STEP);
    let offset = this.#index[step];
    if (offset === undefined) return [];
    // Frames before `counter` come along; when they fill the whole chunk, read on behind them.
    for (;;) {
      const frames = this.#log.read(offset, bytes);
      const last = frames.at(-1);
      if (last === undefined) return [];
      const records = frames.map((frame) => decode(frame.payload)).filter((record) => record.counter >= counter);
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

/** counter (float64), arrival in epoch ms (float64), key length (uint16), key, data. */
function encode(record: SegmentRecord): Buffer {
  const keyBytes = Buffer.byteLength(record.partitionKey);
  const buffer = Buffer.allocUnsafe(18 + keyBytes + record.data.length);
  buffer.writeDoubleLE(record.counter, 0);
  buffer.writeDoubleLE(record.arrivedAt, 8);
  buffer.writeUInt16LE(keyBytes, 16);
  buffer.write(record.partitionKey, 18);
  record.data.copy(buffer, 18 + keyBytes);
  return buffer;
}

function decode(payload: Buffer): SegmentRecord {
  const dataStart = 18 + payload.readUInt16LE(16);
  return {
    counter: payload.readDoubleLE(0),
    arrivedAt: payload.readDoubleLE(8),
    partitionKey: payload.toString("utf8", 18, dataStart),
    data: payload.subarray(dataStart),
  };
}
