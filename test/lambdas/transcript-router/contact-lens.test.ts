import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toldContactKey } from "../../../core/transcripts/told-contact.ts";
import { CONTACT, fileKey, type MadeTurn, segmentEvent, TURNS, voiceFile } from "../../core/transcripts/contact-lens-files.ts";
import { BUCKETS, slowDown } from "../support/audio-stage.ts";
import { sequenceNumberAt } from "../support/events.ts";
import { captureOutput } from "../support/load-handler.ts";
import { RouterStage } from "./router-stage.ts";

const LATER: MadeTurn = { role: "CUSTOMER", text: "That helps, thank you.", from: 12_000, to: 14_000 };

function objectCreated(key: string, bucket: string = BUCKETS.recordings): object {
  return { version: "0", id: "e", "detail-type": "Object Created", source: "aws.s3", account: "123456789012", time: "2026-01-28T18:41:00Z", region: "us-east-1", resources: [], detail: { version: "0", bucket: { name: bucket }, object: { key, size: 1, etag: "e", sequencer: "1" }, reason: "PutObject" } };
}

describe("transcript-router, Contact Lens", () => {
  let stage: RouterStage;
  let output: ReturnType<typeof captureOutput>;

  beforeEach(() => {
    stage = new RouterStage();
    output = captureOutput();
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const put = (key: string, file: object | string): Promise<unknown> => stage.objects.put(BUCKETS.recordings, key, Buffer.from(typeof file === "string" ? file : JSON.stringify(file)));

  it("turns the file of a call into text jobs of its customer and agent", async () => {
    await stage.load();
    await put(fileKey(), voiceFile(TURNS));

    expect(await stage.route([objectCreated(fileKey())])).toEqual({ batchItemFailures: [] });

    expect(stage.textJobs()).toEqual([
      {
        schema: "valence.text-job/1",
        id: CONTACT,
        conversationId: CONTACT,
        channel: "call",
        speaker: "agent",
        turn: 1_001,
        language: "en-GB",
        occurredAt: "2026-01-28T18:34:00.500Z",
        segment: { index: 1_001, startMs: 500, endMs: 2_000 },
        text: "Thank you for calling.",
        route: "transcribe",
        recording: `s3://recordings-test/connect/i/CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`,
        track: 1,
        transcript: { transcriber: "contact-lens" },
        flags: [],
        arrivedAt: "2026-01-28T18:41:00Z",
      },
      expect.objectContaining({ speaker: "customer", redactions: { PII: 1 }, flags: ["redacted"] }),
      expect.objectContaining({ speaker: "agent", text: "Let me take this one." }),
    ]);
    expect(output.metrics()).toMatchObject({ TranscriptsRouted: 1, JobsQueued: 3, UtterancesEmpty: 1, UtterancesPassedOver: 1 });
  });

  it("reads one of a call's two files, as configured, once, and nothing else", async () => {
    await stage.load({ CONTACT_LENS_FILES: "redacted" });
    await put(fileKey(true), voiceFile(TURNS.slice(0, 1)));
    await put(fileKey(), voiceFile(TURNS));
    await put("chat", { Channel: "CHAT" });

    await stage.route([objectCreated(fileKey()), objectCreated(fileKey(true)), objectCreated(fileKey(true)), objectCreated("calls/1.wav"), objectCreated(fileKey(true), "elsewhere")]);

    expect(stage.textJobs()).toHaveLength(1);
    expect(output.metrics()).toMatchObject({ TranscriptsRouted: 1, TranscriptsRepeated: 1, MessagesSkipped: 3 });
  });

  it("passes over a chat's file, and rejects one that cannot be read or is not there", async () => {
    await stage.load();
    const [chat, broken, gone] = ["0", "1", "2"].map((digit) => fileKey(false, `${CONTACT.slice(0, -1)}${digit}`));
    await put(chat!, { Channel: "CHAT", Transcript: [] });
    await put(broken!, voiceFile(TURNS, { Transcript: "secret" }));

    expect(await stage.route([objectCreated(chat!), objectCreated(broken!), objectCreated(gone!)])).toEqual({ batchItemFailures: [] });

    const rejects = await stage.rejects();
    expect(rejects.map(({ reason }) => reason)).toEqual(["invalid_transcript", "invalid_transcript"]);
    expect(JSON.stringify(rejects.map(({ detail }) => detail))).not.toContain("secret");
    expect(output.metrics()).toMatchObject({ MessagesSkipped: 1 });
  });

  it("turns the whole turns of a running call into text jobs, the same ones when a batch comes again", async () => {
    await stage.load();
    const batch = [segmentEvent("STARTED"), segmentEvent("SEGMENTS", TURNS.slice(0, 2)), segmentEvent("SEGMENTS", TURNS.slice(2))];

    expect(await stage.stream(batch)).toEqual({ batchItemFailures: [] });
    await stage.objects.delete(BUCKETS.audio, toldContactKey(CONTACT));
    await stage.stream(batch);

    const jobs = stage.textJobs();
    expect(jobs).toHaveLength(6);
    expect(jobs.slice(3)).toEqual(jobs.slice(0, 3));
    expect(jobs[0]).toMatchObject({ id: CONTACT, conversationId: CONTACT, speaker: "agent", segment: { index: 1_001, startMs: 500, endMs: 2_000 }, transcript: { transcriber: "contact-lens" }, text: "Thank you for calling." });
    expect(jobs[0]).not.toHaveProperty("recording");
    expect(jobs.map(({ text }) => text)).not.toContain("Thank");
    const times = jobs.slice(0, 3).map(({ occurredAt, segment }) => Date.parse(occurredAt) - segment.startMs!);
    expect(new Set(times).size).toBe(1);
  });

  it("tells a call once whose segments came to their end: its file adds nothing", async () => {
    await stage.load();
    await put(fileKey(), voiceFile([...TURNS, LATER]));
    await stage.stream([segmentEvent("STARTED"), segmentEvent("SEGMENTS", [...TURNS, LATER]), segmentEvent("COMPLETED")]);
    const live = stage.textJobs().length;

    await stage.route([objectCreated(fileKey())]);

    expect(stage.textJobs()).toHaveLength(live);
    expect(output.metrics()).toMatchObject({ TranscriptsRouted: 1, TranscriptsEmpty: 0, UtterancesPassedOver: 1 + 1 + 5 });
  });

  it("tells the rest from the file where segments broke off, in the same order of time, and takes no late segments then", async () => {
    await stage.load();
    await put(fileKey(), voiceFile([...TURNS, LATER]));
    await stage.stream([segmentEvent("STARTED"), segmentEvent("SEGMENTS", TURNS), segmentEvent("FAILED")]);
    const live = stage.textJobs();

    await stage.route([objectCreated(fileKey())]);
    await stage.stream([segmentEvent("SEGMENTS", [LATER])]);

    const [added, ...others] = stage.textJobs().slice(live.length);
    expect(others).toEqual([]);
    expect(added).toMatchObject({ text: LATER.text, segment: { index: 24_000 } });
    expect(Date.parse(added!.occurredAt)).toBe(Date.parse(live[0]!.occurredAt) - 500 + LATER.from);
    expect(output.metrics()).toMatchObject({ ContactsFailed: 1 });
  });

  it("forgets nothing that is told while a segment is on its way: the file was quicker, and late segments stay untold", async () => {
    await stage.load();
    await put(fileKey(), voiceFile([...TURNS, LATER]));
    let isFirst = true;
    stage.hook = async ({ method, path }) => {
      if (!isFirst || method !== "PUT" || !path.includes(toldContactKey(CONTACT))) return;
      isFirst = false;
      expect(await stage.route([objectCreated(fileKey())])).toEqual({ batchItemFailures: [] });
    };
    const first = [segmentEvent("SEGMENTS", TURNS.slice(0, 1))];

    expect(await stage.stream(first)).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumberAt(0) }] });
    const told = stage.textJobs().length;
    expect(await stage.stream([...first, segmentEvent("SEGMENTS", [LATER])])).toEqual({ batchItemFailures: [] });

    expect(stage.textJobs()).toHaveLength(told);
  });

  it("reports exactly the records of the contact that S3 failed on, rejects what is no event, and passes over chats", async () => {
    await stage.load();
    const other = `${CONTACT.slice(0, -1)}f`;
    stage.hook = ({ path }) => (path.includes(toldContactKey(other)) ? slowDown() : undefined);

    const answer = await stage.stream([segmentEvent("SEGMENTS", [TURNS[0]!]), "{", { Channel: "VOICE", EventType: "NOISE" }, { Channel: "CHAT", Version: "2.0.0", StreamingEventType: "SEGMENTS" }, segmentEvent("SEGMENTS", [TURNS[1]!], other)]);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumberAt(4) }] });
    expect(stage.textJobs()).toMatchObject([{ id: CONTACT }]);
    expect((await stage.rejects()).map(({ reason }) => reason).sort()).toEqual(["invalid_transcript", "not_json"]);
    expect(output.metrics()).toMatchObject({ RecordsReceived: 5, RecordsSkipped: 1, JobsQueued: 1 });
  });
});
