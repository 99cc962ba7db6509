import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../service.ts";
import { evenHashKeyRanges, ShardMap, type HashKeyRange } from "./hash-key.ts";
import { SequenceNumbers } from "./sequence-number.ts";
import { RecordCipher } from "./record-cipher.ts";
import { ENCRYPTED, type Encryption, Shard, type ReadLimit } from "./shard.ts";

export interface StreamOptions {
  name: string;
  shardCount: number;
  retentionHours: number;
  /** A stream with a key is encrypted on disk, too, with a data key of this run. */
  kmsKeyArn?: string;
}

export interface StoredRecord {
  sequenceNumber: string;
  partitionKey: string;
  data: Buffer;
  /** Epoch milliseconds. */
  arrivedAt: number;
}

export interface PutEntry {
  data: Buffer;
  partitionKey: string;
  explicitHashKey?: string;
}

export interface StreamDescription extends StreamOptions {
  arn: string;
  /** Epoch milliseconds. */
  createdAt: number;
  shards: { shardId: string; range: HashKeyRange; firstSequenceNumber: string }[];
}

interface OpenShard {
  shardId: string;
  shard: Shard;
  sequenceNumbers: SequenceNumbers;
}

interface Stream {
  description: StreamDescription;
  shards: OpenShard[];
  shardMap: ShardMap;
  listeners: Set<() => void>;
  notifying: boolean;
}

/**
 * Streams on disk. What `putRecords` returned for survives a killed process. The service's throughput limits per shard
 * are not enforced: a laptop run should show what the functions do, not wait for a quota.
 */
export class KinesisEngine {
  readonly #folder: string;
  readonly #keysFolder: string;
  readonly #arnPrefix: string;
  readonly #streams = new Map<string, Stream>();

  /** @param options.keysFolder where the data keys of encrypted streams lie, one file a stream */
  constructor(options: { folder: string; keysFolder?: string; region: string; accountId: string }) {
    this.#folder = options.folder;
    this.#keysFolder = options.keysFolder ?? `${options.folder}-keys`;
    this.#arnPrefix = `arn:aws:kinesis:${options.region}:${options.accountId}:stream/`;
  }

  /**
   * Idempotent: existing records are kept.
   * @throws Error when a stream that holds records is asked for with another number of shards.
   */
  createStream(options: StreamOptions): void {
    this.#streams.get(options.name)?.shards.forEach(({ shard }) => shard.close());
    const folder = join(this.#folder, encodeURIComponent(options.name));
    let stored = readStored(folder);
    if (stored !== undefined && stored.shardCount !== options.shardCount) {
      const { shards } = this.#open(options, stored.shardCount, stored.createdAt, folder);
      for (const { shard } of shards) shard.close();
      if (shards.some(({ shard }) => shard.lastCounter > 0)) {
        throw new Error(
          `Stream ${options.name} holds records in ${stored.shardCount} shards and is now to have ${options.shardCount}. ` +
            `The local run does not split or merge shards: delete ${folder} or set the number back.`,
        );
      }
      rmSync(folder, { recursive: true });
      stored = undefined;
    }
    if (stored === undefined) {
      stored = { shardCount: options.shardCount, createdAt: Date.now() };
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "stream.json.new"), JSON.stringify(stored));
      renameSync(join(folder, "stream.json.new"), join(folder, "stream.json"));
    }
    const listeners = this.#streams.get(options.name)?.listeners;
    const stream = this.#open(options, stored.shardCount, stored.createdAt, folder);
    this.#streams.set(options.name, listeners === undefined ? stream : { ...stream, listeners });
  }

  streamNames(): string[] {
    return [...this.#streams.keys()].sort();
  }

  streamArn(name: string): string {
    return this.#arnPrefix + name;
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  describe(name: string): StreamDescription {
    return this.#stream(name).description;
  }

  /** One answer an entry, in the order given; all entries are durable on return. */
  putRecords(name: string, entries: readonly PutEntry[]): { shardId: string; sequenceNumber: string }[] {
    const stream = this.#stream(name);
    const byShard = new Map<number, number[]>();
    for (const [position, entry] of entries.entries()) {
      const index = stream.shardMap.shardIndex(entry.partitionKey, entry.explicitHashKey);
      const positions = byShard.get(index);
      if (positions === undefined) byShard.set(index, [position]);
      else positions.push(position);
    }
    const arrivedAt = Date.now();
    const answers: { shardId: string; sequenceNumber: string }[] = Array.from({ length: entries.length });
    for (const [index, positions] of byShard) {
      const { shardId, shard, sequenceNumbers } = stream.shards[index] as OpenShard;
      const first = shard.append(positions.map((position) => entries[position] as PutEntry), arrivedAt);
      for (const [rank, position] of positions.entries()) {
        answers[position] = { shardId, sequenceNumber: sequenceNumbers.format(first + rank) };
      }
    }
    if (entries.length > 0) notify(stream);
    return answers;
  }

  shardIds(name: string): string[] {
    return this.#stream(name).shards.map(({ shardId }) => shardId);
  }

  /**
   * Records behind `after` (undefined: from the oldest kept), at least one when there is one.
   * @throws ServiceError for an unknown stream or shard, or a sequence number of another shard.
   */
  read(name: string, shardId: string, after: string | undefined, limit: ReadLimit): StoredRecord[] {
    const { shard, sequenceNumbers } = this.#shard(name, shardId);
    const records = shard.read(after === undefined ? 0 : sequenceNumbers.parse(after), limit);
    return records.map(({ counter, partitionKey, data, arrivedAt }) => ({ sequenceNumber: sequenceNumbers.format(counter), partitionKey, data, arrivedAt }));
  }

  /** Undefined when the shard never took a record. */
  latestSequenceNumber(name: string, shardId: string): string | undefined {
    const { shard, sequenceNumbers } = this.#shard(name, shardId);
    return shard.lastCounter === 0 ? undefined : sequenceNumbers.format(shard.lastCounter);
  }

  /** The sequence number just before `sequenceNumber`; undefined before the shard's first record. */
  sequenceNumberBefore(name: string, shardId: string, sequenceNumber: string): string | undefined {
    const { sequenceNumbers } = this.#shard(name, shardId);
    const counter = sequenceNumbers.parse(sequenceNumber);
    return counter <= 1 ? undefined : sequenceNumbers.format(counter - 1);
  }

  /** How many records of the shard come after `after`, counting from the first it ever took. */
  recordsAfter(name: string, shardId: string, after: string | undefined): number {
    const { shard, sequenceNumbers } = this.#shard(name, shardId);
    return shard.lastCounter - (after === undefined ? 0 : sequenceNumbers.parse(after));
  }

  /** Calls the listener soon after each put, once for puts that come together. Returns how to stop it. */
  onPut(name: string, listener: () => void): () => void {
    const { listeners } = this.#stream(name);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** `records`: ever taken, also in earlier runs. `bytes`: data still kept. */
  stats(name: string): { records: number; bytes: number } {
    const { shards } = this.#stream(name);
    return {
      records: shards.reduce((sum, { shard }) => sum + shard.lastCounter, 0),
      bytes: shards.reduce((sum, { shard }) => sum + shard.dataBytes, 0),
    };
  }

  close(): void {
    for (const { shards } of this.#streams.values()) for (const { shard } of shards) shard.close();
    this.#streams.clear();
  }

  #open(options: StreamOptions, shardCount: number, createdAt: number, folder: string): Stream {
    const ranges = evenHashKeyRanges(shardCount);
    const encryption = this.#encryption(options, folder);
    const shards = ranges.map((_, index) => {
      const shardId = `shardId-${String(index).padStart(12, "0")}`;
      const shard = new Shard(join(folder, shardId), options.retentionHours * 3_600_000, encryption);
      return { shardId, shard, sequenceNumbers: new SequenceNumbers(createdAt, index) };
    });
    const described = ranges.map((range, index) => {
      const { shardId, sequenceNumbers } = shards[index] as OpenShard;
      return { shardId, range, firstSequenceNumber: sequenceNumbers.format(0) };
    });
    return {
      description: { ...options, arn: this.streamArn(options.name), createdAt, shards: described },
      shards,
      shardMap: new ShardMap(ranges),
      listeners: new Set(),
      notifying: false,
    };
  }

  #encryption({ name, kmsKeyArn }: StreamOptions, folder: string): Encryption {
    const keyFile = join(this.#keysFolder, `${encodeURIComponent(name)}.key`);
    if (!existsSync(keyFile) && hasEncryptedSegments(folder)) {
      throw new Error(`The records of stream ${name} in ${folder} are encrypted and their key ${keyFile} is not there: put it back, or delete the data folder to start afresh.`);
    }
    const cipher = kmsKeyArn !== undefined ? RecordCipher.fromFileOrNew(keyFile) : existsSync(keyFile) ? RecordCipher.fromFile(keyFile) : undefined;
    return { cipher, encryptsNew: kmsKeyArn !== undefined };
  }

  #stream(name: string): Stream {
    const stream = this.#streams.get(name);
    if (stream === undefined) {
      throw new ServiceError("ResourceNotFoundException", `Stream ${name} under this account not found. There are: ${this.streamNames().join(", ") || "none"}.`);
    }
    return stream;
  }

  #shard(name: string, shardId: string): OpenShard {
    const shard = this.#stream(name).shards.find((candidate) => candidate.shardId === shardId);
    if (shard === undefined) throw new ServiceError("ResourceNotFoundException", `Shard ${shardId} in stream ${name} under this account does not exist`);
    return shard;
  }
}

function hasEncryptedSegments(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(ENCRYPTED));
}

function readStored(folder: string): { shardCount: number; createdAt: number } | undefined {
  const path = join(folder, "stream.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { shardCount: number; createdAt: number }) : undefined;
}

function notify(stream: Stream): void {
  if (stream.notifying) return;
  stream.notifying = true;
  setImmediate(() => {
    stream.notifying = false;
    for (const listener of stream.listeners) listener();
  });
}
