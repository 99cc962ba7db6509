import { sentimentOfScores } from "../core/classification/sentiment-of-scores.ts";
import type { AudioAnswer } from "../core/contracts/audio-answer.ts";
import { AUDIO_ANSWER_VERSION } from "../core/contracts/audio-answer.ts";
import type { ModelManifest } from "../core/contracts/model-folder.ts";
import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { RequestProblem } from "./request-problem.ts";

/** A window and what the graph gave for it, in the order of the manifest's labels. */
export interface HeardWindow {
  startSample: number;
  endSample: number;
  added: number;
  probabilities: readonly number[];
}

export type AnswerWithoutTimings = Omit<AudioAnswer, "timings">;

// Softmax in float32 over at most 64 labels is off by 1e-6; more is a graph that does not give probabilities.
const SUM_TOLERANCE = 1e-3;

/** The graph's raw output as probabilities that sum to 1. @throws RequestProblem model_misbehaved when it is not nearly that already. */
export function asProbabilities(output: ArrayLike<number>): number[] {
  const values = Array.from(output);
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.some((value) => !(value >= -SUM_TOLERANCE && value <= 1 + SUM_TOLERANCE)) || Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw new RequestProblem("model_misbehaved", `The model gave [${values.map((value) => value.toPrecision(4)).join(", ")}] for a window, which are no probabilities.`);
  }
  const clamped = values.map((value) => Math.min(1, Math.max(0, value)));
  const clampedSum = clamped.reduce((total, value) => total + value, 0);
  return clamped.map((value) => value / clampedSum);
}

/** The answer for the whole: the windows' mean, each weighted by the samples it added; valences renormalised without the dropped labels. */
export function combineWindows(manifest: ModelManifest, windows: readonly HeardWindow[]): AnswerWithoutTimings {
  const { name, version, family, labels, samplingRate, lowConfidenceBelow, scores } = manifest;
  const length = windows.reduce((total, { added }) => total + added, 0);
  const whole = labels.map((_, index) => windows.reduce((total, { added, probabilities }) => total + (added / length) * (probabilities[index] ?? 0), 0));
  const milliseconds = (samples: number): number => Math.round((samples * 1000) / samplingRate);
  const valence = valenceOf(manifest, whole);
  return {
    schema: AUDIO_ANSWER_VERSION,
    model: { name, version, family },
    durationMs: milliseconds(windows.at(-1)?.endSample ?? 0),
    probabilities: byLabel(manifest, whole),
    valence,
    lowConfidence: Math.max(...Object.values(valence)) < lowConfidenceBelow,
    scores,
    windows: windows.map(({ startSample, endSample, probabilities }) => ({
      startMs: milliseconds(startSample),
      endMs: milliseconds(endSample),
      probabilities: byLabel(manifest, probabilities),
      valence: valenceOf(manifest, probabilities),
    })),
  };
}

function valenceOf({ labels, scores }: ModelManifest, probabilities: readonly number[]): Record<SentimentLabel, number> {
  const weights = { positive: 0, neutral: 0, negative: 0 };
  for (const [index, { valence }] of labels.entries()) if (valence !== null) weights[valence] += probabilities[index] ?? 0;
  return sentimentOfScores(weights, scores).scores;
}

function byLabel({ labels }: ModelManifest, probabilities: readonly number[]): Record<string, number> {
  // A weighted mean of ones may come out a hair above 1.
  return Object.fromEntries(labels.map(({ name }, index) => [name, Math.min(1, probabilities[index] ?? 0)]));
}
