import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import { channelsFile, plainFile, said, speakersFile } from "../../core/transcripts/transcribe-files.ts";
import { BUCKETS, slowDown } from "../support/audio-stage.ts";
import { captureOutput } from "../support/load-handler.ts";
import { checkOf, JOB_PREFIX, jobEvent, requestOf, RouterStage, TRANSCRIPTIONS_QUEUE_ARN } from "./router-stage.ts";

const CALL = channelsFile([said("I want my money back.", 3), said("Thank you for calling, how can I help?", 0.5)]);

describe("transcript-router, jobs of Transcribe", () => {
  let stage: RouterStage;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(async () => {
    stage = new RouterStage();
    output = captureOutput();
    await stage.load();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("turns a transcript of two channels into a text job an utterance, with speaker, time and recording", async () => {
    const name = await stage.completed(requestOf({ attributes: { queue: "sales" }, flags: ["narrowband"] }), CALL);

    expect(await stage.route([jobEvent(name)])).toEqual({ batchItemFailures: [] });

    expect(stage.textJobs()).toEqual([
      {
        schema: "valence.text-job/1",
        id: "recording-1",
        conversationId: "conversation-1",
        channel: "call",
        speaker: "agent",
        turn: 0,
        language: "en-US",
        occurredAt: "2026-03-02T09:00:00.500Z",
        attributes: { queue: "sales" },
        segment: { index: 0, startMs: 500, endMs: 3_700 },
        text: "Thank you for calling, how can I help?",
        route: "transcribe",
        recording: "s3://recordings-test/calls/1.wav",
        track: 1,
        transcript: { transcriber: "amazon-transcribe", confidence: 0.9 },
        flags: ["narrowband"],
        arrivedAt: "2026-03-02T09:05:00.000Z",
      },
      expect.objectContaining({ speaker: "customer", turn: 1, segment: { index: 1, startMs: 3_000, endMs: 5_000 }, text: "I want my money back.", track: 0 }),
    ]);
    expect(output.metrics()).toMatchObject({ MessagesReceived: 1, TranscriptsRouted: 1, JobsQueued: 2, TranscriptsEmpty: 0 });
  });
});
