import type { AudioRefusalCode } from "../core/contracts/audio-refusal.ts";

/** Codes of the server's own, beside those of refused audio. */
export type ServerProblemCode =
  | "audio_too_short"
  | "body_malformed"
  | "body_too_large"
  | "body_too_slow"
  | "model_misbehaved"
  | "overloaded"
  | "stopping"
  | "time_limit"
  | "unknown_path"
  | "worker_died"
  | "wrong_content_type"
  | "wrong_method";
export type ProblemCode = AudioRefusalCode | ServerProblemCode;

const STATUS: Readonly<Record<ProblemCode, number>> = {
  audio_empty: 400,
  audio_lying_header: 400,
  audio_truncated: 400,
  audio_corrupt: 400,
  audio_too_short: 400,
  body_malformed: 400,
  unknown_path: 404,
  wrong_method: 405,
  body_too_slow: 408,
  audio_too_large: 413,
  body_too_large: 413,
  wrong_content_type: 415,
  // Sound audio that this server does not hear.
  audio_unknown_codec: 422,
  audio_unsupported: 422,
  audio_silent: 422,
  audio_too_long: 422,
  audio_missing: 422,
  audio_not_allowed: 422,
  model_misbehaved: 500,
  worker_died: 500,
  overloaded: 503,
  stopping: 503,
  time_limit: 504,
};

/** Why a request gets no answer; its code decides the status. Made in the children as well as in the server. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** Nobody waits for the answer any more. */
export class CallerGoneError extends Error {
  override readonly name = "CallerGoneError";
}
