import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CheckpointStore } from "../event-sources/checkpoint-store.ts";
import type { KinesisEngine, StoredRecord } from "../kinesis/kinesis-engine.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import type { RequiredPermission } from "../service.ts";
import type { DeliveryStreamDefinition } from "./delivery-stream-definition.ts";
import { parquetOf } from "./parquet-writer.ts";
import { evaluatePrefix } from "./prefix.ts";
import { ConversionError, type RecordConverter, recordConverter } from "./record-conversion.ts";

const READ_LIMIT = { records: 5_000, bytes: 4 * 1024 * 1024 };
const RETRY_MS = 5_000;
const FAILED = "format-conversion-failed";

export interface DeliveryStreamOptions {
  definition: DeliveryStreamDefinition;
  kinesis: KinesisEngine;
  s3: S3Engine;
  checkpoints: CheckpointStore;
  /** For rows on their way into a file. */
  temporaryFolder: string;
  /** @throws AccessDeniedError */
  authorize: (permissions: readonly RequiredPermission[]) => void;
  log: (line: string) => void;
}

export interface DeliveryStreamStats {
  /** Records in Parquet files of this run. */
  delivered: number;
  /** Records read and not in a file yet. */
  buffered: number;
  files: number;
  /** Records under the error prefix. */
  failed: number;
}

/** What one shard has for its next file. The rows lie in a file already, so that a large buffer needs no memory. */
interface ShardBuffer {
  shardId: string;
  rowsFile: string;
  descriptor: number;
  first: StoredRecord | undefined;
  last: string | undefined;
  rows: number;
  failures: string[];
  bytes: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Carries a stream into the lake. A file is named by its first record: a run that is killed between writing the file and
 * noting how far it got writes the same file again, and no row twice.
 */
export class DeliveryStream {
  readonly #options: DeliveryStreamOptions;
  readonly #convert: RecordConverter;
  readonly #buffers: ShardBuffer[];
  readonly #unsubscribe: () => void;
  readonly #stats = { delivered: 0, files: 0, failed: 0 };
  #work: Promise<void> = Promise.resolve();
  #pumping = false;
  #stopped = false;

  constructor(options: DeliveryStreamOptions) {
    this.#options = options;
    this.#convert = recordConverter(options.definition.columns);
    const { definition, kinesis, temporaryFolder } = options;
    rmSync(temporaryFolder, { recursive: true, force: true });
    mkdirSync(temporaryFolder, { recursive: true });
    options.authorize(definition.permissions);
    this.#buffers = kinesis.shardIds(definition.sourceStream).map((shardId) => {
      const rowsFile = join(temporaryFolder, `${shardId}.jsonl`);
      return {
        shardId,
        rowsFile,
        descriptor: openSync(rowsFile, "w"),
        first: undefined,
        last: options.checkpoints.position(shardId) ?? undefined,
        rows: 0,
        failures: [],
        bytes: 0,
        timer: undefined,
      };
    });
    this.#unsubscribe = kinesis.onPut(definition.sourceStream, () => this.#pump());
    this.#pump();
  }

  get name(): string {
    return this.#options.definition.name;
  }

  get sourceStream(): string {
    return this.#options.definition.sourceStream;
  }

  stats(): DeliveryStreamStats {
    return { ...this.#stats, buffered: this.#buffers.reduce((sum, buffer) => sum + buffer.rows + buffer.failures.length, 0) };
  }

  /** Records put and not in a file. */
  lag(): number {
    const { kinesis, definition, checkpoints } = this.#options;
    return this.#buffers.reduce((sum, { shardId }) => sum + kinesis.recordsAfter(definition.sourceStream, shardId, checkpoints.position(shardId) ?? undefined), 0);
  }

  /** Reads what there is and writes it out, whatever the buffering says. */
  async flush(): Promise<void> {
    await this.#enqueue(async () => {
      for (const buffer of this.#buffers) {
        for (;;) {
          const read = this.#read(buffer);
          if (read === 0 || buffer.bytes >= this.#options.definition.sizeBytes) await this.#deliver(buffer);
          if (read === 0) break;
        }
      }
    });
  }

  /** Leaves what is buffered to the next start, which reads it again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    for (const { timer } of this.#buffers) clearTimeout(timer);
    await this.#work.catch(() => undefined);
    for (const { descriptor } of this.#buffers) closeSync(descriptor);
    this.#options.checkpoints.flush();
  }

  #pump(): void {
    // One reading in the queue takes all that was put until it runs.
    if (this.#stopped || this.#pumping) return;
    this.#pumping = true;
    void this.#enqueue(async () => {
      this.#pumping = false;
      for (const buffer of this.#buffers) {
        while (this.#read(buffer) > 0) {
          if (buffer.bytes >= this.#options.definition.sizeBytes) await this.#deliver(buffer);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        if (buffer.first !== undefined) {
          buffer.timer ??= setTimeout(() => {
            buffer.timer = undefined;
            void this.#enqueue(() => this.#deliver(buffer)).catch(() => undefined);
          }, this.#options.definition.intervalMilliseconds);
        }
      }
    }).catch(() => undefined);
  }

  /** Steps run one after the other. A step that fails is logged and tried again later; Firehose retries for ever, too. */
  async #enqueue(step: () => Promise<void>): Promise<void> {
    const run = this.#after(this.#work, step);
    this.#work = run.catch((error: unknown) => {
      this.#options.log(`${this.#options.definition.name}: ${error instanceof Error ? error.message : String(error)}`);
      if (!this.#stopped) setTimeout(() => this.#pump(), RETRY_MS).unref();
    });
    await run;
  }

  async #after(earlier: Promise<void>, step: () => Promise<void>): Promise<void> {
    await earlier;
    if (!this.#stopped) await step();
  }

  #read(buffer: ShardBuffer): number {
    const { kinesis, definition } = this.#options;
    const records = kinesis.read(definition.sourceStream, buffer.shardId, buffer.last, READ_LIMIT);
    let rows = "";
    for (const record of records) {
      try {
        rows += `${this.#convert(record.data)}\n`;
        buffer.rows += 1;
      } catch (error) {
        if (!(error instanceof ConversionError)) throw error;
        buffer.failures.push(this.#failureDocument(record, error));
      }
      buffer.bytes += record.data.length;
    }
    if (rows !== "") writeSync(buffer.descriptor, rows);
    buffer.first ??= records[0];
    buffer.last = records.at(-1)?.sequenceNumber ?? buffer.last;
    return records.length;
  }

  async #deliver(buffer: ShardBuffer): Promise<void> {
    const { definition, checkpoints } = this.#options;
    clearTimeout(buffer.timer);
    buffer.timer = undefined;
    const { first, last } = buffer;
    if (first === undefined || last === undefined) return;
    const arrived = new Date(first.arrivedAt);
    const name = fileName(definition.name, buffer.shardId, first);
    if (buffer.rows > 0) {
      const parquet = await parquetOf(buffer.rowsFile, definition.columns, definition.compression);
      await this.#put(`${evaluatePrefix(definition.prefix, arrived)}${name}.parquet`, parquet, "application/vnd.apache.parquet");
      this.#stats.files += 1;
    }
    if (buffer.failures.length > 0) {
      const documents = Buffer.from(buffer.failures.map((line) => `${line}\n`).join(""));
      await this.#put(`${evaluatePrefix(definition.errorPrefix, arrived, FAILED)}${name}`, documents, "application/x-ndjson");
    }
    this.#stats.delivered += buffer.rows;
    this.#stats.failed += buffer.failures.length;
    checkpoints.advance(buffer.shardId, last);
    closeSync(buffer.descriptor);
    Object.assign(buffer, { descriptor: openSync(buffer.rowsFile, "w"), first: undefined, rows: 0, failures: [], bytes: 0 });
  }

  async #put(key: string, body: Buffer, contentType: string): Promise<void> {
    const { definition, s3, authorize } = this.#options;
    const resource = `arn:aws:s3:::${definition.bucket}/${key}`;
    authorize([
      // Firehose uploads in parts, whatever the size.
      ...["s3:PutObject", "s3:AbortMultipartUpload"].map((action) => ({ action, resource })),
      ...(definition.bucketKeyArn === undefined ? [] : [{ action: "kms:GenerateDataKey", resource: definition.bucketKeyArn }]),
    ]);
    await s3.put(definition.bucket, key, body, { contentType });
  }

  #failureDocument(record: StoredRecord, error: ConversionError): string {
    return JSON.stringify({
      attemptsMade: 1,
      arrivalTimestamp: record.arrivedAt,
      lastErrorCode: error.code,
      lastErrorMessage: error.message,
      attemptEndingTimestamp: Date.now(),
      rawData: record.data.toString("base64"),
      sequenceNumber: record.sequenceNumber,
      subSequenceNumber: null,
      dataCatalogTable: this.#options.definition.catalogTable,
    });
  }
}

/** Firehose's form, `<stream>-<version>-<time>-<uuid>`, with a UUID that the first record decides. */
function fileName(deliveryStream: string, shardId: string, first: StoredRecord): string {
  const hash = createHash("sha256").update(`${shardId}/${first.sequenceNumber}`).digest("hex");
  const time = new Date(first.arrivedAt).toISOString().slice(0, 19).replaceAll(/[T:]/gu, "-");
  return `${deliveryStream}-1-${time}-${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`;
}
