import { AUDIO_REFUSALS, type AudioRefusalCode, type AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
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
  return refusedBy(status, OriginalMessage, failure);
}

/**
 * What SageMaker wrote to an asynchronous endpoint's failure location. Its form is documented nowhere; it repeats the container's status
 * ("Received client error (400) from primary with message …") and answer as a synchronous call's error does.
 */
export function failureOfAsyncAnswer(text: string): AudioFailure {
  const status = Number(/error \((\d{3})\)/u.exec(text)?.[1] ?? 0);
  const reason = `the asynchronous endpoint failed${status === 0 ? "" : `: the container answered ${status}`}; its log in CloudWatch says why`;
  if (status === 413) return refusedBy(status, text, { code: "too_long", retryable: false, reason });
  return refusedBy(status, text, { code: "unavailable", retryable: true, reason });
}

/** What reading the speech itself threw. */
export function failureOfRefusedAudio({ code, message }: AudioRefusedError): AudioFailure {
  return { code: "refused", retryable: false, refusal: code, reason: message };
}

/** The model server names what is wrong with audio by one of our codes; the rest of what it says is not repeated. */
function refusedBy(status: number, message: string, failure: AudioFailure): AudioFailure {
  if (status < 400 || status > 499) return failure;
  const refusal = /\baudio_[a-z_]+/u.exec(message)?.[0];
  if (refusal === undefined || !isRefusal(refusal)) return failure;
  return { code: failure.code === "too_long" ? "too_long" : "refused", retryable: false, refusal, reason: `${failure.reason} (${refusal})` };
}

function isRefusal(code: string): code is AudioRefusalCode {
  return (AUDIO_REFUSALS as readonly string[]).includes(code);
}
