import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CheckpointStore } from "../../../local/event-sources/checkpoint-store.ts";
import type { EventSourceMapping } from "../../../local/event-sources/event-source-mapping.ts";
import { type DiscardedBatch, sendToFailureDestination } from "../../../local/event-sources/failure-destination.ts";
import { KinesisPoller } from "../../../local/event-sources/kinesis-poller.ts";
import { SqsPoller } from "../../../local/event-sources/sqs-poller.ts";
import type { InvocationOutcome } from "../../../local/functions/execution-environment.ts";
import type { FunctionHost } from "../../../local/functions/function-host.ts";
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";
import { S3Engine } from "../../../local/s3/s3-engine.ts";
import { SqsEngine } from "../../../local/sqs/sqs-engine.ts";

const PLACE = { region: "us-east-1", accountId: "123456789012" };
const KINESIS_MAPPING: EventSourceMapping = {
  uuid: "3dab5bca-24d0-4a16-8f92-ffc587cca7d4",
  functionName: "worker",
  sourceArn: "arn:aws:kinesis:us-east-1:123456789012:stream/text",
  source: "kinesis",
  sourceName: "text",
  batchSize: 10,
  windowMilliseconds: 0,
  startingPosition: "TRIM_HORIZON",
  parallelization: 1,
  maximumRetryAttempts: 0,
  maximumRecordAgeSeconds: -1,
  bisect: false,
  reportsItemFailures: true,
  onFailure: undefined,
  maximumConcurrency: undefined,
  wants: undefined,
};
const SQS_MAPPING: EventSourceMapping = { ...KINESIS_MAPPING, source: "sqs", sourceName: "jobs", sourceArn: "arn:aws:sqs:us-east-1:123456789012:jobs" };

let folder: string;
let kinesis: KinesisEngine;
let sqs: SqsEngine;
const started: { stop(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-pollers-"));
  kinesis = new KinesisEngine({ folder: join(folder, "kinesis"), ...PLACE });
  kinesis.createStream({ name: "text", shardCount: 2, retentionHours: 24 });
  sqs = new SqsEngine({ folder: join(folder, "sqs"), ...PLACE });
  sqs.createQueue({ name: "jobs", visibilityTimeoutSeconds: 30, retentionSeconds: 3600 });
});

afterEach(() => {
  for (const poller of started.splice(0)) poller.stop();
  kinesis.close();
  sqs.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Event {
  Records: { messageId: string; body: string; eventID: string; kinesis: { data: string; partitionKey: string; sequenceNumber: string } }[];
}

/** Stands for a function: only what pollers may use. */
function host(answer: (event: Event) => unknown, limit = 4): FunctionHost {
  const invoke = async (json: string): Promise<InvocationOutcome> => {
    try {
      return { ok: true, requestId: "request", payload: await answer(JSON.parse(json) as Event) };
    } catch (error) {
      return { ok: false, requestId: "request", error: { errorType: "Error", errorMessage: String(error) } };
    }
  };
  return { limit, invoke, definition: { roleArn: "arn:role", arn: "arn:function", name: "worker" } } as unknown as FunctionHost;
}

function pollStream(worker: FunctionHost, change: Partial<EventSourceMapping> = {}, discard: (batch: DiscardedBatch) => Promise<void> = () => Promise.reject(new Error("nothing to discard"))): KinesisPoller {
  const checkpoints = new CheckpointStore(join(folder, "checkpoint.json"));
  const poller = new KinesisPoller({ mapping: { ...KINESIS_MAPPING, ...change }, kinesis, host: worker, checkpoints, discard, log: () => undefined });
  started.push(poller);
  return poller;
}

function put(...texts: string[]): void {
  kinesis.putRecords("text", texts.map((text) => ({ data: Buffer.from(text), partitionKey: text.split("-")[0] ?? text })));
}

test("a Kinesis event has Lambda's shape", async () => {
  const events: Event[] = [];
  pollStream(host((event) => void events.push(event)));
  put("one");
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(events[0]?.Records[0]).toEqual({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: "one",
      sequenceNumber: expect.stringMatching(/^\d{56}$/u),
      data: Buffer.from("one").toString("base64"),
      approximateArrivalTimestamp: expect.closeTo(Date.now() / 1000, -1),
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: expect.stringMatching(/^shardId-00000000000\d:\d{56}$/u),
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:role",
    awsRegion: "us-east-1",
    eventSourceARN: "arn:aws:kinesis:us-east-1:123456789012:stream/text",
  });
});

test("each partition key keeps its order while keys are worked on in parallel", async () => {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const worker = host(async (event) => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    running -= 1;
    for (const { kinesis: record } of event.Records) seen.push(Buffer.from(record.data, "base64").toString());
  });
  const poller = pollStream(worker, { parallelization: 4, batchSize: 3 });
  const keys = Array.from({ length: 16 }, (_, key) => `k${key}`);
  for (let turn = 0; turn < 10; turn += 1) put(...keys.map((key) => `${key}-${turn}`));
  await vi.waitFor(() => expect(poller.lag()).toBe(0), 10_000);
  for (const key of keys) expect(seen.filter((text) => text.startsWith(`${key}-`))).toEqual(Array.from({ length: 10 }, (_, turn) => `${key}-${turn}`));
  expect(most).toBeGreaterThan(2);
});

test("a second start goes on behind what was done, and never skips what was not", async () => {
  const first: string[] = [];
  const collect = (into: string[]) => host((event) => void into.push(...event.Records.map((record) => Buffer.from(record.kinesis.data, "base64").toString())));
  const poller = pollStream(collect(first));
  put("a", "b", "c");
  await vi.waitFor(() => expect(poller.lag()).toBe(0));
  poller.stop();
  put("d");
  const second: string[] = [];
  const again = pollStream(collect(second));
  await vi.waitFor(() => expect(again.lag()).toBe(0));
  expect([first.sort(), second]).toEqual([["a", "b", "c"], ["d"]]);
});

test("what no filter lets through counts as read and never reaches the function", async () => {
  const seen: string[] = [];
  const worker = host((event) => void seen.push(...event.Records.map((record) => Buffer.from(record.kinesis.data, "base64").toString())));
  const poller = pollStream(worker, { wants: (data) => data.startsWith("wanted"), batchSize: 3 });
  const wanted = Array.from({ length: 20 }, (_, index) => `wanted-${index}`);
  put(...wanted.flatMap((data, index) => [data, `other-${index}`, `other-${index}`]), ...Array.from({ length: 200 }, (_, index) => `last-${index}`));
  await vi.waitFor(() => expect(poller.lag()).toBe(0), 5_000);
  expect(seen).toEqual(wanted);
  poller.stop();
  const again: string[] = [];
  expect(pollStream(host((event) => void again.push(...event.Records.map(({ eventID }) => eventID)))).lag()).toBe(0);
  expect(again).toEqual([]);
});

test("LATEST leaves out what was there before the first start", async () => {
  put("old");
  const seen: string[] = [];
  const poller = pollStream(host((event) => void seen.push(...event.Records.map((record) => record.kinesis.partitionKey))), { startingPosition: "LATEST" });
  put("new");
  await vi.waitFor(() => expect(poller.lag()).toBe(0));
  expect(seen).toEqual(["new"]);
});

test("a batch stays within Lambda's payload limit", async () => {
  const sizes: number[] = [];
  const poller = pollStream(host((event) => void sizes.push(JSON.stringify(event).length)), { windowMilliseconds: 50, batchSize: 100 });
  kinesis.putRecords("text", Array.from({ length: 12 }, () => ({ data: Buffer.alloc(1_000_000, 1), partitionKey: "same" })));
  await vi.waitFor(() => expect(poller.lag()).toBe(0), 10_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
  expect(sizes.length).toBeLessThan(12);
});

test("the window gathers records that come one by one", async () => {
  const sizes: number[] = [];
  const poller = pollStream(host((event) => void sizes.push(event.Records.length)), { windowMilliseconds: 300 });
  for (const turn of [1, 2, 3, 4]) {
    put(`same-${turn}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await vi.waitFor(() => expect(poller.lag()).toBe(0));
  expect(sizes).toEqual([4]);
});

test("a batch that is given up lies in S3, whole, under Lambda's key and in its JSON", async () => {
  const s3 = new S3Engine({ folder: join(folder, "s3") });
  s3.createBucket({ name: "rejects" });
  const owner = { mappingUuid: KINESIS_MAPPING.uuid, functionArn: "arn:function", streamArn: KINESIS_MAPPING.sourceArn };
  const worker = host(() => Promise.reject(new Error("poison")));
  const poller = pollStream(worker, {}, (batch) => sendToFailureDestination("arn:aws:s3:::rejects", batch, owner, { s3, sqs }));
  put("lost");
  await vi.waitFor(() => expect(poller.lag()).toBe(0));
  const [object] = await s3.list("rejects", "");
  expect(object?.key).toMatch(/^aws\/lambda\/3dab5bca-24d0-4a16-8f92-ffc587cca7d4\/shardId-00000000000\d\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/u);
  const kept = JSON.parse((await s3.get("rejects", object?.key ?? "")).toString()) as { payload: string };
  expect(kept).toMatchObject({
    version: "1.0",
    requestContext: { functionArn: "arn:function", condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
    responseContext: { statusCode: 200, functionError: "Unhandled" },
    KinesisBatchInfo: { batchSize: 1, streamArn: KINESIS_MAPPING.sourceArn },
  });
  expect((JSON.parse(kept.payload) as Event).Records[0]?.kinesis.data).toBe(Buffer.from("lost").toString("base64"));
});

function pollQueue(worker: FunctionHost, change: Partial<EventSourceMapping> = {}): void {
  started.push(new SqsPoller({ mapping: { ...SQS_MAPPING, ...change }, sqs, host: worker, visibilityTimeoutSeconds: 30, log: () => undefined }));
}

test("messages that were processed are deleted; those reported failed come back, alone", async () => {
  const calls: string[][] = [];
  pollQueue(
    host((event) => {
      calls.push(event.Records.map((record) => record.body));
      return { batchItemFailures: calls.length === 1 ? event.Records.filter((record) => record.body === "b").map((record) => ({ itemIdentifier: record.messageId })) : [] };
    }),
  );
  sqs.send("jobs", ["a", "b", "c"].map((body) => ({ body })));
  await vi.waitFor(() => expect(sqs.stats("jobs")).toMatchObject({ visible: 0, inFlight: 0, delayed: 0, deleted: 3 }), 5_000);
  expect(calls).toEqual([["a", "b", "c"], ["b"]]);
});

test("messages that no filter lets through are deleted, unseen", async () => {
  const seen: string[] = [];
  sqs.send("jobs", Array.from({ length: 35 }, (_, index) => ({ body: index === 30 ? "wanted" : "other" })));
  pollQueue(host((event) => void seen.push(...event.Records.map(({ body }) => body))), { wants: (body) => body === "wanted" });
  await vi.waitFor(() => expect(sqs.stats("jobs")).toMatchObject({ visible: 0, inFlight: 0, deleted: 35 }), 5_000);
  expect(seen).toEqual(["wanted"]);
});

test("a message that always fails ends in the dead-letter queue after its receives", { timeout: 15_000 }, async () => {
  sqs.createQueue({ name: "dead", visibilityTimeoutSeconds: 30, retentionSeconds: 3600 });
  sqs.createQueue({ name: "jobs", visibilityTimeoutSeconds: 30, retentionSeconds: 3600, redrive: { deadLetterQueueArn: sqs.queueArn("dead"), maxReceiveCount: 2 } });
  let calls = 0;
  pollQueue(
    host(() => {
      calls += 1;
      throw new Error("poison");
    }),
  );
  sqs.send("jobs", [{ body: "a" }]);
  await vi.waitFor(() => expect(sqs.stats("dead").visible).toBe(1), 10_000);
  expect(calls).toBe(2);
});

test("never more batches at once than the maximum concurrency", async () => {
  let running = 0;
  let most = 0;
  pollQueue(
    host(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    }, 8),
    { maximumConcurrency: 3, batchSize: 1 },
  );
  sqs.send("jobs", Array.from({ length: 40 }, (_, index) => ({ body: String(index) })));
  await vi.waitFor(() => expect(sqs.stats("jobs").deleted).toBe(40), 10_000);
  expect(most).toBe(3);
});

test("a stopping poller gives its messages back at once", async () => {
  pollQueue(host(() => new Promise(() => undefined)));
  sqs.send("jobs", [{ body: "a" }]);
  await vi.waitFor(() => expect(sqs.stats("jobs").inFlight).toBe(1));
  started.pop()?.stop();
  expect(sqs.receive("jobs", 1)).toHaveLength(1);
});
