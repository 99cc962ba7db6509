import { failureOfSdkError } from "../calling/sdk-failure.ts";
import type { ClassificationFailure } from "../text-classifier.ts";

interface ModelError {
  name?: string;
  OriginalStatusCode?: number;
  LogStreamArn?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * What an error of InvokeEndpoint says about the texts sent. What the container wrote may quote them and is not repeated: its log
 * stream is named instead.
 */
export function failureOfEncoderError(error: unknown): ClassificationFailure {
  const { name, OriginalStatusCode: status, LogStreamArn, $metadata } = (error ?? {}) as ModelError;
  if (name !== "ModelError") {
    const failure = failureOfSdkError(error);
    return $metadata?.httpStatusCode === 413 ? { ...failure, code: "too_long", retryable: false } : failure;
  }
  const log = LogStreamArn === undefined || LogStreamArn === "" ? "its log in CloudWatch" : LogStreamArn;
  // SageMaker gives 0 when the container did not answer within 60 seconds.
  if (status === 0) return { code: "timed_out", retryable: true, reason: `the container did not answer; why: ${log}` };
  const failure = failureOfSdkError(error);
  const reason = `the container answered ${status ?? "an error"}; why: ${log}`;
  return status === 413 ? { code: "too_long", retryable: false, reason } : { ...failure, reason };
}
