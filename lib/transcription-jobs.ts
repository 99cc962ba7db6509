import type { Stack } from "aws-cdk-lib";

/**
 * How the names of a stage's jobs at Amazon Transcribe begin; recordings' identities make the rest. It ends in a dot, which no stage's name holds: the
 * jobs of a stage `dev-eu` in the same account are none of `dev`.
 */
export function jobPrefix(stage: string): string {
  return `valence-${stage}.`;
}

/** The ARNs of all jobs of a stage, with a wildcard. */
export function jobArns(stage: string, stack: Stack): string {
  return stack.formatArn({ service: "transcribe", resource: "transcription-job", resourceName: `${jobPrefix(stage)}*` });
}
