/**
 * The names under which the stacks publish what a person or the CLI needs to reach a deployment: CloudFormation
 * outputs, the same in an account and on one machine. `lib/` writes them, `cli/` reads them.
 */
export const DEPLOYMENT_OUTPUTS = [
  "TextStreamName",
  "ResultsStreamName",
  "LakeBucketName",
  "RejectsBucketName",
  "TextJobsQueueUrl",
  "TextJobsDeadLetterQueueUrl",
  "WarehouseWorkgroupName",
  "WarehouseDatabase",
  "WarehouseAdminSecretArn",
] as const;

/** Those of a stage with a voice road (`audio` in its configuration), beside the others. */
export const AUDIO_DEPLOYMENT_OUTPUTS = [
  "AudioStreamName",
  "RecordingsBucketName",
  "AudioBucketName",
  "RecordingsQueueUrl",
  "RecordingsDeadLetterQueueUrl",
  "QuietChecksQueueUrl",
  "QuietChecksDeadLetterQueueUrl",
  "AudioJobsQueueUrl",
  "AudioJobsDeadLetterQueueUrl",
  "TranscriptionsQueueUrl",
  "TranscriptionsDeadLetterQueueUrl",
  "TranscriptsQueueUrl",
  "TranscriptsDeadLetterQueueUrl",
] as const;

/** Those of a stage that tracks conversations (`conversations` in its configuration). */
export const CONVERSATION_DEPLOYMENT_OUTPUTS = [
  "ConversationsTableName",
  "ConversationEndsQueueUrl",
  "ConversationEndsDeadLetterQueueUrl",
  "AlertsBusName",
  "AlertsTopicArn",
  "AlertsDeadLetterQueueUrl",
] as const;

/** Those of a stage that makes tasks of alerts at Amazon Connect. */
export const CONNECT_DEPLOYMENT_OUTPUTS = ["ConnectAlertsQueueUrl", "ConnectAlertsDeadLetterQueueUrl"] as const;

export type DeploymentOutput =
  | (typeof DEPLOYMENT_OUTPUTS)[number]
  | (typeof AUDIO_DEPLOYMENT_OUTPUTS)[number]
  | (typeof CONVERSATION_DEPLOYMENT_OUTPUTS)[number]
  | (typeof CONNECT_DEPLOYMENT_OUTPUTS)[number];

/** Every stack of a stage starts with this, e.g. `valence-dev-data`. */
export function stackNamePrefix(stage: string): string {
  return `valence-${stage}-`;
}
