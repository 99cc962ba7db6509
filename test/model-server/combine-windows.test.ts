import { describe, expect, it } from "vitest";
import { AudioAnswerSchema } from "../../core/contracts/audio-answer.ts";
import type { ModelManifest } from "../../core/contracts/model-folder.ts";
import { asProbabilities, combineWindows } from "../../model-server/combine-windows.ts";

const manifest = {
  name: "tiny",
  version: "1",
  family: "test",
  samplingRate: 16_000,
  labels: [
    { name: "happy", valence: "positive" },
    { name: "calm", valence: "neutral" },
    { name: "neutral", valence: "neutral" },
    { name: "fear", valence: "negative" },
    { name: "surprise", valence: null },
  ],
  lowConfidenceBelow: 0.5,
  scores: "calibrated",
} as ModelManifest;

const FIRST = { startSample: 0, endSample: 32_000, added: 32_000, probabilities: [0.5, 0.1, 0.1, 0.1, 0.2] };
const SECOND = { startSample: 8000, endSample: 40_000, added: 8000, probabilities: [0, 0.1, 0.1, 0.8, 0] };

describe("combining windows", () => {
  it("weighs each by what it added, sums labels per valence, and leaves the dropped label out of the valence", () => {
    const answer = combineWindows(manifest, [FIRST, SECOND]);

    expect(answer.probabilities).toEqual({ happy: expect.closeTo(0.4, 9), calm: expect.closeTo(0.1, 9), neutral: expect.closeTo(0.1, 9), fear: expect.closeTo(0.24, 9), surprise: expect.closeTo(0.16, 9) });
    expect(answer.valence).toEqual({ positive: expect.closeTo(0.4 / 0.84, 9), neutral: expect.closeTo(0.2 / 0.84, 9), negative: expect.closeTo(0.24 / 0.84, 9) });
    expect(answer.windows.map(({ startMs, endMs, valence }) => [startMs, endMs, valence.positive])).toEqual([
      [0, 2000, expect.closeTo(0.5 / 0.8, 9)],
      [500, 2500, 0],
    ]);
    expect(answer.durationMs).toBe(2500);
    expect(AudioAnswerSchema.safeParse({ ...answer, timings: { queuedMs: 0, inferenceMs: 1 } }).error).toBeUndefined();
  });

  it("marks an answer whose best valence is below the manifest's limit, and no other", () => {
    expect(combineWindows(manifest, [FIRST, SECOND]).lowConfidence).toBe(true);
    expect(combineWindows(manifest, [FIRST]).lowConfidence).toBe(false);
  });

  it("does not choose where everything is dropped", () => {
    const { valence, lowConfidence } = combineWindows(manifest, [{ ...FIRST, probabilities: [0, 0, 0, 0, 1] }]);

    expect([valence, lowConfidence]).toEqual([{ positive: 1 / 3, neutral: 1 / 3, negative: 1 / 3 }, true]);
  });
});

describe("the graph's output", () => {
  it("becomes probabilities that sum to 1 when float32 left it a hair off", () => {
    expect(asProbabilities([1.000_000_1, -1e-8]).reduce((sum, value) => sum + value, 0)).toBe(1);
  });

  it.each([[[Number.NaN, 1]], [[0.7, 0.7]], [[2, -1]], [[Number.POSITIVE_INFINITY, 0]]])("is refused when it is %j", (output) => {
    expect(() => asProbabilities(output)).toThrow(expect.objectContaining({ code: "model_misbehaved" }));
  });
});
