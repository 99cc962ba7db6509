import { AUDIO_REFUSALS, type AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import type { AudioFailure } from "../audio-classifier.ts";
import { failureOfEncoderError } from "./encoder-failures.ts";
import { MalformedAnswerError } from "./audio-opinion.ts";

interface ModelError {
  name?: string;
  OriginalStatusCode?: number;
  OriginalMessage?: string;
}

/** What an error of an endpoint's call says about the speech: what is wrong with the audio itself never passes. */
export function failureOfAudioError(error: unknown): AudioFailure {
  if (error instanceof MalformedAnswerError) return { code: "malformed", retryable: true, reason: error.message };
  const failure = failureOfEncoderError(error);
  const { name, OriginalStatusCode: status = 0, OriginalMessage = "" } = (error ?? {}) as ModelError;
  if (name !== "ModelError") return failure;
  // The model server's queue is full: fewer calls at a time are the remedy, as for a throttling.
  if (status === 503) return { ...failure, code: "throttled" };
  return status >= 400 && status < 500 ? named(failure, OriginalMessage) : failure;
}

/** Statuses of a container that say nothing about the speech. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 429]);

/**
 * What SageMaker wrote to an asynchronous endpoint's failure location. Its form is documented nowhere: either the container's answer as it was, or
 * the sentence of a synchronous call's error ("Received client error (400) from primary with message …") around it.
 */
export function failureOfAsyncAnswer(text: string): AudioFailure {
  const status = Number(/error \((\d{3})\)/u.exec(text)?.[1] ?? 0);
  const reason = `the asynchronous endpoint failed${status === 0 ? "" : `: its container answered ${status}`}; why: its log in CloudWatch`;
  if (status >= 500 || PASSING_STATUSES.has(status)) return { code: "unavailable", retryable: true, reason };
  if (status === 0) return named({ code: "unavailable", retryable: true, reason }, text);
  return named({ code: status === 413 ? "too_long" : "denied", retryable: false, reason }, text);
}

/** What reading the speech itself threw. */
export function failureOfRefusedAudio({ code, message }: AudioRefusedError): AudioFailure {
  return { code: "refused", retryable: false, refusal: code, reason: message };
}

/** The model server names what is wrong with audio by a code, mostly one of ours; the rest of what it says is not repeated. */
function named(failure: AudioFailure, said: string): AudioFailure {
  const named = /\baudio_[a-z]+(?:_[a-z]+)*/u.exec(said)?.[0];
  if (named === undefined) return failure;
  const refusal = AUDIO_REFUSALS.find((code) => code === named);
  return { code: failure.code === "too_long" ? "too_long" : "refused", retryable: false, ...(refusal !== undefined && { refusal }), reason: `${failure.reason} (${named.slice(0, 64)})` };
}
