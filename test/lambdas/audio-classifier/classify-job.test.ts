import { describe, expect, it } from "vitest";
import type { AudioClassification, AudioClassified, AudioClassifier, AudioFailure, SpeechToClassify } from "../../../classifiers/audio-classifier.ts";
import { sentimentOfScores } from "../../../core/classification/sentiment-of-scores.ts";
import type { AudioJob, AudioSegment } from "../../../core/contracts/audio-job.ts";
import { type Flag, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { classifyJob, type JobVerdict } from "../../../lambdas/audio-classifier/classify-job.ts";
import { audioJob, STEREO_SEGMENTS } from "./audio-jobs.ts";

const NOW = new Date("2026-03-02T09:20:00Z");
const heard = (positive: number, negative: number, flags: readonly Flag[] = [], progress = 1): AudioClassified => ({
  kind: "classified",
  sentiment: sentimentOfScores({ positive, negative, neutral: 1 - positive - negative }, "calibrated"),
  emotions: { happy: positive, other: 1 - positive },
  model: { provider: "sagemaker", id: "tiny", version: "1" },
  flags,
  cost: { usd: 0.001 },
  modelMs: 20,
  spentUsd: progress * 0.001,
  progress,
});
const failed = (failure: Partial<AudioFailure> = {}): AudioClassification => ({ kind: "failed", failure: { code: "throttled", retryable: true, reason: "busy", ...failure }, spentUsd: 0, progress: 0 });
const pending = (since: string, progress = 0): AudioClassification => ({ kind: "pending", since, spentUsd: 0, progress });

function programmed(outcomes: readonly AudioClassification[]): AudioClassifier {
  return { model: { provider: "sagemaker", id: "voice", version: "voice" }, classify: async (speech) => outcomes.slice(0, speech.length) };
}
const SPEECH: SpeechToClassify = { wav: () => Promise.reject(new Error("not read here")), durationMs: 1, askedBefore: false };
const verdictOf = (job: AudioJob, outcomes: readonly AudioClassification[], signal = new AbortController().signal): Promise<JobVerdict> =>
  classifyJob(job, job.audio.segments.map(() => SPEECH), programmed(outcomes), signal, () => NOW);
async function resultsOf(job: AudioJob, outcomes: readonly AudioClassification[]) {
  const verdict = await verdictOf(job, outcomes);
  if (verdict.kind !== "finished") throw new Error(`expected results, got ${JSON.stringify(verdict)}`);
  return verdict.results.map((result) => SentimentResultSchema.parse(result));
}

const FOUR = [heard(0.9, 0), heard(0.1, 0.1), heard(0.2, 0.7), heard(0.1, 0.2)];

describe("a job all of whose segments are heard", () => {
  it("gives a result a segment, with who spoke, when, and where the recording lies", async () => {
    const [first] = await resultsOf(audioJob(), FOUR);
    expect(first).toEqual({
      schema: "valence.result/1",
      resultId: expect.stringMatching(/^[0-9a-f]{32}$/u),
      id: "call-1",
      conversationId: "conversation-1",
      channel: "call",
      speaker: "customer",
      language: "en",
      occurredAt: "2026-03-02T09:00:00Z",
      attributes: { queue: "billing" },
      segment: { index: 0, startMs: 500, endMs: 3_000 },
      modality: "audio",
      scope: "segment",
      sentiment: FOUR[0]!.sentiment,
      model: { provider: "sagemaker", id: "tiny", version: "1" },
      route: "direct",
      track: 0,
      recording: "s3://recordings-test/calls/1.wav",
      emotions: { happy: 0.9, other: expect.closeTo(0.1, 12) },
      flags: ["narrowband"],
      timings: { arrivedAt: "2026-03-02T09:10:00.123Z", classifiedAt: "2026-03-02T09:20:00.000Z", modelMs: 20 },
      cost: { usd: 0.001 },
    });
  });

  it("gives one a track of a complete recording: the mean of its segments, weighted by their durations, which costs nothing again", async () => {
    const results = await resultsOf(audioJob(), FOUR);
    expect(results.map(({ scope, track, speaker, segment }) => [scope, track, speaker, segment])).toEqual([
      ...STEREO_SEGMENTS.map(({ index, track, speaker, startMs, endMs }) => ["segment", track, speaker, { index, startMs, endMs }]),
      ["conversation", 0, "customer", { index: 0, startMs: 500, endMs: 9_500 }],
      ["conversation", 1, "agent", { index: 1, startMs: 3_200, endMs: 12_000 }],
    ]);
    const positive = (2_500 * 0.9 + 4_500 * 0.2) / 7_000;
    const negative = (4_500 * 0.7) / 7_000;
    expect(results[4]).toMatchObject({
      sentiment: { label: "positive", scores: { positive: expect.closeTo(positive, 9), negative: expect.closeTo(negative, 9) }, confidence: expect.closeTo(positive, 9), scoresFrom: "calibrated" },
      emotions: { happy: expect.closeTo(positive, 9) },
      flags: ["narrowband", "mixed"],
      cost: { usd: 0 },
      timings: { modelMs: 0 },
    });
  });

  it("gives none for the whole while a conversation goes on", async () => {
    expect((await resultsOf(audioJob({ complete: false }), FOUR)).map(({ scope }) => scope)).toEqual(["segment", "segment", "segment", "segment"]);
  });

  it("says whose model it was only where all segments had the same", async () => {
    const other = { ...FOUR[2]!, model: { provider: "sagemaker", id: "other", version: "1" } };
    const results = await resultsOf(audioJob(), [FOUR[0]!, FOUR[1]!, other, FOUR[3]!]);
    expect(results.slice(4).map(({ model }) => model.id)).toEqual(["voice", "tiny"]);
  });

  it.each<[readonly Flag[], readonly Flag[], readonly Flag[]]>([
    [["low_confidence"], [], []],
    [[], ["low_confidence"], ["low_confidence"]],
    [["fallback"], [], ["fallback"]],
  ])("flags a track by the weight of its segments: %j for 2.5 s, %j for 4.5 s → %j", async (first, second, whole) => {
    const results = await resultsOf(audioJob({ flags: [] }), [heard(0.9, 0, first), heard(0.5, 0), heard(0.8, 0, second), heard(0.5, 0)]);
    expect(results[4]!.flags).toEqual(whole);
  });
});

describe("random recordings", () => {
  const random = seededRandom(3);
  const recordings = Array.from({ length: 100 }, () => {
    const ends = [0, 0];
    const segments = Array.from({ length: 1 + Math.floor(random() * 60) }, (_, index): AudioSegment => {
      const track = random() < 0.5 ? 0 : 1;
      const startMs = ends[track]! + Math.floor(random() * 3_000);
      const endMs = startMs + 1_000 + Math.floor(random() * 9_000);
      ends[track] = endMs;
      return { index, track, speaker: track === 0 ? "agent" : "customer", startMs, endMs };
    });
    const outcomes = segments.map(() => heard(random() / 2, random() / 2));
    return { job: audioJob({}, segments), outcomes };
  });

  it("give results per speaker whose durations sum to the speech found, and ids that are all different and always the same", async () => {
    for (const { job, outcomes } of recordings) {
      const results = await resultsOf(job, outcomes);
      for (const speaker of ["agent", "customer"] as const) {
        const spoken = job.audio.segments.filter((segment) => segment.speaker === speaker);
        const told = results.filter((result) => result.scope === "segment" && result.speaker === speaker);
        expect(told.reduce((sum, { segment }) => sum + segment.endMs! - segment.startMs!, 0)).toBe(spoken.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0));
        expect(results.filter((result) => result.scope === "conversation" && result.speaker === speaker)).toHaveLength(spoken.length > 0 ? 1 : 0);
      }
      expect(new Set(results.map(({ resultId }) => resultId)).size).toBe(results.length);
      expect((await resultsOf({ ...job, answered: true }, outcomes)).map(({ resultId }) => resultId)).toEqual(results.map(({ resultId }) => resultId));
    }
  });
});

describe("a job with segments that will never be heard", () => {
  const gone = failed({ code: "refused", retryable: false, refusal: "audio_missing", reason: "s3://audio-test/x is not there (any more)" });

  it("gives the others' results and one reject that names them; a track of which most was heard has its whole", async () => {
    const verdict = await verdictOf(audioJob(), [gone, gone, FOUR[2]!, FOUR[3]!]);
    if (verdict.kind !== "finished") throw new Error("expected results");
    expect(verdict.results.map(({ scope, track, segment }) => [scope, track, segment.index])).toEqual([["segment", 0, 2], ["segment", 1, 3], ["conversation", 0, 0], ["conversation", 1, 1]]);
    expect(verdict.refused).toEqual({ reason: "audio_missing", detail: "segment 0: refused: s3://audio-test/x is not there (any more); segment 1: refused: s3://audio-test/x is not there (any more)" });
  });

  it("gives no whole of a track of which less than half was heard", async () => {
    const verdict = await verdictOf(audioJob(), [FOUR[0]!, FOUR[1]!, gone, FOUR[3]!]);
    expect(verdict).toMatchObject({ kind: "finished", results: [{ scope: "segment" }, { scope: "segment" }, { scope: "segment" }, { scope: "conversation", track: 1 }] });
  });

  it("is a failed classification where the audio is not to blame", async () => {
    expect(await verdictOf(audioJob(), [failed({ code: "denied", retryable: false }), ...FOUR.slice(1)])).toMatchObject({ refused: { reason: "classification_failed" } });
  });

  it("says only the first few reasons", async () => {
    const job = audioJob({}, Array.from({ length: 9 }, (_, index) => ({ index, track: 0, startMs: index * 1_000, endMs: index * 1_000 + 900 })));
    expect(await verdictOf(job, job.audio.segments.map(() => gone))).toMatchObject({ results: [], refused: { detail: expect.stringMatching(/and 6 more segments$/u) } });
  });
});

describe("a job that is not done", () => {
  const over = AbortSignal.abort();
  const outOfTime = failed({ code: "timed_out" });

  it.each<[string, readonly AudioClassification[], AbortSignal | undefined, object]>([
    ["went further when the time ended: at once again", [FOUR[0]!, FOUR[1]!, outOfTime, outOfTime], over, { kind: "continue", delaySeconds: 0 }],
    ["went further, with trouble at an endpoint: after its circuit", [FOUR[0]!, FOUR[1]!, failed(), FOUR[3]!], undefined, { kind: "continue", delaySeconds: 30 }],
    ["went further when the time ended, with trouble: after the circuit", [FOUR[0]!, failed({ code: "circuit_open" }), outOfTime, FOUR[3]!], over, { kind: "continue", delaySeconds: 30 }],
    ["went nowhere: back to the queue", [heard(1, 0, [], 0), failed(), outOfTime, outOfTime], over, { kind: "again", reason: "segment 1: throttled: busy; segment 2: timed_out: busy; segment 3: timed_out: busy" }],
    ["has just asked later answers: soon", Array<AudioClassification>(4).fill(pending("2026-03-02T09:19:59Z", 1)), undefined, { kind: "continue", delaySeconds: 15 }],
    ["waits for a minute: half of that", [FOUR[0]!, pending("2026-03-02T09:19:00Z"), pending("2026-03-02T09:19:10Z"), FOUR[3]!], undefined, { kind: "continue", delaySeconds: 30 }],
    ["waits for long: each minute", Array<AudioClassification>(4).fill(pending("2026-03-02T08:30:00Z")), undefined, { kind: "continue", delaySeconds: 60 }],
    ["waits for one and fails with another, going nowhere: back to the queue", [pending("2026-03-02T09:19:00Z"), failed(), heard(1, 0, [], 0), heard(1, 0, [], 0)], undefined, { kind: "again" }],
  ])("%s", async (_, outcomes, signal, expected) => {
    expect(await verdictOf(audioJob(), outcomes, signal)).toMatchObject(expected);
  });

  it("tells what was spent all the same", async () => {
    expect(await verdictOf(audioJob(), [FOUR[0]!, FOUR[1]!, failed(), failed()])).toMatchObject({ spentUsd: 0.002, answered: 2 });
  });
});
