import type { AudioClassifierSpecification } from "../core/classification/audio-specification.ts";
import type { AudioClassifier } from "./audio-classifier.ts";
import { type Instrument, uninstrumented } from "./calling/instrument.ts";
import { AsyncAudioEndpoint } from "./sagemaker/audio-async-endpoint.ts";
import { AtOnceAudioEndpoint, AUDIO_CALL_LIMITS } from "./sagemaker/audio-endpoint.ts";
import { AudioEnsemble } from "./sagemaker/audio-ensemble.ts";
import type { KeptAnswers } from "./sagemaker/audio-opinion.ts";
import { lazyRuntime } from "./sagemaker/sagemaker-runtime.ts";

export interface AudioClassifierOptions {
  /** What the SDK client goes through before its first call. */
  instrument?: Instrument;
  /** Where answers are kept; without it every answer is asked for, and asynchronous endpoints cannot be used. */
  kept?: KeptAnswers;
}

/** The classifier a specification describes. @throws Error for asynchronous endpoints where nothing is kept. */
export function createAudioClassifier({ endpoints }: AudioClassifierSpecification, { instrument = uninstrumented, kept }: AudioClassifierOptions = {}): AudioClassifier {
  const runtime = lazyRuntime(instrument, AUDIO_CALL_LIMITS);
  const members = endpoints.map((endpoint) => {
    const { name, weight, answers } = endpoint;
    if (answers === "at-once") return { weight, endpoint: new AtOnceAudioEndpoint(endpoint, runtime, kept) };
    if (kept === undefined) throw new Error(`The endpoint ${name} answers later: give createAudioClassifier a place to keep where its answers will be.`);
    return { weight, endpoint: new AsyncAudioEndpoint(endpoint, runtime, kept) };
  });
  return new AudioEnsemble(members);
}
