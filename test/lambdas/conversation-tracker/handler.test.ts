import type { KinesisStreamBatchResponse, SQSBatchResponse } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import type { FusedRow } from "../../../core/conversation/fused-row.ts";
import type * as Tracker from "../../../lambdas/conversation-tracker/handler.ts";
import { fusedIds, madeCall } from "../../core/conversation/made-calls.ts";
import { ANGRY, FLAT, GLAD, message, voice, words } from "../../core/conversation/made-conversation.ts";
import { withoutRevision } from "../../core/conversation/visible-rows.ts";
import { lambdaContext, sequenceNumberAt } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { endEvent, resultsEvent, TrackerStage } from "./tracker-stage.ts";

const ALL_WELL = { batchItemFailures: [] };

/** A promise, and what fulfils it. */
function gate(): [Promise<void>, () => void] {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, () => open()];
}

describe("conversation-tracker", () => {
  let stage: TrackerStage;
  let environment: Record<string, string>;
  let handler: typeof Tracker.handler;
  let output: ReturnType<typeof captureOutput>;

  const anotherFunction = async (): Promise<typeof Tracker.handler> => (await coldStart<typeof Tracker>(environment, () => import("../../../lambdas/conversation-tracker/handler.ts"))).handler;
  const send = (results: readonly (SentimentResult | string)[], first = 0, by = handler): Promise<KinesisStreamBatchResponse | SQSBatchResponse> => by(resultsEvent(results, first), lambdaContext());
  const end = (by = handler): Promise<KinesisStreamBatchResponse | SQSBatchResponse> => by(endEvent(), lambdaContext());
  const shown = (): SentimentResult[] => [...stage.visible().values()].toSorted((a, b) => a.scope.localeCompare(b.scope) || a.segment.index - b.segment.index);
  /** The rows without what may differ from one way to the other. */
  const rows = (): FusedRow[] => shown().map(withoutRevision).toSorted((a, b) => a.resultId.localeCompare(b.resultId));
  const later = (seconds: number): void => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
  };

  beforeEach(async () => {
    stage = new TrackerStage();
    environment = functionEnvironment("", await stage.start());
    output = captureOutput();
    handler = await anotherFunction();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("fuses the words and the voice of a turn, and takes back the voice's own turn", async () => {
    expect(await send([voice({ track: 0, speaker: "customer", scores: ANGRY })])).toEqual(ALL_WELL);
    expect(shown().map(({ scope, turns }) => [scope, turns])).toEqual([["conversation", 1], ["segment", undefined]]);

    expect(await send([words({ track: 0, speaker: "customer", scores: GLAD })], 1)).toEqual(ALL_WELL);

    expect(shown()).toMatchObject([
      { scope: "conversation", id: "conversation-1", speaker: "customer", segment: { index: 0 }, turns: 1, flags: ["running"], trend: expect.any(Number) },
      { scope: "turn", modality: "fused", id: "call-1", segment: { index: 0, startMs: 0, endMs: 3_000 }, flags: ["modalities_disagree"], fusion: { disagreement: expect.any(Number) }, recording: "s3://recordings-test/call-1.wav", model: { provider: "valence", id: "late-fusion", version: "unfitted-1" } },
    ]);
    expect(shown()).toHaveLength(2);
    expect(output.metrics()).toMatchObject({ RecordsReceived: 2, TurnsFused: 2, ConversationsChanged: 2, AlertsRaised: 1, TrackerConflicts: 0 });
  });

  it("says what a chat comes to, and leaves records without others alone", async () => {
    expect(await send([message(0, { speaker: "customer", scores: GLAD }), message(1, { speaker: "agent" }), message(2, { id: "conversation-1" })])).toEqual(ALL_WELL);

    expect(shown().map(({ modality, scope, speaker, turns }) => [modality, scope, speaker, turns])).toEqual([["fused", "conversation", "customer", 1], ["fused", "conversation", "agent", 1]]);
    expect(output.metrics()).toMatchObject({ ResultsIgnored: 1, TurnsFused: 0 });
  });

  it("raises an alert once, with what a consumer needs", async () => {
    const { voices, words: said } = madeCall("conversation-1", 8, () => ANGRY);
    for (const [position, result] of said.entries()) await send([result], position);
    await send(voices, 20);

    const alerts = stage.alerts();
    expect(alerts.map(({ rule }) => rule.name)).toEqual(["customer-negative"]);
    expect(alerts[0]).toMatchObject({ conversationId: "conversation-1", speaker: "customer", turns: 3, turn: { index: 4, label: "negative", resultId: fusedIds("conversation-1", 8)[4] } });
    expect(stage.aws.events[0]?.busName).toBe("valence-test-alerts");
  });

  it("raises no alert for what was classified long ago, and counts it", async () => {
    const settings = JSON.parse(environment["CONVERSATION_SETTINGS"]!) as object;
    environment = { ...environment, CONVERSATION_SETTINGS: JSON.stringify({ ...settings, alertWithinMinutes: 60 }) };
    const { words: said } = madeCall("conversation-1", 6, () => ANGRY);
    const old = said.map((result) => ({ ...result, timings: { ...result.timings, classifiedAt: new Date(Date.now() - 61 * 60_000).toISOString() } }));
    const fresh = said.map((result) => ({ ...result, conversationId: "conversation-2", timings: { ...result.timings, classifiedAt: new Date(Date.now() - 59 * 60_000).toISOString() } }));

    await send([...old, ...fresh], 0, await anotherFunction());

    expect(stage.alerts().map(({ conversationId }) => conversationId)).toEqual(["conversation-2"]);
    expect(output.metrics()).toMatchObject({ AlertsRaised: 1, AlertsTooLate: 1 });
  });

  it("raises an alert once when another function is in the way", async () => {
    const { words: said } = madeCall("conversation-1", 6, () => ANGRY);
    await send(said.slice(0, 4));
    const [isForestalled, forestall] = gate();
    let writes = 0;
    stage.beforeTableCall = (operation) => (operation === "PutItem" && (writes += 1) === 1 ? isForestalled : undefined);
    const raising = send(said.slice(4, 5), 4);
    await vi.waitUntil(() => writes === 1);
    await send(said.slice(5), 5, await anotherFunction());
    forestall();

    expect(await raising).toEqual(ALL_WELL);

    expect(stage.alerts().map(({ rule }) => rule.name)).toEqual(["customer-negative"]);
    expect((await stage.items()).at(-1)!["fired"]?.L).toEqual([{ S: "customer-negative" }]);
  });

  it("rejects what is no result, and reports exactly what it could not handle", async () => {
    const good = (conversationId: string): SentimentResult => words({ conversationId, id: `${conversationId}-call` });
    stage.aws.faultOf = (call) => (call.operation === "PutRecords" && call.entries.some(({ name }) => name === "b") ? "denied" : undefined);

    const answer = await send([good("a"), "{", good("b"), good("c"), JSON.stringify({ ...good("d"), modality: "smell" })]);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumberAt(2) }] });
    const rejects = [...stage.aws.objects.values()].map((body) => RejectSchema.parse(JSON.parse(body)));
    expect(rejects.map(({ reason }) => reason)).toEqual(["invalid_result", "invalid_result"]);
    expect(new Set((await stage.items()).map(({ conversation }) => conversation?.S))).toEqual(new Set(["a", "c"]));
    expect(output.metrics()).toMatchObject({ "RecordsRejected{reason=invalid_result}": 1 });
  });

  it("rejects a result that would begin after all calendars, and follows the others of its conversation", async () => {
    expect(await send([voice({ startMs: 9e15, endMs: 9e15 + 1 }), voice({ index: 1, occurredAt: "2099-12-31T23:59:59Z", startMs: 2_000, endMs: 3_000 }), words()])).toEqual(ALL_WELL);

    expect([...stage.aws.objects.values()].map((body) => RejectSchema.parse(JSON.parse(body)).reason)).toEqual(["invalid_result", "invalid_result"]);
    expect(shown().map(({ scope }) => scope)).toEqual(["conversation", "turn"]);
  });

  it("loses nothing when two functions write at once", async () => {
    const { voices, words: said } = madeCall("conversation-1", 12, (turn) => (turn % 3 === 0 ? ANGRY : GLAD));
    const other = await anotherFunction();
    for (let turn = 0; turn < 12; turn += 1) expect(await Promise.all([send([said[turn]!], 2 * turn), send([voices[turn]!], 2 * turn + 1, other)])).toEqual([ALL_WELL, ALL_WELL]);
    const contended = rows();
    const conflicts = output.metrics()["TrackerConflicts"]!;

    await stage.stop();
    stage = new TrackerStage();
    environment = functionEnvironment("", await stage.start());
    handler = await anotherFunction();
    await send([...said, ...voices]);

    expect(conflicts).toBeGreaterThan(0);
    expect(contended).toHaveLength(12 + 2);
    expect(contended).toEqual(rows());
  });

  it("says the same again when it died between its rows and its item", async () => {
    const results = [voice({ track: 0, scores: ANGRY }), words({ track: 0, scores: GLAD }), words({ index: 1, startMs: 5_000, endMs: 7_000 })];
    stage.beforeTableCall = (operation) => (operation === "PutItem" ? Promise.reject(new Error("gone")) : undefined);
    expect((await send(results.slice(0, 1))).batchItemFailures).toHaveLength(1);
    expect(shown().map(({ scope }) => scope)).toEqual(["conversation", "segment"]);

    stage.beforeTableCall = () => undefined;
    // Lambda may put other records into the batch that it sends again.
    expect(await send(results, 0, await anotherFunction())).toEqual(ALL_WELL);

    expect(shown().map(({ scope, segment }) => [scope, segment.index])).toEqual([["conversation", 2], ["turn", 0], ["turn", 1]]);
  });

  it("keeps the rounds of a long batch that went through", async () => {
    const { voices } = madeCall("conversation-1", 300, () => FLAT);
    let calls = 0;
    stage.aws.faultOf = (call) => (call.operation === "PutRecords" && (calls += 1) > 2 ? "denied" : undefined);
    expect((await send(voices)).batchItemFailures).toHaveLength(300);
    const kept = (await stage.items()).flatMap(({ opinions }) => opinions!.L!).length;
    expect([kept > 0, kept < 300]).toEqual([true, true]);

    stage.aws.faultOf = () => undefined;
    expect(await send(voices, 0, await anotherFunction())).toEqual(ALL_WELL);

    expect((await stage.items()).flatMap(({ opinions }) => opinions!.L!)).toHaveLength(300);
    expect(shown().filter(({ scope }) => scope === "segment")).toHaveLength(300);
  });

  it("says nothing of a batch that it knows", async () => {
    const { voices, words: said } = madeCall("conversation-1", 4, () => FLAT);
    await send([...said, ...voices]);
    const sent = stage.sent().length;
    const items = (await stage.items()).length;

    expect(await send([...voices, ...said], 8, await anotherFunction())).toEqual(ALL_WELL);

    expect(stage.sent()).toHaveLength(sent);
    expect(await stage.items()).toHaveLength(items);
  });

  it("takes an answer that got lost for what it is", async () => {
    // The item is written, and nobody hears of it: the client's second try meets its own first one.
    let writes = 0;
    stage.afterTableCall = (operation) => (operation === "PutItem" && (writes += 1) === 1 ? Promise.reject(new Error("lost")) : undefined);

    expect(await send([words(), voice()])).toEqual(ALL_WELL);

    expect(await stage.items()).toHaveLength(1);
    expect(shown().map(({ scope }) => scope)).toEqual(["conversation", "turn"]);
    expect(output.metrics()).toMatchObject({ TrackerConflicts: 1 });
  });

  describe("of a conversation's end", () => {
    it("ends it when it was quiet for long enough, not before, and once", async () => {
      await send([words({ speaker: "customer" })]);
      expect(stage.reminders()).toEqual([{ conversationId: "conversation-1", delaySeconds: 60 }]);
      later(20);
      expect(await end()).toEqual(ALL_WELL);
      expect(stage.reminders().at(-1)!.delaySeconds).toBeGreaterThan(35);
      expect(shown()[0]!.flags).toEqual(["running"]);

      later(41);
      expect(await end(await anotherFunction())).toEqual(ALL_WELL);
      expect(await end()).toEqual(ALL_WELL);

      expect(shown().map(({ flags, scope }) => [scope, flags])).toEqual([["conversation", []], ["turn", []]]);
      expect(stage.reminders()).toHaveLength(2);
      expect(output.metrics()).toMatchObject({ ConversationsEnded: 1 });
    });

    it("says nothing of an end that a result forestalls", async () => {
      await send([words({ speaker: "customer" })]);
      later(61);
      const [isTakenUp, takeUp] = gate();
      let writes = 0;
      stage.beforeTableCall = (operation) => (operation === "PutItem" && (writes += 1) === 1 ? isTakenUp : undefined);
      const ending = end();
      await vi.waitUntil(() => writes === 1);
      // It came to the stream before the reminder did, and is followed only now.
      await send([words({ speaker: "customer", index: 1, startMs: 5_000, endMs: 7_000 })], 1, await anotherFunction());
      takeUp();

      expect(await ending).toEqual(ALL_WELL);

      expect(shown()[0]).toMatchObject({ scope: "conversation", turns: 2, flags: ["running"] });
      expect(stage.reminders()).toHaveLength(2);
    });

    it("says it again when it died between its item and its rows", async () => {
      await send([words({ speaker: "customer" })]);
      later(61);
      stage.aws.faultOf = (call) => (call.operation === "PutRecords" ? "denied" : undefined);
      expect((await end()).batchItemFailures).toHaveLength(1);

      stage.aws.faultOf = () => undefined;
      expect(await end(await anotherFunction())).toEqual(ALL_WELL);

      expect(shown()[0]).toMatchObject({ scope: "conversation", flags: [] });
    });

    it("takes it up again when a late result comes", async () => {
      await send([words({ speaker: "customer" })]);
      later(61);
      await end();

      await send([voice({ speaker: "customer", scores: ANGRY })], 1);

      expect(shown()[0]!.flags).toEqual(["running"]);
      expect(stage.reminders()).toHaveLength(2);
      later(61);
      await end();
      expect(shown()[0]!.flags).toEqual([]);
    });

    it("knows nothing of conversations that are not there, and rejects what is no reminder", async () => {
      expect(await end()).toEqual(ALL_WELL);
      const event = endEvent();
      event.Records[0]!.body = '{"schema":"valence.conversation-end/2"}';
      expect(await handler(event, lambdaContext())).toEqual(ALL_WELL);

      expect(stage.sent()).toEqual([]);
      expect([...stage.aws.objects.values()].map((body) => RejectSchema.parse(JSON.parse(body)).reason)).toEqual(["invalid_job"]);
    });
  });

  it("forgets after the days that the stage says", async () => {
    await send([words()]);

    const [item] = await stage.items();
    expect(Number(item?.["expiresAt"]?.N) - Date.now() / 1_000).toBeCloseTo(14 * 86_400, -2);
  });
});
