import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { RecordCipher } from "./record-cipher.ts";
import type { SegmentRecord } from "./segment-frames.ts";
import { ShardSegment } from "./shard-segment.ts";

const SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENT_AGE_MS = 60 * 60 * 1000;
const TRIM_INTERVAL_MS = 60 * 1000;
// What consumers that keep up read from; the rest comes back from the files.
const TAIL_BYTES = 4 * 1024 * 1024;
const TAIL_RECORDS = 4_000;

const PLAIN = ".log";
export const ENCRYPTED = ".sealed";

/** How a shard keeps its records: `cipher` is undefined when nothing is or was encrypted. */
export interface Encryption {
  cipher: RecordCipher | undefined;
  /** Whether new segments are encrypted. As in AWS, what was written under another setting stays as it is and is read. */
  encryptsNew: boolean;
}

export interface ReadLimit {
  records: number;
  bytes: number;
}

/** The records of one shard in segment files, with the newest few also in memory. */
export class Shard {
  readonly #folder: string;
  readonly #retentionMs: number;
  readonly #encryption: Encryption;
  readonly #segments: ShardSegment[];
  #tail: SegmentRecord[] = [];
  #tailBytes = 0;
  #trimmedAt = 0;

  constructor(folder: string, retentionMs: number, encryption: Encryption) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#retentionMs = retentionMs;
    this.#encryption = encryption;
    this.#segments = readdirSync(folder)
      .filter((file) => file.endsWith(PLAIN) || file.endsWith(ENCRYPTED))
      .sort()
      .map((file) => this.#openSegment(file));
    if (this.#segments.length === 0) this.#startSegment(1);
    this.#trim(Date.now());
  }

  /** How many records the shard ever took, those past retention included. */
  get lastCounter(): number {
    return this.#active.nextCounter - 1;
  }

  /** Bytes of the data still kept. */
  get dataBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.dataBytes, 0);
  }

  /** Returns the counter of the first; the others follow it. On return the operating system holds the bytes. */
  append(entries: readonly { data: Buffer; partitionKey: string }[], arrivedAt: number): number {
    if (this.#active.isEncrypted !== this.#encryption.encryptsNew) this.#changeEncryption();
    else if (this.#active.fileBytes > SEGMENT_BYTES || arrivedAt - this.#active.openedAt > SEGMENT_AGE_MS) {
      if (this.#active.fileBytes > 0) this.#startSegment(this.#active.nextCounter);
    }
    if (arrivedAt - this.#trimmedAt > TRIM_INTERVAL_MS) this.#trim(arrivedAt);
    const first = this.#active.nextCounter;
    const records = entries.map((entry, index) => ({ counter: first + index, arrivedAt, partitionKey: entry.partitionKey, data: entry.data }));
    this.#active.append(records);
    this.#remember(records);
    return first;
  }

  /** Records after the counter (0: from the oldest kept), within the limit, but at least one when there is one. */
  read(afterCounter: number, limit: ReadLimit): SegmentRecord[] {
    const found: SegmentRecord[] = [];
    let bytes = 0;
    let next = Math.max(afterCounter + 1, this.#segments[0]?.firstCounter ?? 1);
    while (found.length < limit.records && next <= this.lastCounter) {
      for (const record of this.#readChunk(next, limit.bytes - bytes)) {
        bytes += record.data.length + record.partitionKey.length;
        if (found.length > 0 && (found.length >= limit.records || bytes > limit.bytes)) return found;
        found.push(record);
        next = record.counter + 1;
      }
    }
    return found;
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  get #active(): ShardSegment {
    return this.#segments.at(-1) as ShardSegment;
  }

  #readChunk(counter: number, bytes: number): SegmentRecord[] {
    const tailStart = this.#tail[0]?.counter;
    if (tailStart !== undefined && counter >= tailStart) return this.#tail.slice(counter - tailStart);
    const segment = this.#segments.findLast((candidate) => candidate.firstCounter <= counter);
    const records = segment?.read(counter, Math.min(Math.max(bytes, 64 * 1024), 1024 * 1024)) ?? [];
    if (records.length === 0) throw new Error(`Record ${counter} is missing from ${this.#folder}: move the data folder aside to start afresh.`);
    return records;
  }

  #remember(records: readonly SegmentRecord[]): void {
    for (const record of records) {
      this.#tail.push(record);
      this.#tailBytes += record.data.length;
    }
    // Cut to the bound only at twice the bound, so that a put does not move the whole tail each time.
    if (this.#tail.length < 2 * TAIL_RECORDS && this.#tailBytes < 2 * TAIL_BYTES) return;
    let start = 0;
    while (this.#tail.length - start > TAIL_RECORDS || this.#tailBytes > TAIL_BYTES) {
      this.#tailBytes -= this.#tail[start]?.data.length ?? 0;
      start += 1;
    }
    this.#tail = this.#tail.slice(start);
  }

  #startSegment(firstCounter: number): void {
    const ending = this.#encryption.encryptsNew ? ENCRYPTED : PLAIN;
    this.#segments.push(this.#openSegment(`${String(firstCounter).padStart(16, "0")}${ending}`));
  }

  #openSegment(file: string): ShardSegment {
    const path = join(this.#folder, file);
    return new ShardSegment(path, Number.parseInt(file, 10), file.endsWith(ENCRYPTED) ? this.#encryption.cipher : undefined);
  }

  #changeEncryption(): void {
    const before = this.#active;
    this.#startSegment(before.nextCounter);
    // Not before the new one is there: its name keeps the count.
    if (before.fileBytes === 0) this.#segments.splice(-2, 1)[0]?.delete();
  }

  /** Deletes segments whose newest record is past retention; the one being written stays. */
  #trim(now: number): void {
    this.#trimmedAt = now;
    while (this.#segments.length > 1 && (this.#segments[0] as ShardSegment).lastArrivedAt < now - this.#retentionMs) {
      this.#segments.shift()?.delete();
    }
  }
}
