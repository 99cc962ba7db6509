import * as z from "zod";
import { AUDIO_REFUSALS } from "./audio-refusal.ts";
import { TimestampSchema } from "./identity.ts";

export const REJECT_VERSION = "valence.reject/1";

/** Why a record could not be processed. Each code has an entry in docs/runbook.md. */
export const RejectReasonSchema = z.enum([
  "not_utf8",
  "not_json",
  "unsupported_version",
  "invalid_record",
  "empty_text",
  "text_too_long",
  "invalid_job",
  "classification_failed",
  "transcription_failed",
  "transcription_unknown",
  "invalid_transcript",
  "invalid_result",
  "conversation_full",
  ...AUDIO_REFUSALS,
]);
export type RejectReason = z.infer<typeof RejectReasonSchema>;

export const RejectSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("kinesis"),
    streamArn: z.string(),
    shardId: z.string(),
    sequenceNumber: z.string(),
    partitionKey: z.string(),
    arrivedAt: TimestampSchema,
  }),
  z.strictObject({ kind: z.literal("sqs"), queueArn: z.string(), messageId: z.string(), sentAt: TimestampSchema }),
]);
export type RejectSource = z.infer<typeof RejectSourceSchema>;

/** One refused record, whole: enough to see why, mend the cause and replay it. One S3 object each. */
export const RejectSchema = z.strictObject({
  schema: z.literal(REJECT_VERSION),
  reason: RejectReasonSchema,
  detail: z.string().describe("What is wrong, with the path and the offending value cut short; never the text itself."),
  rejectedBy: z.string(),
  source: RejectSourceSchema,
  record: z.base64().describe("The bytes as they arrived."),
});
export type Reject = z.infer<typeof RejectSchema>;

export const REJECTS_PREFIX = "rejects/";

/**
 * The S3 key of a reject. Deterministic, so that a batch that Lambda retries overwrites its rejects and
 * a record is never counted twice.
 */
export function rejectKey(reason: RejectReason, source: RejectSource): string {
  const [day, name] =
    source.kind === "kinesis"
      ? [source.arrivedAt.slice(0, 10), `${lastPart(source.streamArn, "/")}-${source.shardId}-${source.sequenceNumber}`]
      : [source.sentAt.slice(0, 10), `${lastPart(source.queueArn, ":")}-${source.messageId}`];
  return `${REJECTS_PREFIX}${reason}/${day}/${name}.json`;
}

function lastPart(arn: string, separator: string): string {
  return arn.slice(arn.lastIndexOf(separator) + 1);
}
