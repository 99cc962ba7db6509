import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { TranscriptMessageSchema } from "../../core/transcripts/transcript-message.ts";
import { describeError, logger, publishCounts } from "../shared/observability.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { writeRejected } from "../shared/write-rejected.ts";
import { routeFile } from "./route-file.ts";
import { settleJob } from "./settle-job.ts";
import type { Stage } from "./stage.ts";
import type { Verdict } from "./verdict.ts";

/** One message after the other: a transcript of hours is megabytes, and one at a time is enough memory. */
export async function routeMessages(records: readonly SQSRecord[], stage: Stage): Promise<SQSBatchResponse> {
  const { environment, signal } = stage;
  const verdicts: Verdict[] = [];
  for (const record of records) verdicts.push(await routeMessage(record, stage));

  const again = await writeRejected(verdicts, environment.REJECTS_BUCKET, signal);
  const failed = [...again.keys()];
  report(verdicts, failed.length);
  if (failed.length > 0) {
    logger.error("Some transcripts go back to the queue.", {
      failed: failed.length,
      received: verdicts.length,
      firstMessageId: failed[0]?.messageId,
      reasons: [...new Set(again.values())].slice(0, 5),
    });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function routeMessage(record: SQSRecord, stage: Stage): Promise<Verdict> {
  const { messageId } = record;
  const read = readJob(TranscriptMessageSchema, record.body);
  if (!read.ok) return { messageId, kind: "reject", reject: rejectOf(record, "invalid_job", read.detail, stage.environment.POWERTOOLS_SERVICE_NAME) };
  try {
    stage.signal.throwIfAborted();
    return { messageId, ...(read.job.kind === "job" ? await settleJob(record, read.job, stage) : await routeFile(record, read.job.event, stage)) };
  } catch (error) {
    return { messageId, kind: "again", reason: describeError(error) };
  }
}

function report(verdicts: readonly Verdict[], failed: number): void {
  const count = (kind: Verdict["kind"]): number => verdicts.filter((verdict) => verdict.kind === kind).length;
  const routed = verdicts.flatMap((verdict) => (verdict.kind === "routed" ? [verdict.utterances] : []));
  publishCounts({
    MessagesReceived: verdicts.length,
    MessagesFailed: failed,
    MessagesSkipped: count("skipped"),
    TranscriptsRouted: routed.length,
    TranscriptsEmpty: routed.filter(({ empty, passedOver, queued }) => queued + empty + passedOver === 0).length,
    TranscriptsRepeated: count("repeated"),
    TranscriptsAwaited: count("running"),
    JobsQueued: sum(routed.map(({ queued }) => queued)),
    UtterancesEmpty: sum(routed.map(({ empty }) => empty)),
    UtterancesPassedOver: sum(routed.map(({ passedOver }) => passedOver)),
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
