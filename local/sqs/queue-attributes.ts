import { ServiceError } from "../service.ts";
import { MAX_MESSAGE_BYTES } from "./message-limits.ts";
import type { SqsEngine } from "./sqs-engine.ts";

/** The attributes asked for, `All` for every one that applies; values are text, as in the service. */
export function describeQueue(engine: SqsEngine, name: string, asked: readonly string[]): Record<string, string> {
  const queue = engine.describe(name);
  const stats = engine.stats(name);
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(stats.visible),
    ApproximateNumberOfMessagesNotVisible: String(stats.inFlight),
    ApproximateNumberOfMessagesDelayed: String(stats.delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds ?? 0),
    ReceiveMessageWaitTimeSeconds: "0",
    MaximumMessageSize: String(MAX_MESSAGE_BYTES),
    ...(queue.redrive === undefined ? {} : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queue.redrive.deadLetterQueueArn, maxReceiveCount: queue.redrive.maxReceiveCount }) }),
    ...(queue.kmsKeyArn === undefined ? { SqsManagedSseEnabled: "true" } : { KmsMasterKeyId: queue.kmsKeyArn, SqsManagedSseEnabled: "false" }),
  };
  if (asked.includes("All")) return all;
  const unknown = asked.find((attribute) => !(attribute in all) && !["RedrivePolicy", "KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "KmsDataKeyReusePeriodSeconds"].includes(attribute));
  if (unknown !== undefined) throw new ServiceError("InvalidAttributeName", `Unknown Attribute ${unknown.slice(0, 80)}. There are: ${Object.keys(all).join(", ")}.`);
  return Object.fromEntries(Object.entries(all).filter(([attribute]) => asked.includes(attribute)));
}
