import { jsonError, jsonResponse, parseInput, readJsonObject, targetOperation, unknownOperation } from "../protocols/aws-json.ts";
import { ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { KinesisEngine, PutEntry, StreamDescription } from "./kinesis-engine.ts";
import { isKinesisOperation, KINESIS_REQUESTS, type KinesisInput, type KinesisOperation } from "./kinesis-requests.ts";
import { formatIterator, parseIterator, startPosition } from "./shard-iterator.ts";

const MIB = 1024 * 1024;
const MAX_RECORD_BYTES = MIB;
const MAX_CALL_BYTES = 10 * MIB;
const MAX_READ = { records: 10_000, bytes: 10 * MIB };
const LIST_SHARDS_PAGE = 1_000;
const DESCRIBE_PAGE = 100;

/** Kinesis Data Streams' JSON 1.1 protocol in front of a `KinesisEngine`. */
export class KinesisService implements LocalService {
  readonly signingName = "kinesis";
  readonly #engine: KinesisEngine;
  /** Permissions are asked before a request is handled; a body of 10 MiB should be parsed once. */
  readonly #inputs = new WeakMap<ServiceRequest, object>();

  constructor(engine: KinesisEngine) {
    this.#engine = engine;
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const operation = this.#operation(request);
    if (operation === "ListStreams") return [{ action: "kinesis:ListStreams", resource: "*" }];
    const name = this.#streamName(operation, this.#input(request, operation));
    const permissions = [{ action: `kinesis:${operation}`, resource: this.#engine.streamArn(name) }];
    const key = this.#engine.streamNames().includes(name) ? this.#engine.describe(name).kmsKeyArn : undefined;
    if (key !== undefined && operation.startsWith("Put")) permissions.push({ action: "kms:GenerateDataKey", resource: key });
    if (key !== undefined && operation === "GetRecords") permissions.push({ action: "kms:Decrypt", resource: key });
    return permissions;
  }

  // oxlint-disable-next-line typescript/require-await -- the interface is asynchronous, this engine is not
  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = this.#operation(request);
    return jsonResponse("1.1", this.#answer(operation, this.#input(request, operation)));
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError("1.1", error);
  }

  #answer(operation: KinesisOperation, input: unknown): unknown {
    switch (operation) {
      case "PutRecord":
        return this.#putRecord(input as KinesisInput<"PutRecord">);
      case "PutRecords":
        return this.#putRecords(input as KinesisInput<"PutRecords">);
      case "GetShardIterator": {
        const iterator = input as KinesisInput<"GetShardIterator">;
        return { ShardIterator: formatIterator(startPosition(this.#engine, this.#streamName(operation, iterator), iterator)) };
      }
      case "GetRecords":
        return this.#getRecords(input as KinesisInput<"GetRecords">);
      case "ListShards":
        return this.#listShards(input as KinesisInput<"ListShards">);
      case "DescribeStream":
        return this.#describeStream(input as KinesisInput<"DescribeStream">);
      case "DescribeStreamSummary":
        return { StreamDescriptionSummary: { ...this.#summary(input as KinesisInput<"DescribeStreamSummary">), ConsumerCount: 0 } };
      case "ListStreams":
        return this.#listStreams(input as KinesisInput<"ListStreams">);
    }
  }

  #putRecord(input: KinesisInput<"PutRecord">): unknown {
    const name = this.#streamName("PutRecord", input);
    const [answer] = this.#engine.putRecords(name, [putEntry(input, "")]);
    return { ShardId: answer?.shardId, SequenceNumber: answer?.sequenceNumber, ...this.#encryption(name) };
  }

  #putRecords(input: KinesisInput<"PutRecords">): unknown {
    const name = this.#streamName("PutRecords", input);
    const entries = input.Records.map((record, index) => putEntry(record, `records.${index + 1}.member.`));
    const bytes = entries.reduce((sum, entry) => sum + entry.data.length + Buffer.byteLength(entry.partitionKey), 0);
    if (bytes > MAX_CALL_BYTES) throw new ServiceError("InvalidArgumentException", `Records size exceeds ${MAX_CALL_BYTES} bytes: this call has ${bytes}. Send fewer records a call.`);
    const records = this.#engine.putRecords(name, entries).map(({ shardId, sequenceNumber }) => ({ ShardId: shardId, SequenceNumber: sequenceNumber }));
    return { FailedRecordCount: 0, Records: records, ...this.#encryption(name) };
  }

  #getRecords(input: KinesisInput<"GetRecords">): unknown {
    const position = parseIterator(input.ShardIterator);
    const { stream, shardId } = position;
    const records = this.#engine.read(stream, shardId, position.after, { ...MAX_READ, records: input.Limit ?? MAX_READ.records });
    const after = records.at(-1)?.sequenceNumber ?? position.after;
    const [next] = this.#engine.read(stream, shardId, after, { records: 1, bytes: 1 });
    const encryption = this.#encryption(stream);
    return {
      Records: records.map((record) => ({
        SequenceNumber: record.sequenceNumber,
        PartitionKey: record.partitionKey,
        Data: record.data.toString("base64"),
        ApproximateArrivalTimestamp: record.arrivedAt / 1000,
        ...encryption,
      })),
      NextShardIterator: formatIterator({ stream, shardId, after }),
      MillisBehindLatest: next === undefined ? 0 : Math.max(0, Date.now() - next.arrivedAt),
    };
  }

  #listShards(input: KinesisInput<"ListShards">): unknown {
    const [name, start] = typeof input.NextToken === "string" ? parseListToken(input.NextToken) : [this.#streamName("ListShards", input), input.ExclusiveStartShardId ?? ""];
    const shards = describedShards(this.#engine.describe(name)).filter(({ ShardId }) => ShardId > start);
    const page = shards.slice(0, input.MaxResults ?? LIST_SHARDS_PAGE);
    const last = page.at(-1)?.ShardId;
    return { Shards: page, ...(page.length < shards.length && last !== undefined ? { NextToken: Buffer.from(JSON.stringify([name, last])).toString("base64") } : {}) };
  }

  #describeStream(input: KinesisInput<"DescribeStream">): unknown {
    const { OpenShardCount: _, ...summary } = this.#summary(input);
    const shards = describedShards(this.#engine.describe(summary.StreamName)).filter(({ ShardId }) => ShardId > (input.ExclusiveStartShardId ?? ""));
    const page = shards.slice(0, input.Limit ?? DESCRIBE_PAGE);
    return { StreamDescription: { ...summary, Shards: page, HasMoreShards: page.length < shards.length } };
  }

  #summary(input: KinesisInput<"DescribeStreamSummary">) {
    const stream = this.#engine.describe(this.#streamName("DescribeStreamSummary", input));
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: stream.retentionHours,
      StreamCreationTimestamp: stream.createdAt / 1000,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      OpenShardCount: stream.shardCount,
      ...(stream.kmsKeyArn === undefined ? { EncryptionType: "NONE" } : { EncryptionType: "KMS", KeyId: stream.kmsKeyArn }),
    };
  }

  #listStreams(input: KinesisInput<"ListStreams">): unknown {
    const start = input.NextToken ?? input.ExclusiveStartStreamName ?? "";
    const names = this.#engine.streamNames().filter((name) => name > start);
    const page = names.slice(0, input.Limit ?? 100);
    const summaries = page.map((name) => {
      const stream = this.#engine.describe(name);
      const { arn, createdAt } = stream;
      return { StreamName: name, StreamARN: arn, StreamStatus: "ACTIVE", StreamModeDetails: { StreamMode: "PROVISIONED" }, StreamCreationTimestamp: createdAt / 1000 };
    });
    const hasMore = page.length < names.length;
    return { StreamNames: page, StreamSummaries: summaries, HasMoreStreams: hasMore, ...(hasMore ? { NextToken: page.at(-1) } : {}) };
  }

  #operation(request: ServiceRequest): KinesisOperation {
    const operation = targetOperation(request);
    if (!isKinesisOperation(operation)) throw unknownOperation("kinesis", operation, Object.keys(KINESIS_REQUESTS));
    return operation;
  }

  #input(request: ServiceRequest, operation: KinesisOperation): object {
    const known = this.#inputs.get(request);
    if (known !== undefined) return known;
    const input: object = parseInput(KINESIS_REQUESTS[operation], readJsonObject(request));
    this.#inputs.set(request, input);
    return input;
  }

  #streamName(operation: KinesisOperation, input: { StreamName?: string | undefined; StreamARN?: string | undefined; ShardIterator?: unknown; NextToken?: unknown }): string {
    if (operation === "GetRecords") return parseIterator(String(input.ShardIterator)).stream;
    if (operation === "ListShards" && typeof input.NextToken === "string") return parseListToken(input.NextToken)[0];
    if (input.StreamName !== undefined) return input.StreamName;
    const prefix = this.#engine.streamArn("");
    if (input.StreamARN?.startsWith(prefix) === true) return input.StreamARN.slice(prefix.length);
    if (input.StreamARN !== undefined) throw new ServiceError("ResourceNotFoundException", `Stream ${input.StreamARN} is not here: local ARNs start with ${prefix}.`);
    throw new ServiceError("ValidationException", "Either StreamName or StreamARN must be given.");
  }

  #encryption(name: string): { EncryptionType?: "KMS" } {
    return this.#engine.describe(name).kmsKeyArn === undefined ? {} : { EncryptionType: "KMS" };
  }
}

function putEntry(record: { Data: string; PartitionKey: string; ExplicitHashKey?: string | null | undefined }, where: string): PutEntry {
  // Node skips characters that are not base64; the service refuses them.
  if (record.Data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(record.Data)) throw new ServiceError("SerializationException", `${where}data is not base64.`);
  const data = Buffer.from(record.Data, "base64");
  if (data.length + Buffer.byteLength(record.PartitionKey) > MAX_RECORD_BYTES) {
    throw new ServiceError("ValidationException", `1 validation error detected: Value at '${where}data' failed to satisfy constraint: Member must have length less than or equal to ${MAX_RECORD_BYTES}`);
  }
  return { data, partitionKey: record.PartitionKey, ...(typeof record.ExplicitHashKey === "string" ? { explicitHashKey: record.ExplicitHashKey } : {}) };
}

function describedShards(stream: StreamDescription) {
  return stream.shards.map(({ shardId, range, firstSequenceNumber }) => ({
    ShardId: shardId,
    HashKeyRange: { StartingHashKey: String(range.start), EndingHashKey: String(range.end) },
    SequenceNumberRange: { StartingSequenceNumber: firstSequenceNumber },
  }));
}

function parseListToken(token: string): [stream: string, afterShardId: string] {
  try {
    const [stream, afterShardId] = JSON.parse(Buffer.from(token, "base64").toString()) as unknown[];
    if (typeof stream === "string" && typeof afterShardId === "string") return [stream, afterShardId];
  } catch {
    // Falls through to the same error.
  }
  throw new ServiceError("InvalidArgumentException", "Invalid NextToken.");
}
