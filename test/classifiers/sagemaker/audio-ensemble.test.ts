import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AudioClassifier } from "../../../classifiers/audio-classifier.ts";
import { createAudioClassifier } from "../../../classifiers/create-audio-classifier.ts";
import { describeAudioClassifier, speechOf } from "../audio-classifier-contract.ts";
import { type KeptInMemory, keptInMemory } from "../kept-in-memory.ts";
import { type AudioFault, type AudioServer, startAudioServer } from "../protocol/audio-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { audioAnswer, type Mood } from "../protocol/spoken-moods.ts";

let server: AudioServer;
let kept: KeptInMemory;
freshServer(startAudioServer, "eu-west-1", (fresh) => {
  server = fresh;
});
beforeEach(() => {
  kept = keptInMemory();
});

const WEIGHTS = { hubert: 2, wav2vec2: 1, whisper: 1 };
const ensembleOf = (weights: Record<string, number> = WEIGHTS): AudioClassifier =>
  createAudioClassifier({ endpoints: Object.entries(weights).map(([name, weight]) => ({ name, weight, answers: "at-once" as const, usdPerHour: 3.6 })) }, { kept });

/** Each endpoint hears a mood of its own, whatever is said. */
function hearing(moods: Record<string, Mood>, lowConfidence?: Record<string, boolean>): void {
  server.answerOf = (endpoint, _, durationMs) =>
    audioAnswer(moods[endpoint]!, durationMs, { model: { name: `tiny-${endpoint}`, version: "1", family: endpoint }, ...(lowConfidence?.[endpoint] !== undefined && { lowConfidence: lowConfidence[endpoint] }) });
}

describeAudioClassifier("three endpoints", () => ({ classifier: ensembleOf(), readsSpeech: true }));

describe("an ensemble", () => {
  it("is the weighted mean of its members' valences and labels, and is no longer called calibrated", async () => {
    hearing({ hubert: "angry", wav2vec2: "glad", whisper: "even" });
    const [outcome] = await ensembleOf().classify([speechOf("even")]);
    const positive = (2 * (0.05 / 0.95) + 0.8 + 0.1) / 4;
    const neutral = (2 * (0.1 / 0.95) + 0.1 + 0.8) / 4;
    expect(outcome).toMatchObject({
      kind: "classified",
      sentiment: { label: "negative", scores: { positive: expect.closeTo(positive, 9), neutral: expect.closeTo(neutral, 9), negative: expect.closeTo(1 - positive - neutral, 9) }, confidence: expect.closeTo(1 - positive - neutral, 9), scoresFrom: "service" },
      emotions: { happy: expect.closeTo((2 * 0.05 + 0.72 + 0.09) / 4, 9), surprised: expect.closeTo((2 * 0.05 + 0.1 + 0.1) / 4, 9) },
      flags: ["low_confidence"],
      cost: { usd: expect.closeTo(3 * 0.000_036, 12) },
      progress: 3,
    });
    expect(outcome).toMatchObject({ model: { provider: "ensemble", id: "tiny-hubert + tiny-wav2vec2 + tiny-whisper" } });
  });

  it("reads a stretch of speech once for all members", async () => {
    let reads = 0;
    const speech = speechOf("glad");
    await ensembleOf().classify([{ ...speech, wav: () => ((reads += 1), speech.wav()) }]);
    expect(reads).toBe(1);
    expect(server.requests).toHaveLength(3);
  });

  it("has no emotions where members have other labels", async () => {
    server.answerOf = (endpoint, mood, durationMs) => audioAnswer(mood, durationMs, endpoint === "whisper" ? { probabilities: { positive: 0.9, negative: 0.1 } } : {});
    const [outcome] = await ensembleOf().classify([speechOf("glad")]);
    expect(outcome).toMatchObject({ kind: "classified", sentiment: { label: "positive" } });
    expect(outcome).not.toHaveProperty("emotions");
  });

  it.each([
    [{ hubert: true, wav2vec2: false, whisper: false }, ["low_confidence"]],
    [{ hubert: false, wav2vec2: true, whisper: false }, []],
  ])("is of low confidence where half of its weight is: %j", async (lowConfidence, flags) => {
    hearing({ hubert: "glad", wav2vec2: "glad", whisper: "glad" }, lowConfidence);
    expect(await ensembleOf().classify([speechOf("glad")])).toMatchObject([{ flags }]);
  });

  it("is another one when weights or members change, and the same one otherwise", () => {
    expect(ensembleOf().model).toEqual(ensembleOf().model);
    expect(ensembleOf().model).toMatchObject({ provider: "ensemble", id: "hubert + wav2vec2 + whisper" });
    expect(ensembleOf({ ...WEIGHTS, hubert: 3 }).model.version).not.toBe(ensembleOf().model.version);
    expect(ensembleOf({ hubert: 2, wav2vec2: 1 }).model.version).not.toBe(ensembleOf().model.version);
  });

  it.each<AudioFault>(["denied", "no such endpoint", "audio truncated", "container refuses", "throttle", "another schema"])("answers without a member that fails: %s", async (fault) => {
    hearing({ hubert: "angry", wav2vec2: "glad", whisper: "glad" });
    server.faultOf = ({ endpoint }) => (endpoint === "hubert" ? fault : undefined);
    const [outcome] = await ensembleOf().classify([speechOf("even")]);
    expect(outcome).toMatchObject({ kind: "classified", sentiment: { label: "positive", confidence: expect.closeTo(0.8, 9) }, flags: ["fallback"], model: { id: "tiny-wav2vec2 + tiny-whisper" }, progress: 2 });
  });

  it("is the one member that answers, by its name, when all others fail", async () => {
    hearing({ hubert: "angry", wav2vec2: "glad", whisper: "glad" });
    server.faultOf = ({ endpoint }) => (endpoint === "hubert" ? undefined : "denied");
    expect(await ensembleOf().classify([speechOf("even")])).toMatchObject([{ sentiment: { label: "negative", scoresFrom: "calibrated" }, flags: ["fallback"], model: { provider: "sagemaker", id: "tiny-hubert", version: "1" } }]);
  });

  it.each<[Record<string, AudioFault>, object]>([
    [{ hubert: "audio truncated", wav2vec2: "audio truncated", whisper: "audio truncated" }, { code: "refused", retryable: false, refusal: "audio_truncated" }],
    [{ hubert: "audio truncated", wav2vec2: "denied", whisper: "audio truncated" }, { code: "denied", retryable: true }],
  ])("fails when all members do, for now where one may answer later: %j", async (faults, failure) => {
    server.faultOf = ({ endpoint }) => faults[endpoint];
    expect(await ensembleOf().classify([speechOf("even")])).toMatchObject([{ kind: "failed", failure }]);
  });

  it("is not cut down to those who were quick enough when the time ends: it keeps their answers and fails for now", async () => {
    server.faultOf = ({ endpoint }) => (endpoint === "whisper" ? "hang" : undefined);
    const ensemble = ensembleOf();
    const time = new AbortController();
    const outcomes = ensemble.classify([speechOf("glad")], time.signal);
    await vi.waitFor(() => expect(kept.kept.size).toBe(2), 5_000);
    time.abort();
    expect(await outcomes).toMatchObject([{ kind: "failed", failure: { code: "timed_out", retryable: true }, progress: 2, spentUsd: expect.closeTo(2 * 0.000_036, 12) }]);
    server.faultOf = () => undefined;
    expect(await ensemble.classify([speechOf("glad", 0, { askedBefore: true })])).toMatchObject([{ kind: "classified", flags: [], progress: 1, spentUsd: expect.closeTo(0.000_036, 12), cost: { usd: expect.closeTo(3 * 0.000_036, 12) } }]);
    expect(Object.fromEntries(server.answered)).toEqual({ hubert: 1, wav2vec2: 1, whisper: 1 });
  });

  it("answers every label mix with scores that lie between its members'", async () => {
    const moods: Mood[] = ["glad", "angry", "even", "torn"];
    for (const hubert of moods) {
      for (const whisper of moods) {
        hearing({ hubert, whisper });
        const [outcome] = await ensembleOf({ hubert: 1, whisper: 3 }).classify([speechOf("even")]);
        if (outcome?.kind !== "classified") throw new Error("expected an answer");
        const [one, other] = [audioAnswer(hubert, 1).valence, audioAnswer(whisper, 1).valence];
        for (const label of ["positive", "neutral", "negative"] as const) expect(outcome.sentiment.scores[label]).toBeCloseTo((one[label] + 3 * other[label]) / 4, 9);
      }
    }
  });
});
