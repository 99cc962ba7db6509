import type { ModelManifest } from "../core/contracts/model-folder.ts";
import type { AudioLimits, ChildTimings, Question } from "./child-messages.ts";
import { type AnswerWithoutTimings, asProbabilities, combineWindows, type HeardWindow } from "./combine-windows.ts";
import { decodeBody } from "./decode-body.ts";
import type { GraphSession } from "./inference-session.ts";
import { RequestProblem } from "./request-problem.ts";
import { type AudioWindow, WindowCutter } from "./window-cutter.ts";

export interface Heard {
  answer: AnswerWithoutTimings;
  timings: ChildTimings;
}

/**
 * The model's answer to one body, window by window as it is decoded, so that memory does not grow with the length of a recording.
 * @throws RequestProblem and AudioRefusedError.
 */
export async function hearAudio(manifest: ModelManifest, session: GraphSession, question: Question, limits: AudioLimits): Promise<Heard> {
  const started = performance.now();
  const rate = manifest.samplingRate;
  const cutter = new WindowCutter(Math.round(manifest.windowSeconds * rate), Math.round(manifest.hopSeconds * rate));
  const windows: HeardWindow[] = [];
  let inferenceMs = 0;
  const hear = async (window: AudioWindow): Promise<void> => {
    const began = performance.now();
    const output = await session.run(window.samples);
    inferenceMs += performance.now() - began;
    if (output.length !== manifest.labels.length) throw new RequestProblem("model_misbehaved", `The graph gave ${output.length} numbers for the ${manifest.labels.length} labels of model.json.`);
    const { startSample, endSample, added } = window;
    windows.push({ startSample, endSample, added, probabilities: asProbabilities(output) });
  };
  for await (const samples of decodeBody(question, limits)) for (const window of cutter.push(samples)) await hear(window);
  if (cutter.totalSamples < manifest.minimumSeconds * rate) {
    throw new RequestProblem("audio_too_short", `The audio has ${(cutter.totalSamples / rate).toFixed(3)} s; ${manifest.name} needs at least ${manifest.minimumSeconds} s.`);
  }
  for (const window of cutter.end()) await hear(window);
  const answer = combineWindows(manifest, windows);
  return { answer, timings: { decodeMs: performance.now() - started - inferenceMs, inferenceMs } };
}
