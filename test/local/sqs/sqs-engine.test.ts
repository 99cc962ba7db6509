import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { SqsEngine } from "../../../local/sqs/sqs-engine.ts";
import { ACCOUNT_ID, REGION, temporaryFolder } from "../gateway/served.ts";

function open(folder: string, retentionSeconds = 86_400): SqsEngine {
  const engine = new SqsEngine({ folder, region: REGION, accountId: ACCOUNT_ID });
  engine.createQueue({ name: "q", visibilityTimeoutSeconds: 30, retentionSeconds });
  return engine;
}

function send(engine: SqsEngine, bodies: string[], delaySeconds = 0): void {
  engine.send("q", bodies.map((body) => ({ body, delaySeconds })));
}

test("after a restart unfinished messages are visible again, deleted ones gone, receive counts kept", () => {
  const folder = temporaryFolder();
  const first = open(folder);
  send(first, ["done", "in flight", "waiting"]);
  const [done] = first.receive("q", 2);
  first.delete("q", [done?.receiptHandle as string]);
  send(first, ["delayed"], 900);
  first.close();
  const second = open(folder);
  expect(second.stats("q")).toEqual({ visible: 2, inFlight: 0, delayed: 1, sent: 4, deleted: 1, expired: 0 });
  expect(second.receive("q", 10).map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([["in flight", "2"], ["waiting", "1"]]);
  second.close();
});

test("a handle from before a restart still deletes its message", () => {
  const folder = temporaryFolder();
  const first = open(folder);
  send(first, ["m"]);
  const [message] = first.receive("q", 1);
  first.close();
  const second = open(folder);
  second.delete("q", [message?.receiptHandle as string]);
  expect(second.stats("q")).toMatchObject({ visible: 0, deleted: 1 });
  second.close();
});

test("a message whose visibility time-out passed is announced and received again", async () => {
  const engine = open(temporaryFolder());
  send(engine, ["m"]);
  engine.receive("q", 1, 0.05);
  expect(engine.receive("q", 1)).toEqual([]);
  await new Promise<void>((resolve) => {
    engine.onAvailable("q", resolve);
  });
  expect(engine.receive("q", 1).map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(["2"]);
  engine.close();
});

test("a delayed message comes when its time has come", async () => {
  const engine = open(temporaryFolder());
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    send(engine, ["later"], 5);
    expect(engine.receive("q", 1)).toEqual([]);
    vi.setSystemTime(Date.now() + 5_000);
    expect(engine.receive("q", 1).map(({ body }) => body)).toEqual(["later"]);
  } finally {
    vi.useRealTimers();
    engine.close();
  }
});

test("messages past retention are counted as expired, not delivered", () => {
  const engine = open(temporaryFolder(), 60);
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    send(engine, ["old"]);
    vi.setSystemTime(Date.now() + 61_000);
    send(engine, ["new"]);
    expect(engine.receive("q", 10).map(({ body }) => body)).toEqual(["new"]);
    expect(engine.stats("q")).toMatchObject({ expired: 1, deleted: 0, inFlight: 1 });
  } finally {
    vi.useRealTimers();
    engine.close();
  }
});

test("a long backlog is read back from the log, and the log shrinks when it is mostly dead", () => {
  const folder = temporaryFolder();
  const engine = open(folder);
  const body = (index: number): string => `${index} ${"x".repeat(20_000)}`;
  // 50 MB: three times what is held in memory.
  for (let index = 0; index < 2_500; index += 10) send(engine, Array.from({ length: 10 }, (_, offset) => body(index + offset)));
  engine.close();
  const reopened = open(folder);
  const log = join(folder, "q", "messages.log");
  const full = statSync(log).size;
  let index = 0;
  for (; index < 2_400; index += 10) {
    const messages = reopened.receive("q", 10);
    expect(messages.map((message) => message.body)).toEqual(Array.from({ length: 10 }, (_, offset) => body(index + offset)));
    reopened.delete("q", messages.map(({ receiptHandle }) => receiptHandle));
  }
  expect(statSync(log).size).toBeLessThan(full / 2);
  reopened.close();
  const last = open(folder);
  expect(last.stats("q")).toEqual({ visible: 100, inFlight: 0, delayed: 0, sent: 2_500, deleted: 2_400, expired: 0 });
  expect(last.receive("q", 1)[0]?.body).toBe(body(2_400));
  last.close();
});
