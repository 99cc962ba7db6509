import { hash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { FunctionHost } from "../functions/function-host.ts";
import type { KinesisEngine, StoredRecord } from "../kinesis/kinesis-engine.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import type { DiscardedBatch } from "./failure-destination.ts";
import { kinesisEvent } from "./kinesis-event.ts";
import { ShardLane } from "./shard-lane.ts";
import { ShardProgress } from "./shard-progress.ts";
import { deliverStreamBatch } from "./stream-batch.ts";

// Lambda backs off in the same way, from longer to longer; a person at a laptop waits less.
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const READ_BYTES = 4 * 1024 * 1024;

export interface KinesisPollerOptions {
  mapping: EventSourceMapping;
  kinesis: KinesisEngine;
  host: FunctionHost;
  checkpoints: CheckpointStore;
  /** Keeps what is given up; rejects when it could not. */
  discard: (batch: DiscardedBatch) => Promise<void>;
  log: (line: string) => void;
}

interface ShardState {
  shardId: string;
  readUpTo: string | undefined;
  progress: ShardProgress;
  lanes: ShardLane[];
}

/** Delivers a stream to a function: one reader a shard, as many lanes as the parallelization factor, split by partition key. */
export class KinesisPoller {
  readonly #options: KinesisPollerOptions;
  readonly #shards: ShardState[];
  readonly #stopping = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(options: KinesisPollerOptions) {
    this.#options = options;
    const { mapping, kinesis, checkpoints } = options;
    this.#shards = kinesis.shardIds(mapping.sourceName).map((shardId) => {
      let position = checkpoints.position(shardId);
      if (position === undefined) {
        position = mapping.startingPosition === "LATEST" ? (kinesis.latestSequenceNumber(mapping.sourceName, shardId) ?? null) : null;
        checkpoints.advance(shardId, position);
      }
      const shard: ShardState = { shardId, readUpTo: position ?? undefined, progress: new ShardProgress(), lanes: [] };
      shard.lanes = Array.from(
        { length: mapping.parallelization },
        () => new ShardLane(mapping.batchSize, mapping.windowMilliseconds, (batch) => this.#deliver(shard, batch)),
      );
      return shard;
    });
    this.#unsubscribe = kinesis.onPut(mapping.sourceName, () => this.#pumpAll());
    this.#pumpAll();
  }

  /** Records put and not yet done, over all shards. */
  lag(): number {
    const { kinesis, mapping, checkpoints } = this.#options;
    return this.#shards.reduce(
      (sum, { shardId }) => sum + kinesis.recordsAfter(mapping.sourceName, shardId, checkpoints.position(shardId) ?? undefined),
      0,
    );
  }

  stop(): void {
    this.#stopping.abort();
    this.#unsubscribe();
    for (const { lanes } of this.#shards) for (const lane of lanes) lane.stop();
    this.#options.checkpoints.flush();
  }

  #pumpAll(): void {
    for (const shard of this.#shards) this.#pump(shard);
  }

  #pump(shard: ShardState): void {
    if (this.#stopping.signal.aborted) return;
    const { mapping, kinesis } = this.#options;
    // Twice what the lanes can have in hand keeps them fed while a batch is out, and memory flat.
    const most = mapping.parallelization * mapping.batchSize * 2;
    while (shard.progress.open < most) {
      const records = kinesis.read(mapping.sourceName, shard.shardId, shard.readUpTo, { records: most - shard.progress.open, bytes: READ_BYTES });
      if (records.length === 0) break;
      const unwanted: string[] = [];
      for (const record of records) {
        shard.progress.handOut(record.sequenceNumber);
        if (mapping.wants?.(record.data.toString("utf8")) === false) unwanted.push(record.sequenceNumber);
        else shard.lanes[laneOf(record.partitionKey, shard.lanes.length)]?.add(record);
      }
      shard.readUpTo = records.at(-1)?.sequenceNumber;
      if (unwanted.length === 0) continue;
      // What no filter lets through is read. A long backlog of it must not keep the other services waiting.
      this.#finish(shard, unwanted);
      break;
    }
    for (const lane of shard.lanes) lane.pump();
  }

  /** Never rejects: a stopped run just leaves the batch for the next one. */
  async #deliver(shard: ShardState, batch: StoredRecord[]): Promise<void> {
    const { mapping, host } = this.#options;
    const source = { arn: mapping.sourceArn, shardId: shard.shardId, roleArn: host.definition.roleArn };
    const { signal } = this.#stopping;
    try {
      await deliverStreamBatch(batch, {
        mapping,
        invoke: async (records) => {
          signal.throwIfAborted();
          const outcome = await host.invoke(kinesisEvent(records, source));
          // What a stopping host answers says nothing about the records.
          signal.throwIfAborted();
          return outcome;
        },
        done: (records) => this.#finish(shard, records.map((record) => record.sequenceNumber)),
        discard: async (discarded) => {
          await this.#discard({ ...discarded, shardId: shard.shardId, event: kinesisEvent(discarded.records, source) });
        },
        pause: (attempts) => this.#pause(attempts),
        now: Date.now,
      });
    } catch (error) {
      if (!signal.aborted) this.#options.log(`${mapping.functionName}: delivery from ${mapping.sourceName} ${shard.shardId} stopped: ${String(error)}`);
    }
  }

  #finish(shard: ShardState, sequenceNumbers: readonly string[]): void {
    const checkpoint = shard.progress.finish(sequenceNumbers);
    if (checkpoint !== undefined) this.#options.checkpoints.advance(shard.shardId, checkpoint);
    setImmediate(() => this.#pump(shard));
  }

  /** Lambda drops a batch whose destination fails; here it is tried again, because nothing may be lost silently. */
  async #discard(batch: DiscardedBatch): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.#options.discard(batch);
        return;
      } catch (error) {
        this.#options.log(`${this.#options.mapping.functionName}: the on-failure destination refused ${batch.records.length} records: ${String(error)}`);
        await this.#pause(attempts);
      }
    }
  }

  async #pause(attempts: number): Promise<void> {
    await delay(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10)), undefined, { signal: this.#stopping.signal });
  }
}

function laneOf(partitionKey: string, lanes: number): number {
  return lanes === 1 ? 0 : hash("md5", partitionKey, "buffer").readUInt32BE(12) % lanes;
}
