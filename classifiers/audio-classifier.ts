import type { AudioRefusalCode } from "../core/contracts/audio-refusal.ts";
import type { Cost, Emotions, Flag, ModelIdentity, Sentiment } from "../core/contracts/sentiment-result.ts";
import type { ClassificationFailure } from "./text-classifier.ts";

/** Where a stretch of speech lies in S3. */
export interface StoredSpeech {
  bucket: string;
  key: string;
  /** Which speech: where other speech may lie under the same key later, what was said of this must not be taken for that. */
  version?: string;
}

/** One stretch of speech of one voice. */
export interface SpeechToClassify {
  /**
   * WAV, 16 kHz, mono, PCM of 16 bits; read when an endpoint needs it.
   * @throws AudioRefusedError for speech that can never be read; whatever else it throws is retryable.
   */
  wav(): Promise<Uint8Array>;
  durationMs: number;
  /** Absent for speech that lies nowhere: nothing is kept of its answers, and asynchronous endpoints cannot hear it. */
  stored?: StoredSpeech;
  /** It may have answers, or requests under way, from an earlier time. */
  askedBefore: boolean;
}

/** What asking did in this call. */
interface Asked {
  /** Paid in this call, answered or not. What was kept from an earlier one is not paid again. */
  spentUsd: number;
  /** How many answers and requests this call added to those that are kept: above 0, the next call goes further. */
  progress: number;
}

export interface AudioClassified extends Asked {
  kind: "classified";
  sentiment: Sentiment;
  /** The models' own labels; absent where members of an ensemble have different ones. */
  emotions?: Emotions;
  /** Who answered. */
  model: ModelIdentity;
  flags: readonly Flag[];
  /** What the answer cost, now or when it was given. */
  cost: Cost;
  modelMs: number;
}

/** An asynchronous endpoint has the speech and has not answered yet; ISO 8601, when the oldest request was made. */
export interface AudioPending extends Asked {
  kind: "pending";
  since: string;
}

export interface AudioUnclassified extends Asked {
  kind: "failed";
  failure: AudioFailure;
}

export interface AudioFailure extends ClassificationFailure {
  /** What is wrong with the audio itself. */
  refusal?: AudioRefusalCode;
}

export type AudioClassification = AudioClassified | AudioPending | AudioUnclassified;

/** The port every model of voices stands behind. */
export interface AudioClassifier {
  /** Who is configured to answer; result ids are made from it, not from who answered in the end. */
  readonly model: ModelIdentity;
  /**
   * One outcome a stretch of speech, in the order given. Never throws.
   * @param signal when aborted, what is unanswered fails as `timed_out`, retryable.
   */
  classify(speech: readonly SpeechToClassify[], signal?: AbortSignal): Promise<readonly AudioClassification[]>;
}
