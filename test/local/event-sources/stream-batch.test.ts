import { expect, test } from "vitest";
import { deliverStreamBatch, type StreamDelivery } from "../../../local/event-sources/stream-batch.ts";
import type { InvocationOutcome } from "../../../local/functions/execution-environment.ts";
import type { StoredRecord } from "../../../local/kinesis/kinesis-engine.ts";

const ABCD = ["a", "b", "c", "d"];

interface Trace {
  /** Sequence numbers of each invocation. */
  invoked: string[];
  done: string[];
  discarded: { records: string; condition: string; invokeCount: number }[];
}

function record(name: string, arrivedAt = 1_000_000): StoredRecord {
  return { sequenceNumber: name, partitionKey: "key", data: Buffer.from(name), arrivedAt };
}

const sequence = (records: readonly StoredRecord[]): string => records.map((one) => one.sequenceNumber).join("");
const failed: InvocationOutcome = { ok: false, requestId: "request", error: { errorType: "Error", errorMessage: "no" } };
const answered = (payload: unknown): InvocationOutcome => ({ ok: true, requestId: "request", payload });
const failures = (...identifiers: string[]): InvocationOutcome => answered({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });

/** Delivers "abcd" to a function that answers by what it got; returns what happened. */
async function deliver(answer: (records: string, call: number) => InvocationOutcome, mapping: Partial<StreamDelivery["mapping"]> = {}, batch = ABCD.map((name) => record(name))): Promise<Trace> {
  const trace: Trace = { invoked: [], done: [], discarded: [] };
  await deliverStreamBatch(batch, {
    mapping: { bisect: false, reportsItemFailures: true, maximumRetryAttempts: 2, maximumRecordAgeSeconds: -1, ...mapping },
    invoke: async (records) => {
      trace.invoked.push(sequence(records));
      if (trace.invoked.length > 50) throw new Error("delivered without end");
      return answer(sequence(records), trace.invoked.length);
    },
    done: (records) => trace.done.push(...records.map((one) => one.sequenceNumber)),
    discard: async ({ records, condition, invokeCount }) => {
      trace.discarded.push({ records: sequence(records), condition, invokeCount });
    },
    pause: async () => undefined,
    now: () => 1_000_000,
  });
  return trace;
}

test.each([null, {}, { batchItemFailures: [] }, { batchItemFailures: null }])("the answer %j means that all went well", async (payload) => {
  expect(await deliver(() => answered(payload))).toEqual({ invoked: ["abcd"], done: ABCD, discarded: [] });
});

test("a batch is taken up again from its lowest failure, however many are named and in whatever order", async () => {
  const trace = await deliver((_records, call) => (call === 1 ? failures("d", "b") : failures()));
  expect(trace).toEqual({ invoked: ["abcd", "bcd"], done: ABCD, discarded: [] });
});

test.each([
  ["an unknown identifier", { batchItemFailures: [{ itemIdentifier: "z" }] }],
  ["an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
  ["a misspelt key", { batchItemFailures: [{ itemIdentifer: "a" }] }],
  ["no list", { batchItemFailures: "a" }],
  ["a text", "a"],
])("an answer with %s fails the whole batch", async (_case, payload) => {
  expect((await deliver((_records, call) => (call === 1 ? answered(payload) : answered(null)))).invoked).toEqual(["abcd", "abcd"]);
});

test("without ReportBatchItemFailures the answer does not matter", async () => {
  expect((await deliver(() => failures("a"), { reportsItemFailures: false })).invoked).toEqual(["abcd"]);
});

test("a failing batch is tried once and as often again as the template says, then kept whole", async () => {
  const trace = await deliver(() => failed);
  expect(trace.invoked).toEqual(["abcd", "abcd", "abcd"]);
  expect(trace.discarded).toEqual([{ records: "abcd", condition: "RetryAttemptsExhausted", invokeCount: 3 }]);
  expect(trace.done).toEqual(ABCD);
});

test("bisecting isolates the one record that fails, in order, and spends no retry on it", async () => {
  const trace = await deliver((records) => (records.includes("c") ? failed : answered(null)), { bisect: true, maximumRetryAttempts: 1 });
  expect(trace.invoked).toEqual(["abcd", "ab", "cd", "c", "c", "d"]);
  expect(trace.discarded).toEqual([{ records: "c", condition: "RetryAttemptsExhausted", invokeCount: 2 }]);
  expect(trace.done).toEqual(ABCD);
});

test("bisecting with reported failures isolates the record too, and the rest goes through", async () => {
  const trace = await deliver((records) => (records.includes("b") ? failures("b") : failures()), { bisect: true, maximumRetryAttempts: 0 });
  expect(trace.discarded.map(({ records }) => records)).toEqual(["b"]);
  expect(trace.done).toEqual(ABCD);
});

test("-1 retries until it goes through", async () => {
  const trace = await deliver((_records, call) => (call < 20 ? failed : answered(null)), { maximumRetryAttempts: -1 });
  expect(trace.invoked).toHaveLength(20);
  expect(trace.discarded).toEqual([]);
});

test("records above the maximum age are given up without being tried", async () => {
  const batch = [record("a", 900_000), record("b", 995_000)];
  const trace = await deliver(() => answered(null), { maximumRecordAgeSeconds: 10 }, batch);
  expect(trace).toEqual({ invoked: ["b"], done: ["a", "b"], discarded: [{ records: "a", condition: "RecordAgeExceeded", invokeCount: 0 }] });
});
