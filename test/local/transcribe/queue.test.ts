import { ListTranscriptionJobsCommand, StartTranscriptionJobCommand, type TranscriptionJobSummary } from "@aws-sdk/client-transcribe";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Recogniser } from "../../../local/transcribe/recogniser.ts";
import { type LocalTranscribe, shortWav, startInput, startTranscribe } from "../support/transcribe.ts";

/** Holds every job until it is let go, and keeps the order of their starts. */
function heldRecogniser(): { recogniser: Recogniser; started: string[]; letGo: (count: number) => void } {
  const started: string[] = [];
  const held: (() => void)[] = [];
  return {
    started,
    letGo: (count) => held.splice(0, count).forEach((done) => done()),
    recogniser: {
      recognise: async ({ key }) => {
        started.push(key);
        await new Promise<void>((done) => held.push(done));
        return { transcriber: "sidecar", language: "en-US", languageScore: 1, channels: 1, utterances: [] };
      },
    },
  };
}

let transcribe: LocalTranscribe & { dataFolder: string };
afterEach(() => transcribe.stop());
const names = (count: number) => Array.from({ length: count }, (_, n) => `job-${String(n).padStart(3, "0")}`);
async function startAll(all: readonly string[], deferred = true): Promise<void> {
  for (const name of all) {
    const input = startInput(name, "call.wav", { Media: { MediaFileUri: `s3://recordings/${name}.wav` } });
    if (!deferred) delete input.JobExecutionSettings;
    await transcribe.client.send(new StartTranscriptionJobCommand(input));
  }
}
/** Recordings are plain files in their bucket's folder. */
const prepare = (all: readonly string[]) => all.forEach((name) => writeFileSync(join(transcribe.dataFolder, "s3/recordings", `${name}.wav`), shortWav()));
/** All jobs as the service lists them, the newest first. */
async function listed(token?: string): Promise<TranscriptionJobSummary[]> {
  const { NextToken, TranscriptionJobSummaries: jobs = [] } = await transcribe.client.send(new ListTranscriptionJobsCommand({ MaxResults: 100, NextToken: token }));
  return [...jobs, ...(NextToken === undefined ? [] : await listed(NextToken))];
}

/** Of jobs that started together, the recogniser may meet any first: the service's own times tell the order. */
async function expectStartedAsAccepted(): Promise<void> {
  const starts = (await listed()).reverse().map(({ StartTime }) => StartTime?.getTime() ?? Number.NaN);
  expect(starts.every(Number.isFinite)).toBe(true);
  expect(starts).toEqual(starts.toSorted((one, other) => one - other));
}

describe("more jobs than the quota", { timeout: 30_000 }, () => {
  it("400 at the default of 250: the rest waits in the order it was taken, 225 at a time, and each ends once", async () => {
    const { letGo, recogniser, started } = heldRecogniser();
    transcribe = await startTranscribe({ recognisers: [recogniser] });
    const all = names(400);
    prepare(all);
    await Promise.all(all.map((name) => startAll([name])));
    await vi.waitFor(() => expect(started.length).toBe(250));
    expect(transcribe.service.stats()).toEqual({ queued: 150, running: 250 });

    // A place of the last tenth is not for those that waited.
    letGo(25);
    await vi.waitFor(() => expect(transcribe.service.stats()).toEqual({ queued: 150, running: 225 }));
    letGo(1);
    await vi.waitFor(() => expect(transcribe.service.stats()).toEqual({ queued: 149, running: 225 }));
    while (started.length < 400 || transcribe.service.stats().running > 0) {
      letGo(Infinity);
      await new Promise((done) => setTimeout(done, 5));
    }

    await expectStartedAsAccepted();
    expect(transcribe.events.length).toBe(400);
    expect(new Set(transcribe.events.map(({ detail }) => detail["TranscriptionJobName"]))).toEqual(new Set(all));
    expect(new Set(transcribe.events.map(({ detail }) => detail["TranscriptionJobStatus"]))).toEqual(new Set(["COMPLETED"]));
  });

  it("is refused without job queueing, and takes what the queue leaves free with it", async () => {
    const { letGo, recogniser, started } = heldRecogniser();
    transcribe = await startTranscribe({ quota: 10, recognisers: [recogniser] });
    const [waiting, direct] = [names(11), ["direct", "refused"]];
    prepare([...waiting, ...direct]);
    await startAll(waiting);
    await expect(startAll(["refused"], false)).rejects.toMatchObject({ name: "LimitExceededException" });
    letGo(1);
    await vi.waitFor(() => expect(transcribe.service.stats()).toEqual({ queued: 1, running: 9 }));
    await startAll(["direct"], false);
    await vi.waitFor(() => expect(started.at(-1)).toBe("direct.wav"));
    expect(transcribe.service.stats()).toEqual({ queued: 1, running: 10 });
  });
});

describe("a run that ends in the middle", () => {
  it("goes on with what was unfinished, in order; what had ended stays as it was", async () => {
    const first = heldRecogniser();
    transcribe = await startTranscribe({ quota: 2, recognisers: [first.recogniser] });
    const all = names(4);
    prepare(all);
    await startAll(all.slice(0, 1));
    await vi.waitFor(() => expect(first.started.length).toBe(1));
    first.letGo(1);
    const ended = await transcribe.ended("job-000");
    await startAll(all.slice(1));
    await vi.waitFor(() => expect(transcribe.service.stats()).toEqual({ queued: 1, running: 2 }));
    await transcribe.stop({ keepData: true });
    // What the old run still finds out is nobody's any more.
    first.letGo(Infinity);

    const second = heldRecogniser();
    transcribe = await startTranscribe({ quota: 10, recognisers: [second.recogniser], dataFolder: transcribe.dataFolder });
    await vi.waitFor(() => expect(second.started.toSorted()).toEqual(["job-001.wav", "job-002.wav", "job-003.wav"]));
    second.letGo(Infinity);
    for (const name of all.slice(1)) expect((await transcribe.ended(name)).TranscriptionJobStatus).toBe("COMPLETED");
    expect(await transcribe.ended("job-000")).toEqual(expect.objectContaining({ CompletionTime: ended.CompletionTime, TranscriptionJobStatus: "COMPLETED" }));
    await expectStartedAsAccepted();
    expect(transcribe.events.length).toBe(3);
    expect(new Set(transcribe.events.map(({ detail }) => detail["TranscriptionJobName"]))).toEqual(new Set(all.slice(1)));
  });
});

describe("an event that cannot be handed on", () => {
  it("is said, keeps the job's end, and holds nothing up", async () => {
    let broken = true;
    const publish = () => {
      if (broken) throw new Error("no such queue");
    };
    const recogniser: Recogniser = { recognise: () => Promise.resolve({ transcriber: "sidecar", language: "en-US", languageScore: 1, channels: 1, utterances: [] }) };
    transcribe = await startTranscribe({ quota: 1, recognisers: [recogniser], publish });
    const all = names(2);
    prepare(all);
    await startAll(all.slice(0, 1));
    expect((await transcribe.ended("job-000")).TranscriptionJobStatus).toBe("COMPLETED");
    broken = false;
    await startAll(all.slice(1));
    expect((await transcribe.ended("job-001")).TranscriptionJobStatus).toBe("COMPLETED");
    expect(transcribe.logged).toEqual(["transcription job job-000: no such queue"]);
    expect(transcribe.events.length).toBe(1);
  });
});
