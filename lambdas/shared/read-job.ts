import type { SQSRecord } from "aws-lambda";
import type * as z from "zod";
import { REJECT_VERSION, type Reject, type RejectReason } from "../../core/contracts/reject.ts";

/** How much of a list of problems a reject keeps. */
const MAX_PROBLEMS = 5;
const MAX_DETAIL_CHARACTERS = 500;

export type ReadJob<Job> = { ok: true; job: Job } | { ok: false; detail: string };

/** Parses a message's body. The detail names paths and rules, never what stood there: it may be a customer's words. */
export function readJob<Job>(schema: z.ZodType<Job>, body: string): ReadJob<Job> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's own message quotes the body.
    return { ok: false, detail: "the message body is not JSON" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, job: parsed.data };
  const problems = parsed.error.issues.slice(0, MAX_PROBLEMS).map((issue) => `${issue.path.join(".") || "job"}: ${issue.message}`);
  const more = parsed.error.issues.length - problems.length;
  return { ok: false, detail: `${problems.join("; ")}${more > 0 ? `; and ${more} more` : ""}`.slice(0, MAX_DETAIL_CHARACTERS) };
}

/** The reject of an SQS message. */
export function rejectOf(record: SQSRecord, reason: RejectReason, detail: string, rejectedBy: string): Reject {
  return {
    schema: REJECT_VERSION,
    reason,
    detail,
    rejectedBy,
    source: {
      kind: "sqs",
      queueArn: record.eventSourceARN,
      messageId: record.messageId,
      sentAt: new Date(Number(record.attributes.SentTimestamp)).toISOString(),
    },
    record: Buffer.from(record.body).toString("base64"),
  };
}
