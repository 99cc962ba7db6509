import type { Stack } from "aws-cdk-lib";

/** How the names of a stage's jobs at Amazon Transcribe begin; recordings' identities make the rest. */
export function jobPrefix(stage: string): string {
  return `valence-${stage}-`;
}

/** The ARNs of all jobs of a stage, with a wildcard. */
export function jobArns(stage: string, stack: Stack): string {
  return stack.formatArn({ service: "transcribe", resource: "transcription-job", resourceName: `${jobPrefix(stage)}*` });
}
