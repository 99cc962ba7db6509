import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type * as Tracker from "../../../lambdas/conversation-tracker/handler.ts";
import { madeCall } from "../../core/conversation/made-calls.ts";
import { ANGRY, FLAT, GLAD } from "../../core/conversation/made-conversation.ts";
import { lambdaContext } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { countFollowed, followMany } from "./many-conversations.ts";
import { resultsEvent, TrackerStage } from "./tracker-stage.ts";

describe("conversation-tracker", () => {
  let stage: TrackerStage;
  let handler: typeof Tracker.handler;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    stage = new TrackerStage();
    const environment = functionEnvironment("", await stage.start());
    output = captureOutput();
    handler = (await coldStart<typeof Tracker>(environment, () => import("../../../lambdas/conversation-tracker/handler.ts"))).handler;
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("follows 50 conversations of 40 turns at once: every turn fused, no update lost", async () => {
    const load = { conversations: 50, turns: 40, batch: 250, functions: 2 };

    await followMany(handler, stage, load);

    expect(await countFollowed(stage, load)).toMatchObject({ fused: 50 * 40, wrong: 0, conversationRows: 50 * 2, turnsSummed: 50 * 40, journal: 50 * 40 * 2 });
  });

  it("follows a call of three hours in items far below DynamoDB's 400 KB", async () => {
    const turns = 2_250;
    const { voices, words } = madeCall("conversation-0", turns, (turn) => [ANGRY, FLAT, GLAD][turn % 3]!);
    const results = voices.flatMap((result, turn) => [result, words[turn]!]);
    for (let start = 0; start < results.length; start += 100) expect(await handler(resultsEvent(results.slice(start, start + 100), start), lambdaContext())).toEqual({ batchItemFailures: [] });

    const { journal, largestItem, ...followed } = await countFollowed(stage, { conversations: 1, turns, batch: 100, functions: 1 });

    expect(followed).toEqual({ fused: turns, wrong: 0, conversationRows: 2, turnsSummed: turns });
    expect(journal).toBe(2 * turns);
    expect(largestItem).toBeLessThan(100 * 1_024);
    expect(output.metrics()).toMatchObject({ TrackerConflicts: 0 });
  });
});
