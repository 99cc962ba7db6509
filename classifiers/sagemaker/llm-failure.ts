import { failureOfSdkError } from "../calling/sdk-failure.ts";
import type { ClassificationFailure } from "../text-classifier.ts";

/** SageMaker's answer with HTTP 424 when the container failed: what the container said is inside. */
interface ContainerError {
  name?: string;
  OriginalStatusCode?: number;
  OriginalMessage?: string;
}

/** Containers say in their own words that prompt and answer do not fit; vLLM with 400, TGI with 422. */
const TOO_LONG = /context length|max_new_tokens.{0,40}<=|must have less than \d+ tokens|too (long|many tokens)|prompt.{0,40}exceeds/iu;
const NO_SYSTEM_ROLE = /roles must alternate|system role|role .{0,20}system|only user and assistant roles/iu;

export function failureOfLlmEndpoint(error: unknown): ClassificationFailure {
  const { name, OriginalStatusCode, OriginalMessage = "" } = error as ContainerError;
  if (name === "ModelError" && TOO_LONG.test(OriginalMessage)) return { code: "too_long", retryable: false, reason: `the input is too long for the model (container's status ${OriginalStatusCode ?? "unknown"})` };
  const failure = failureOfSdkError(error);
  const inside = OriginalStatusCode === undefined ? "" : `, container's status ${OriginalStatusCode}`;
  return { ...failure, reason: `${failure.reason}${inside}` };
}

/** Whether the container's chat template refused the system role. */
export function refusesSystemRole(error: unknown): boolean {
  const { name, OriginalMessage = "" } = error as ContainerError;
  return name === "ModelError" && NO_SYSTEM_ROLE.test(OriginalMessage);
}
