import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CheckpointStore } from "../../../local/event-sources/checkpoint-store.ts";
import type { DeliveryStreamDefinition } from "../../../local/firehose/delivery-stream-definition.ts";
import { DeliveryStream } from "../../../local/firehose/delivery-stream.ts";
import { parseHiveType } from "../../../local/firehose/hive-type.ts";
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";
import { S3Engine } from "../../../local/s3/s3-engine.ts";
import type { RequiredPermission } from "../../../local/service.ts";

const COLUMNS = Object.entries({
  result_id: "string",
  turn: "bigint",
  flags: "array<string>",
  attributes: "map<string,string>",
  redactions: "map<string,int>",
  timings: "struct<arrivedat:string,modelms:double>",
}).map(([name, type]) => ({ name, type: parseHiveType(type, name), key: name === "result_id" ? "resultid" : name }));

const DEFINITION: DeliveryStreamDefinition = {
  name: "results",
  roleArn: "arn:role",
  sourceStream: "results",
  bucket: "lake",
  bucketKeyArn: "arn:key",
  prefix: "results/day=!{timestamp:yyyy-MM-dd}/",
  errorPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/",
  intervalMilliseconds: 3_600_000,
  sizeBytes: 64 * 1024 * 1024,
  compression: "SNAPPY",
  columns: COLUMNS,
  catalogTable: { tableName: "results" },
  permissions: [],
};

let folder: string;
let kinesis: KinesisEngine;
let s3: S3Engine;
const delivering: DeliveryStream[] = [];
const asked: RequiredPermission[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-firehose-"));
  kinesis = new KinesisEngine({ folder: join(folder, "kinesis"), region: "us-east-1", accountId: "123456789012" });
  kinesis.createStream({ name: "results", shardCount: 1, retentionHours: 24 });
  s3 = new S3Engine({ folder: join(folder, "s3") });
  s3.createBucket({ name: "lake" });
  asked.length = 0;
});

afterEach(async () => {
  for (const delivery of delivering.splice(0)) await delivery.stop();
  kinesis.close();
  rmSync(folder, { recursive: true, force: true });
});

function deliver(change: Partial<DeliveryStreamDefinition> = {}, checkpoint = "checkpoint.json", bucket: Pick<S3Engine, "put"> = s3): DeliveryStream {
  const delivery = new DeliveryStream({
    definition: { ...DEFINITION, ...change },
    kinesis,
    s3: bucket as S3Engine,
    checkpoints: new CheckpointStore(join(folder, checkpoint)),
    temporaryFolder: join(folder, "temporary"),
    authorize: (permissions) => void asked.push(...permissions),
    log: () => undefined,
  });
  delivering.push(delivery);
  return delivery;
}

function put(...records: (object | string | Buffer)[]): void {
  const bytes = records.map((record) => (Buffer.isBuffer(record) ? record : Buffer.from(typeof record === "string" ? record : JSON.stringify(record))));
  kinesis.putRecords("results", bytes.map((data) => ({ data, partitionKey: "key" })));
}

async function keys(prefix: string): Promise<string[]> {
  return (await s3.list("lake", prefix)).map(({ key }) => key);
}

/** Rows of all Parquet files, as JSON. */
async function rows(columns = "*"): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const files = await keys("results/");
  for (const [index, key] of files.entries()) writeFileSync(join(folder, `${index}.parquet`), await s3.get("lake", key));
  const list = files.map((_, index) => `'${join(folder, `${index}.parquet`)}'`).join(",");
  const reader = await connection.runAndReadAll(`SELECT ${columns} FROM read_parquet([${list}]) ORDER BY 1`);
  connection.closeSync();
  instance.closeSync();
  return reader.getRowObjectsJson();
}

test("results become Parquet with the table's columns and types, under the day they arrived", async () => {
  put({ resultId: "r1", turn: 3, flags: ["mixed"], attributes: { shop: "Lisbon", Till: "4" }, redactions: { EMAIL: 2, PHONE: 1 }, timings: { arrivedAt: "2026-01-01T00:00:00Z", modelMs: 1.5 }, unknown: "dropped" });
  const delivery = deliver();
  await delivery.flush();
  const [key] = await keys("results/");
  expect(key).toMatch(new RegExp(`^results/day=${new Date().toISOString().slice(0, 10)}/results-1-[0-9-]{19}-[0-9a-f]{8}-[0-9a-f-]{27}\\.parquet$`, "u"));
  expect(await rows()).toEqual([
    {
      result_id: "r1",
      turn: "3",
      flags: ["mixed"],
      attributes: [
        { key: "shop", value: "Lisbon" },
        { key: "Till", value: "4" },
      ],
      redactions: [
        { key: "EMAIL", value: 2 },
        { key: "PHONE", value: 1 },
      ],
      timings: { arrivedat: "2026-01-01T00:00:00Z", modelms: 1.5 },
    },
  ]);
  expect(delivery.stats()).toEqual({ delivered: 1, buffered: 0, files: 1, failed: 0 });
});

test("what a record lacks is null", async () => {
  put({ resultId: "r1" });
  await deliver().flush();
  expect(await rows()).toEqual([{ result_id: "r1", turn: null, flags: null, attributes: null, redactions: null, timings: null }]);
});

test.each([
  ["no JSON", "{", "DataFormatConversion.ParseError"],
  ["not UTF-8", Buffer.from([0x22, 0xc3, 0x28, 0x22]), "DataFormatConversion.ParseError"],
  ["a list", "[]", "DataFormatConversion.MalformedData"],
  ["a text where a number belongs", '{"turn":"three"}', "DataFormatConversion.MalformedData"],
])("%s goes to the error prefix, whole, and the others go through", async (_case, broken, code) => {
  put({ resultId: "good" }, broken);
  const delivery = deliver();
  await delivery.flush();
  const [key] = await keys("errors/");
  expect(key).toMatch(/^errors\/format-conversion-failed\/\d{4}-\d\d-\d\d\/results-1-/u);
  const document = JSON.parse((await s3.get("lake", key ?? "")).toString()) as { rawData: string };
  expect(document).toMatchObject({ attemptsMade: 1, lastErrorCode: code, dataCatalogTable: { tableName: "results" } });
  expect(Buffer.from(document.rawData, "base64")).toEqual(Buffer.from(broken));
  expect(await rows("result_id")).toEqual([{ result_id: "good" }]);
  expect(delivery.stats()).toMatchObject({ delivered: 1, failed: 1 });
});

test("a record of 1 MiB whose every character is escaped twice gets into the lake whole", async () => {
  const quotes = '"'.repeat(500_000);
  put({ resultId: { quotes } });
  const delivery = deliver();
  await delivery.flush();
  expect(delivery.stats()).toMatchObject({ delivered: 1, failed: 0 });
  expect(await rows("length(result_id) AS characters")).toEqual([{ characters: String(JSON.stringify({ quotes }).length) }]);
});

test("more rows than a row group holds arrive once each", async () => {
  for (let first = 0; first < 50_000; first += 5_000) put(...Array.from({ length: 5_000 }, (_, index) => ({ resultId: `r${first + index}` })));
  await deliver().flush();
  expect(await rows("count(*) AS total, count(DISTINCT result_id) AS distinct_ids")).toEqual([{ total: "50000", distinct_ids: "50000" }]);
});

test("the interval writes by itself", async () => {
  const delivery = deliver({ intervalMilliseconds: 100 });
  put({ resultId: "r1" });
  await vi.waitFor(() => expect(delivery.stats().files).toBe(1), 5_000);
  expect(delivery.lag()).toBe(0);
});

test("a full buffer writes without waiting for the interval", async () => {
  const delivery = deliver({ sizeBytes: 100 });
  put({ resultId: "r1", attributes: { long: "x".repeat(100) } });
  await vi.waitFor(() => expect(delivery.stats().files).toBe(1), 5_000);
});

test("a run that died between file and checkpoint writes the same file again: no row twice", async () => {
  put({ resultId: "r1" }, { resultId: "r2" });
  await deliver({}, "lost-checkpoint.json").flush();
  put({ resultId: "r3" });
  await deliver({}, "checkpoint.json").flush();
  expect(await keys("results/")).toHaveLength(1);
  expect(await rows("result_id")).toEqual([{ result_id: "r1" }, { result_id: "r2" }, { result_id: "r3" }]);
});

test("a second start goes on behind the last file", async () => {
  put({ resultId: "r1" });
  const first = deliver();
  await first.flush();
  await first.stop();
  delivering.pop();
  put({ resultId: "r2" });
  await deliver().flush();
  expect(await rows("result_id")).toEqual([{ result_id: "r1" }, { result_id: "r2" }]);
});

test("a bucket that refuses a file loses no row", async () => {
  let refusals = 1;
  const flaky: Pick<S3Engine, "put"> = {
    put: async (bucket, key, body, headers) => {
      refusals -= 1;
      if (refusals >= 0) throw new Error("no room");
      return await s3.put(bucket, key, body, headers);
    },
  };
  put({ resultId: "r1" });
  const delivery = deliver({}, "checkpoint.json", flaky);
  await expect(delivery.flush()).rejects.toThrow("no room");
  await delivery.flush();
  expect(await rows("result_id")).toEqual([{ result_id: "r1" }]);
});

test("every file is written with the role's permissions", async () => {
  put({ resultId: "r1" });
  await deliver().flush();
  const [key] = await keys("results/");
  expect(asked).toContainEqual({ action: "s3:PutObject", resource: `arn:aws:s3:::lake/${key}` });
  expect(asked).toContainEqual({ action: "kms:GenerateDataKey", resource: "arn:key" });
});
