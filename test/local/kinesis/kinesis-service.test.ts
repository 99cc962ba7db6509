import {
  DescribeStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand, ListStreamsCommand,
  PutRecordCommand, PutRecordsCommand, type GetShardIteratorCommandInput,
} from "@aws-sdk/client-kinesis";
import { expect, test } from "vitest";
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";
import { KinesisService } from "../../../local/kinesis/kinesis-service.ts";
import type { RequiredPermission } from "../../../local/service.ts";
import { ACCOUNT_ID, clientOptions, http1Handler, KEY_ARN, REGION, serve, temporaryFolder } from "../gateway/served.ts";

const StreamName = "valence-test-text";
const StreamARN = `arn:aws:kinesis:${REGION}:${ACCOUNT_ID}:stream/${StreamName}`;

async function start(options: { shardCount?: number; kmsKeyArn?: string } = {}) {
  const engine = new KinesisEngine({ folder: temporaryFolder(), region: REGION, accountId: ACCOUNT_ID });
  engine.createStream({ name: StreamName, shardCount: options.shardCount ?? 3, retentionHours: 24, ...(options.kmsKeyArn === undefined ? {} : { kmsKeyArn: options.kmsKeyArn }) });
  const asked: RequiredPermission[] = [];
  const gateway = await serve([new KinesisService(engine)], { authorizer: { authorize: (_, permissions) => void asked.push(...permissions) } });
  return { engine, gateway, asked, client: new KinesisClient(clientOptions(gateway)) };
}

async function readAll(client: KinesisClient, iterator: Omit<GetShardIteratorCommandInput, "StreamName">) {
  let { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ...iterator }));
  const records: { key: string | undefined; data: string; sequenceNumber: string | undefined }[] = [];
  for (;;) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 7 }));
    for (const record of page.Records ?? []) records.push({ key: record.PartitionKey, data: Buffer.from(record.Data ?? []).toString(), sequenceNumber: record.SequenceNumber });
    if (page.Records?.length === 0) return records;
    ShardIterator = page.NextShardIterator;
  }
}

test.each([
  ["HTTP/2, one session a call", {}],
  ["HTTP/2, sessions shared", { requestHandler: { disableConcurrentStreams: false } }],
  ["HTTP/1.1", { requestHandler: http1Handler() }],
])("records put over %s come back in order, each shard by itself", async (_name, transport) => {
  const { gateway } = await start();
  const client = new KinesisClient({ ...clientOptions(gateway), ...transport });
  const sent = Array.from({ length: 50 }, (_, index) => ({ PartitionKey: `conversation-${index % 9}`, Data: Buffer.from(`record ${index} ü😀`) }));
  const put = await client.send(new PutRecordsCommand({ StreamName, Records: sent }));
  expect(put.FailedRecordCount).toBe(0);
  const shardIds = ((await client.send(new ListShardsCommand({ StreamName }))).Shards ?? []).map(({ ShardId }) => ShardId as string);
  let count = 0;
  for (const ShardId of shardIds) {
    const read = await readAll(client, { ShardId, ShardIteratorType: "TRIM_HORIZON" });
    const expected = sent.flatMap((record, index) => (put.Records?.[index]?.ShardId === ShardId ? [{ key: record.PartitionKey, data: record.Data.toString(), sequenceNumber: put.Records[index]?.SequenceNumber }] : []));
    expect(read).toEqual(expected);
    expect(read.map(({ sequenceNumber }) => sequenceNumber)).toEqual(read.map(({ sequenceNumber }) => sequenceNumber as string).toSorted());
    count += read.length;
  }
  expect(count).toBe(50);
  client.destroy();
});

test("a partition key's MD5 decides the shard, an explicit hash key overrules it", async () => {
  const { client } = await start({ shardCount: 4 });
  // MD5("a") = 0cc1…, MD5("b") = 92eb…: the first and the third quarter of the hash keys.
  const put = async (PartitionKey: string, ExplicitHashKey?: string) => (await client.send(new PutRecordCommand({ StreamName, PartitionKey, ExplicitHashKey, Data: Buffer.from("x") }))).ShardId;
  expect(await put("a")).toBe("shardId-000000000000");
  expect(await put("b")).toBe("shardId-000000000002");
  expect(await put("a", String(2n ** 128n - 1n))).toBe("shardId-000000000003");
  await expect(put("a", String(2n ** 128n))).rejects.toMatchObject({ name: "InvalidArgumentException" });
});

test("iterators start at, after, at the end and at a time", async () => {
  const { client } = await start({ shardCount: 1 });
  const ShardId = "shardId-000000000000";
  const put = async (data: string) => (await client.send(new PutRecordCommand({ StreamName, PartitionKey: "p", Data: Buffer.from(data) }))).SequenceNumber as string;
  await put("first");
  const second = await put("second");
  await new Promise((resolve) => setTimeout(resolve, 20));
  const Timestamp = new Date();
  const latest = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "LATEST" }));
  await put("third");
  const from = async (iterator: Partial<GetShardIteratorCommandInput>) => (await readAll(client, { ShardId, ...iterator } as GetShardIteratorCommandInput)).map(({ data }) => data);
  expect(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: second })).toEqual(["second", "third"]);
  expect(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: second })).toEqual(["third"]);
  expect(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp })).toEqual(["third"]);
  const page = await client.send(new GetRecordsCommand({ ShardIterator: latest.ShardIterator }));
  expect(page.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["third"]);
  expect(page.MillisBehindLatest).toBe(0);
  await expect(from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: "49000" })).rejects.toMatchObject({ name: "InvalidArgumentException" });
  await expect(client.send(new GetRecordsCommand({ ShardIterator: "nonsense" }))).rejects.toMatchObject({ name: "InvalidArgumentException" });
});

test("limits are those of the service: 500 records, 1 MiB a record with its key, 10 MiB a call", async () => {
  const { client, engine } = await start();
  const record = (bytes: number) => ({ PartitionKey: "p", Data: Buffer.alloc(bytes) });
  const put = (Records: ReturnType<typeof record>[]) => client.send(new PutRecordsCommand({ StreamName, Records }));
  await expect(put(Array.from({ length: 501 }, () => record(1)))).rejects.toMatchObject({ name: "ValidationException" });
  await expect(put([])).rejects.toMatchObject({ name: "ValidationException" });
  await expect(put([record(1024 * 1024)])).rejects.toMatchObject({ name: "ValidationException" });
  await expect(put(Array.from({ length: 11 }, () => record(1000 * 1024)))).rejects.toMatchObject({ name: "InvalidArgumentException" });
  expect(engine.stats(StreamName).records).toBe(0);
  await put([record(1024 * 1024 - 1)]);
  expect(engine.stats(StreamName)).toEqual({ records: 1, bytes: 1024 * 1024 - 1 });
});

test("descriptions and lists", async () => {
  const { client, engine } = await start({ kmsKeyArn: KEY_ARN });
  engine.createStream({ name: "another", shardCount: 1, retentionHours: 24 });
  const { StreamDescriptionSummary: summary } = await client.send(new DescribeStreamSummaryCommand({ StreamARN }));
  expect(summary).toMatchObject({ StreamName, StreamARN, StreamStatus: "ACTIVE", OpenShardCount: 3, RetentionPeriodHours: 24, EncryptionType: "KMS", KeyId: KEY_ARN });
  const { StreamDescription: description } = await client.send(new DescribeStreamCommand({ StreamName, Limit: 2 }));
  expect(description).toMatchObject({ HasMoreShards: true, Shards: [{ ShardId: "shardId-000000000000" }, { ShardId: "shardId-000000000001" }] });
  const first = await client.send(new ListShardsCommand({ StreamName, MaxResults: 2 }));
  const rest = await client.send(new ListShardsCommand({ NextToken: first.NextToken }));
  expect(rest.Shards).toMatchObject([{ ShardId: "shardId-000000000002", HashKeyRange: { EndingHashKey: String(2n ** 128n - 1n) } }]);
  expect((await client.send(new ListStreamsCommand({ Limit: 1 }))).StreamNames).toEqual(["another"]);
  await expect(client.send(new DescribeStreamSummaryCommand({ StreamName: "absent" }))).rejects.toMatchObject({ name: "ResourceNotFoundException", message: expect.stringContaining("another, valence-test-text") });
});

test("an encrypted stream asks for its key", async () => {
  const { client, asked } = await start({ kmsKeyArn: KEY_ARN, shardCount: 1 });
  await client.send(new PutRecordCommand({ StreamName, PartitionKey: "p", Data: Buffer.from("x") }));
  await readAll(client, { ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" });
  const unique = [...new Set(asked.map(({ action, resource }) => `${action} ${resource}`))];
  expect(unique).toEqual([`kinesis:PutRecord ${StreamARN}`, `kms:GenerateDataKey ${KEY_ARN}`, `kinesis:GetShardIterator ${StreamARN}`, `kinesis:GetRecords ${StreamARN}`, `kms:Decrypt ${KEY_ARN}`]);
});

test.each([
  ["{", "SerializationException"],
  ["[]", "SerializationException"],
  ["{}", "ValidationException"],
  [`{"StreamName":"${StreamName}","Records":7}`, "ValidationException"],
  [`{"StreamName":"${StreamName}","Records":[{"PartitionKey":"p","Data":"***="}]}`, "SerializationException"],
  [`{"StreamName":"${StreamName}","Records":[{"PartitionKey":"","Data":""}]}`, "ValidationException"],
  [`{"StreamName":"../../x","Records":[{"PartitionKey":"p","Data":""}]}`, "ValidationException"],
  [`{"StreamARN":"arn:aws:kinesis:eu-west-1:1:stream/x","Records":[{"PartitionKey":"p","Data":""}]}`, "ResourceNotFoundException"],
])("the body %s is refused with %s", async (body, code) => {
  const { gateway } = await start();
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0";
  const answer = await fetch(gateway.url, { method: "POST", headers: { authorization, "x-amz-target": "Kinesis_20131202.PutRecords", "content-type": "application/x-amz-json-1.1" }, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: code, message: expect.any(String) });
});

test("CBOR and operations that are not served get an answer that says what to do", async () => {
  const { gateway } = await start();
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0";
  const ask = async (target: string, type: string) => (await fetch(gateway.url, { method: "POST", headers: { authorization, "x-amz-target": `Kinesis_20131202.${target}`, "content-type": type }, body: "{}" })).json();
  expect(await ask("PutRecord", "application/x-amz-cbor-1.1")).toMatchObject({ message: expect.stringContaining("CBOR_ENABLED=false") });
  expect(await ask("SubscribeToShard", "application/x-amz-json-1.1")).toMatchObject({ __type: "UnknownOperationException", message: expect.stringContaining("GetRecords") });
});
