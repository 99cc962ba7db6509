import { failureOfSdkError } from "../calling/sdk-failure.ts";
import type { ClassificationFailure } from "../text-classifier.ts";

const TOO_LONG = /too (long|many (input )?tokens|large)|context (length|window)|maximum.{0,40}tokens|exceeds?.{0,60}(token|length|limit)/iu;

/** Knows beyond any SDK error that a ValidationException may be about the length of the input: then fewer texts may pass. */
export function failureOfConverse(error: unknown): ClassificationFailure {
  const { name, message = "" } = error as { name?: string; message?: string };
  if (name === "ValidationException" && TOO_LONG.test(message)) return { code: "too_long", retryable: false, reason: "the input is too long for the model" };
  return failureOfSdkError(error);
}
