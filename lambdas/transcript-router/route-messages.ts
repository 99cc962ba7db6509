import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { TranscriptMessageSchema } from "../../core/transcripts/transcript-message.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { routeFile } from "./route-file.ts";
import { settleJob } from "./settle-job.ts";
import type { Stage } from "./stage.ts";
import type { Verdict } from "./verdict.ts";

/** One message after the other: a transcript of hours is megabytes, and one at a time is enough memory. */
export async function routeMessages(records: readonly SQSRecord[], stage: Stage): Promise<SQSBatchResponse> {
  const { environment, signal } = stage;
  const verdicts: Verdict[] = [];
  for (const record of records) verdicts.push(await routeMessage(record, stage));

  const rejects = verdicts.flatMap((verdict) => (verdict.kind === "reject" ? [verdict.reject] : []));
  const unwritten = await writeRejects(environment.REJECTS_BUCKET, rejects, signal);
  const failureOf = (verdict: Verdict): string | undefined => {
    if (verdict.kind === "again") return verdict.reason;
    return verdict.kind === "reject" ? unwritten.get(verdict.reject) : undefined;
  };
  const failed = verdicts.filter((verdict) => failureOf(verdict) !== undefined);
  report(verdicts, failed.length);
  publishRejects(rejects.filter((reject) => !unwritten.has(reject)).map(({ reason }) => reason));
  if (failed.length > 0) {
    logger.error("Some transcripts go back to the queue.", {
      failed: failed.length,
      received: verdicts.length,
      firstMessageId: failed[0]?.messageId,
      reasons: [...new Set(failed.map(failureOf))].slice(0, 5),
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
