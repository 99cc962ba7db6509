import type { KinesisStreamBatchResponse, SQSBatchResponse } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import type * as Tracker from "../../../lambdas/conversation-tracker/handler.ts";
import { ANGRY, GLAD, voice, words } from "../../core/conversation/made-conversation.ts";
import { lambdaContext } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { resultsEvent, TrackerStage } from "./tracker-stage.ts";

describe("conversation-tracker", () => {
  let stage: TrackerStage;
  let environment: Record<string, string>;
  let handler: typeof Tracker.handler;
  let output: ReturnType<typeof captureOutput>;

  const anotherFunction = async (): Promise<typeof Tracker.handler> => (await coldStart<typeof Tracker>(environment, () => import("../../../lambdas/conversation-tracker/handler.ts"))).handler;
  const send = (results: readonly (SentimentResult | string)[], first = 0, by = handler): Promise<KinesisStreamBatchResponse | SQSBatchResponse> => by(resultsEvent(results, first), lambdaContext());

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

  it("fuses the words and the voice of a turn", async () => {
    expect(await send([voice({ track: 0, speaker: "customer", scores: ANGRY })])).toEqual({ batchItemFailures: [] });
    expect(await send([words({ track: 0, speaker: "customer", scores: GLAD })], 1)).toEqual({ batchItemFailures: [] });

    const rows = [...stage.visible().values()].toSorted((a, b) => a.scope.localeCompare(b.scope));
    expect(rows.map(({ modality, scope }) => [modality, scope])).toEqual([["fused", "conversation"], ["fused", "turn"]]);
    expect(rows[1]).toMatchObject({ id: "call-1", segment: { index: 0, startMs: 0, endMs: 3_000 }, flags: ["modalities_disagree"], fusion: { disagreement: expect.any(Number) } });
    expect(output.metrics()).toMatchObject({ RecordsReceived: 2, TurnsFused: 2, ConversationsChanged: 2, AlertsRaised: 1, TrackerConflicts: 0 });
  });
});
