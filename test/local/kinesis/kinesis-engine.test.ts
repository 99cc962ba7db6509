import { spawn } from "node:child_process";
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";
import { ACCOUNT_ID, REGION, temporaryFolder } from "../gateway/served.ts";

const SHARD = "shardId-000000000000";
const EVERYTHING = { records: 1_000_000, bytes: 1_000_000_000 };

function open(folder: string, shardCount = 1, retentionHours = 24, kmsKeyArn?: string): KinesisEngine {
  const engine = new KinesisEngine({ folder, region: REGION, accountId: ACCOUNT_ID });
  engine.createStream({ name: "s", shardCount, retentionHours, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) });
  return engine;
}

const openEncrypted = (folder: string, shardCount = 1): KinesisEngine => open(folder, shardCount, 24, "arn:aws:kms:us-east-1:123456789012:key/k");

function put(engine: KinesisEngine, texts: string[]) {
  return engine.putRecords("s", texts.map((text) => ({ partitionKey: "p", data: Buffer.from(text) })));
}

function texts(engine: KinesisEngine, after?: string, limit = EVERYTHING): string[] {
  return engine.read("s", SHARD, after, limit).map(({ data }) => data.toString());
}

test("records survive a restart, with their sequence numbers going on", () => {
  const folder = temporaryFolder();
  const first = open(folder);
  const [acknowledged] = put(first, ["one"]);
  first.close();
  const second = open(folder);
  const [next] = put(second, ["two"]);
  expect(texts(second)).toEqual(["one", "two"]);
  expect(texts(second, acknowledged?.sequenceNumber)).toEqual(["two"]);
  expect(next?.sequenceNumber.length).toBe(56);
  expect((next?.sequenceNumber ?? "") > (acknowledged?.sequenceNumber ?? "")).toBe(true);
  second.close();
});

test.each(["plain", "encrypted"])("every record acknowledged before a kill -9 is there afterwards, whole and once: %s", async (how) => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "put-until-killed.ts"), folder, how], { stdio: ["ignore", "pipe", "inherit"] });
  let acknowledged = "";
  const enough = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      acknowledged += chunk.toString();
      if (acknowledged.split("\n").length > 40) resolve();
    });
  });
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  await enough;
  child.kill("SIGKILL");
  await gone;
  const batches = acknowledged.split("\n").filter((line) => line !== "");
  const engine = how === "plain" ? open(folder, 3) : openEncrypted(folder, 3);
  const found = engine.shardIds("s").flatMap((shardId) => engine.read("s", shardId, undefined, EVERYTHING));
  expect(found.filter(({ partitionKey, data }) => data.toString() !== `${partitionKey} ${"x".repeat(300)}`)).toEqual([]);
  const keys = new Set(found.map(({ partitionKey }) => partitionKey));
  expect(keys.size).toBe(found.length);
  const missing = batches.flatMap((batch) => Array.from({ length: 200 }, (_, index) => `${batch}-${index}`)).filter((key) => !keys.has(key));
  expect(missing).toEqual([]);
  engine.close();
});

test("a torn last frame is cut; damage in the middle is refused by name", () => {
  const folder = temporaryFolder();
  open(folder).close();
  const shardFolder = join(folder, "s", SHARD);
  const log = join(shardFolder, readdirSync(shardFolder)[0] as string);
  const writer = open(folder);
  put(writer, ["whole", "also whole"]);
  writer.close();
  const bytes = readFileSync(log);
  appendFileSync(log, bytes.subarray(0, 20));
  const mended = open(folder);
  expect(texts(mended)).toEqual(["whole", "also whole"]);
  put(mended, ["after"]);
  expect(texts(mended)).toEqual(["whole", "also whole", "after"]);
  mended.close();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
  writeFileSync(log, bytes);
  expect(() => open(folder)).toThrow(/is damaged at byte \d+/u);
});

test("reading is bounded by records and by bytes, but never stuck on a large one", () => {
  const engine = open(temporaryFolder());
  put(engine, ["a".repeat(1000), "b".repeat(1000), "c".repeat(1000)]);
  expect(texts(engine, undefined, { records: 2, bytes: 1_000_000 }).map((text) => text[0])).toEqual(["a", "b"]);
  expect(texts(engine, undefined, { records: 10, bytes: 1500 }).map((text) => text[0])).toEqual(["a"]);
  expect(texts(engine, undefined, { records: 10, bytes: 10 }).map((text) => text[0])).toEqual(["a"]);
  engine.close();
});

test.each([["plain", open], ["encrypted", openEncrypted]])("a reader far behind what memory holds gets every record from the files, over several segments: %s", (_, opened) => {
  const engine = opened(temporaryFolder());
  // Four segments of 16 MiB, with a tail of 4 MiB in memory.
  for (let batch = 0; batch < 130; batch += 1) {
    engine.putRecords("s", Array.from({ length: 5 }, (_, index) => ({ partitionKey: String(batch * 5 + index), data: Buffer.alloc(100_000, batch % 256) })));
  }
  let after: string | undefined;
  const keys: string[] = [];
  for (;;) {
    const records = engine.read("s", SHARD, after, { records: 37, bytes: 10_000_000 });
    if (records.length === 0) break;
    for (const record of records) {
      expect(record.data[99_999]).toBe(Math.floor(keys.length / 5) % 256);
      keys.push(record.partitionKey);
    }
    after = records.at(-1)?.sequenceNumber;
  }
  expect(keys).toEqual(Array.from({ length: 650 }, (_, index) => String(index)));
  engine.close();
});

test("retention deletes whole old segments and a reader from before goes on with the oldest kept", () => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z"), toFake: ["Date"] });
  try {
    const engine = open(temporaryFolder(), 1, 24);
    const [first] = put(engine, ["old"]);
    vi.setSystemTime(Date.parse("2026-01-01T20:00:00Z"));
    put(engine, ["younger"]);
    vi.setSystemTime(Date.parse("2026-01-02T10:00:00Z"));
    put(engine, ["new"]);
    expect(texts(engine)).toEqual(["younger", "new"]);
    expect(texts(engine, first?.sequenceNumber)).toEqual(["younger", "new"]);
    expect(engine.stats("s").records).toBe(3);
    engine.close();
  } finally {
    vi.useRealTimers();
  }
});

test("another number of shards is refused once there are records, taken before", () => {
  const folder = temporaryFolder();
  open(folder, 2).close();
  const engine = open(folder, 1);
  put(engine, ["x"]);
  engine.close();
  expect(() => open(folder, 2)).toThrow(/holds records in 1 shards and is now to have 2/u);
});

test("listeners hear of puts until they stop", async () => {
  const engine = open(temporaryFolder());
  const listener = vi.fn<() => void>();
  const stop = engine.onPut("s", listener);
  put(engine, ["a"]);
  put(engine, ["b"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(listener).toHaveBeenCalledTimes(1);
  stop();
  put(engine, ["c"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(listener).toHaveBeenCalledTimes(1);
  engine.close();
});

/** Everything in the files of the stream, as text. */
function onDisk(folder: string): string {
  const shardFolder = join(folder, "s", SHARD);
  return readdirSync(shardFolder).map((file) => readFileSync(join(shardFolder, file), "latin1")).join("");
}

describe("a stream with a key", () => {
  test("keeps nothing readable on disk, neither data nor partition keys, and reads it after a restart", () => {
    const folder = temporaryFolder();
    const first = openEncrypted(folder);
    first.putRecords("s", Array.from({ length: 200 }, (_, index) => ({ partitionKey: `conversation-${index}`, data: Buffer.from(`secret words ${index}`) })));
    first.close();
    expect(onDisk(folder)).not.toMatch(/secret|conversation/u);
    expect(statSync(join(`${folder}-keys`, "s.key")).mode & 0o777).toBe(0o600);
    const second = openEncrypted(folder);
    expect(texts(second)).toEqual(Array.from({ length: 200 }, (_, index) => `secret words ${index}`));
    // From the file, from every place in a frame.
    const all = second.read("s", SHARD, undefined, EVERYTHING);
    expect(all.slice(0, -1).map(({ sequenceNumber }) => texts(second, sequenceNumber, { records: 1, bytes: 100 })[0])).toEqual(all.slice(1).map(({ data }) => data.toString()));
    second.close();
  });

  test("reads what was written before it had one, and what was written with it once it has none", () => {
    const folder = temporaryFolder();
    const plain = open(folder);
    put(plain, ["plain words"]);
    plain.close();
    const encrypted = openEncrypted(folder);
    put(encrypted, ["hidden words"]);
    expect(texts(encrypted)).toEqual(["plain words", "hidden words"]);
    encrypted.close();
    expect(onDisk(folder)).toContain("plain words");
    expect(onDisk(folder)).not.toContain("hidden words");
    const plainAgain = open(folder);
    put(plainAgain, ["plain again"]);
    expect(texts(plainAgain)).toEqual(["plain words", "hidden words", "plain again"]);
    plainAgain.close();
  });

  test("is refused by name when its key is gone or another's", () => {
    const folder = temporaryFolder();
    const engine = openEncrypted(folder);
    put(engine, ["words"]);
    engine.close();
    const keyFile = join(`${folder}-keys`, "s.key");
    writeFileSync(keyFile, Buffer.alloc(32));
    expect(() => openEncrypted(folder)).toThrow(/was not encrypted with the key in .*s\.key/u);
    writeFileSync(keyFile, Buffer.alloc(31));
    expect(() => openEncrypted(folder)).toThrow(/has 31 bytes/u);
    rmSync(keyFile);
    expect(() => openEncrypted(folder)).toThrow(/their key .*s\.key is not there/u);
    expect(() => open(folder)).toThrow(/their key .*s\.key is not there/u);
  });

  test("cuts a torn last frame and goes on", () => {
    const folder = temporaryFolder();
    const engine = openEncrypted(folder);
    put(engine, ["whole", "also whole"]);
    engine.close();
    const log = join(folder, "s", SHARD, readdirSync(join(folder, "s", SHARD))[0] as string);
    appendFileSync(log, readFileSync(log).subarray(0, 30));
    const mended = openEncrypted(folder);
    put(mended, ["after"]);
    expect(texts(mended)).toEqual(["whole", "also whole", "after"]);
    mended.close();
  });
});
