import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { replayWith } from "../../cli/replay.ts";
import type { ReplayOptions } from "../../cli/replay.ts";
import { rejectKey } from "../../core/contracts/reject.ts";
import type { Reject, RejectSource } from "../../core/contracts/reject.ts";
import { DEPLOYMENT, FakeAccount } from "./fake-account.ts";

const STREAM_ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/valence-dev-text";
const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:valence-dev-text-jobs";
const FROM_STREAM: RejectSource = {
  kind: "kinesis", streamArn: STREAM_ARN, shardId: "shardId-000000000000", sequenceNumber: "495", partitionKey: "c 1", arrivedAt: "2026-03-01T10:00:00.000Z",
};
const FROM_QUEUE: RejectSource = {
  kind: "sqs", queueArn: QUEUE_ARN, messageId: "m-1", sentAt: "2026-03-01T10:00:00.000Z",
};

function reject(account: FakeAccount, reason: Reject["reason"], source: RejectSource, bytes: Buffer): string {
  const key = rejectKey(reason, source);
  const whole: Reject = { schema: "valence.reject/1", reason, detail: "x", rejectedBy: "test", source, record: bytes.toString("base64") };
  account.objects.set(key, JSON.stringify(whole));
  return key;
}

function failedBatch(account: FakeAccount, records: string[]): string {
  const key = "aws/lambda/11111111-2222-3333-4444-555555555555/shardId-000000000000/2026/03/01/2026-03-01T10.00.00-abc";
  const Records = records.map((text, index) => ({
    eventSource: "aws:kinesis",
    kinesis: { partitionKey: `key-${index}`, sequenceNumber: String(index), data: Buffer.from(text).toString("base64") },
  }));
  account.objects.set(
    key,
    JSON.stringify({
      requestContext: { requestId: "r", functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f", condition: "RetryAttemptsExhausted", approximateInvokeCount: 4 },
      version: "1.0",
      timestamp: "2026-03-01T10:00:00.000Z",
      KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: records.length, streamArn: STREAM_ARN },
      payload: JSON.stringify({ Records }),
    }),
  );
  return key;
}

const replay = (account: FakeAccount, options: Partial<ReplayOptions> = {}): Promise<number> =>
  replayWith(account.clients(), DEPLOYMENT, { stage: "dev", ...options });

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe("replay", () => {
  it("only says what it would do without --yes", async () => {
    const account = new FakeAccount();
    reject(account, "not_json", FROM_STREAM, Buffer.from("{"));
    account.deadLetters = 3;
    const before = new Map(account.objects);
    expect(await replay(account)).toBe(0);
    expect(said.join("\n")).toMatch(/1 {2}not_json[^]*3 {2}dead_letters[^]*dry run/u);
    expect([account.put, account.messages, account.moveTasks]).toEqual([[], [], []]);
    expect(account.objects).toEqual(before);
  });

  it("sends the original bytes with the original partition key and moves the object", async () => {
    const account = new FakeAccount();
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);
    const key = reject(account, "not_utf8", FROM_STREAM, bytes);
    expect(await replay(account, { yes: true })).toBe(0);
    expect(account.put).toEqual([{ stream: "valence-dev-text", data: bytes.toString("latin1"), partitionKey: "c 1" }]);
    expect([...account.objects.keys()]).toEqual([`replayed/${key}`]);
  });

  it("leaves a job of a queue that the stage does not have any more", async () => {
    const account = new FakeAccount();
    const key = reject(account, "audio_missing", { ...FROM_QUEUE, queueArn: "arn:aws:sqs:eu-west-1:123456789012:valence-dev-audio-jobs" }, Buffer.from("{}"));
    expect(await replay(account, { yes: true })).toBe(1);
    expect(said.join("\n")).toContain("valence-dev-audio-jobs, which is no queue of this stage any more");
    expect([account.messages, [...account.objects.keys()]]).toEqual([[], [key]]);
  });

  it("sends a refused job back to the queue it came from", async () => {
    const account = new FakeAccount();
    reject(account, "classification_failed", FROM_QUEUE, Buffer.from('{"schema":"valence.text-job/1"}'));
    expect(await replay(account, { yes: true })).toBe(0);
    expect(account.messages).toEqual(['{"schema":"valence.text-job/1"}']);
    expect(account.put).toEqual([]);
  });

  it("sends each record of a batch that Lambda gave up, and lets SQS move the dead letters", async () => {
    const account = new FakeAccount();
    failedBatch(account, ["one", "two"]);
    account.deadLetters = 2;
    reject(account, "not_json", FROM_STREAM, Buffer.from("three"));
    expect(await replay(account, { yes: true, reason: "failed_batch" })).toBe(0);
    expect(await replay(account, { reason: "dead_letters", yes: true })).toBe(0);
    expect(account.put.map(({ data, partitionKey }) => [data, partitionKey])).toEqual([["one", "key-0"], ["two", "key-1"]]);
    expect(account.moveTasks).toEqual([`${QUEUE_ARN}-dead-letters > ${QUEUE_ARN}`]);
    expect(said).toContain("2 dead letters moved back to the queue of text jobs.");
  });

  it("says so when SQS accepts to move the dead letters and then fails", async () => {
    const account = new FakeAccount();
    account.deadLetters = 2;
    account.moveFailure = "AccessDenied";
    await expect(replay(account, { yes: true })).rejects.toThrow(/\(FAILED\): AccessDenied/u);
  });

  it("loses nothing when it is interrupted between sending and moving, and ends when run again", async () => {
    const account = new FakeAccount();
    const key = reject(account, "invalid_record", FROM_STREAM, Buffer.from("x"));
    account.failNextCopy = true;
    expect(await replay(account, { yes: true })).toBe(1);
    expect([...account.objects.keys()]).toEqual([key]);
    expect(await replay(account, { yes: true })).toBe(0);
    expect(new Set(account.put.map(({ data }) => data))).toEqual(new Set(["x"]));
    expect([...account.objects.keys()]).toEqual([`replayed/${key}`]);
    expect(await replay(account, { yes: true })).toBe(0);
    expect(account.put).toHaveLength(2);
  });

  it("counts what it sent", async () => {
    const account = new FakeAccount();
    failedBatch(account, ["one", "two"]);
    for (const sequenceNumber of ["1", "2", "3"]) reject(account, "not_json", { ...FROM_STREAM, sequenceNumber }, Buffer.from("{"));
    expect(await replay(account, { yes: true })).toBe(0);
    expect(said).toContain("5 records of 4 objects sent again; 0 failed.");
  });

  it("chooses by reason and by key, and refuses a key that is not there", async () => {
    const account = new FakeAccount();
    reject(account, "not_json", FROM_STREAM, Buffer.from("a"));
    const chosen = reject(account, "invalid_record", { ...FROM_STREAM, sequenceNumber: "496" }, Buffer.from("b"));
    account.deadLetters = 1;
    expect(await replay(account, { yes: true, reason: "invalid_record" })).toBe(0);
    expect(account.put.map(({ data }) => data)).toEqual(["b"]);
    expect(account.moveTasks).toEqual([]);
    await expect(replay(account, { yes: true, key: [chosen] })).rejects.toThrow(/Not among the rejects: rejects\/invalid_record/u);
  });

  it("keeps an object it cannot read and says so", async () => {
    const account = new FakeAccount();
    account.objects.set("rejects/not_json/2026-03-01/odd.json", "{}");
    expect(await replay(account, { yes: true })).toBe(1);
    expect(said.join("\n")).toMatch(/odd\.json: .*not in a form this version reads/u);
    expect(account.objects.size).toBe(1);
  });
});
