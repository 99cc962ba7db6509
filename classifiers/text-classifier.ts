import type { Cost, Flag, ModelIdentity, Sentiment } from "../core/contracts/sentiment-result.ts";

export interface TextToClassify {
  /** What the model reads: normalised, personal data already redacted. */
  text: string;
  /** A BCP 47 tag, `und` when unknown. */
  language: string;
}

export interface Classified {
  ok: true;
  sentiment: Sentiment;
  /** Who answered: in a chain or a cascade not always the same. */
  model: ModelIdentity;
  flags: readonly Flag[];
  /** Of everyone who was asked about this text, the answerer or not. */
  cost: Cost;
  /** This text's share of the calls' durations, in milliseconds. */
  modelMs: number;
  /** In how many parts a long text was classified; absent when whole. */
  parts?: number;
}

export interface Unclassified {
  ok: false;
  failure: ClassificationFailure;
  /** What the attempts cost all the same. */
  cost?: Cost;
}

export type TextClassification = Classified | Unclassified;

/**
 * Why a text has no answer. What is wrong with the service: `throttled`, `unavailable` (5xx, connection), `timed_out`, `denied`
 * (permission, model access, wrong request), `circuit_open` (not asked, because it failed so often just now). What is wrong with the answer:
 * `malformed`, `cut_off` (the token limit), `unanswered` (left out or repeated). What the model will not do: `refused`, `blocked` (a
 * guardrail), `unsupported_language`, `too_long`.
 */
export type FailureCode =
  | "throttled"
  | "unavailable"
  | "timed_out"
  | "denied"
  | "circuit_open"
  | "malformed"
  | "cut_off"
  | "unanswered"
  | "refused"
  | "blocked"
  | "unsupported_language"
  | "too_long";

/** `retryable`: the same text may pass later (throttling, time-out). Otherwise it never will. */
export interface ClassificationFailure {
  code: FailureCode;
  retryable: boolean;
  /** One line for a person; never the text itself. */
  reason: string;
}

/** The port every text model stands behind: one adapter folder a model family. */
export interface TextClassifier {
  /**
   * Who is configured to answer. Result ids are made from it, not from who answered in the end: a job that is delivered twice
   * and falls back only once is still one row.
   */
  readonly model: ModelIdentity;
  /**
   * One outcome a text, in the order given. Throws only when no text could be tried at all.
   * @param signal when aborted, what is unanswered fails as `timed_out`, retryable.
   */
  classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]>;
}
