import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { inLanes } from "../../classifiers/calling/in-lanes.ts";
import { QuietCheckSchema } from "../../core/audio/live/quiet-check.ts";
import type { RejectReason } from "../../core/contracts/reject.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { endConversation, type Ending } from "./end-conversation.ts";
import type { Stage } from "./stage.ts";

/** Putting a long conversation together needs memory for what is read ahead. */
const CONVERSATIONS_AT_ONCE = 2;

type Verdict = { messageId: string } & ({ kind: "looked"; ending: Ending } | { kind: "rejected"; reason: RejectReason } | { kind: "again"; reason: string });

/** Looks after conversations that may be over. Reports exactly the messages to see again. */
export async function checkQuiet(records: readonly SQSRecord[], stage: Stage): Promise<SQSBatchResponse> {
  const verdicts = await inLanes(records, CONVERSATIONS_AT_ONCE, (record) => checkOne(record, stage));
  const endings = verdicts.flatMap((verdict) => (verdict.kind === "looked" ? [verdict.ending] : []));
  const failed = verdicts.filter((verdict) => verdict.kind === "again");
  publishCounts({
    ConversationsEnded: endings.filter(({ kind }) => kind === "ended" || kind === "refused").length,
    RecordingsForTranscription: endings.filter((ending) => ending.kind === "ended" && ending.isTranscribed).length,
    JobsQueued: endings.reduce((sum, ending) => sum + (ending.kind === "ended" ? ending.jobs : 0), 0),
  });
  publishRejects([
    ...verdicts.flatMap((verdict) => (verdict.kind === "rejected" ? [verdict.reason] : [])),
    ...endings.flatMap((ending) => (ending.kind === "refused" ? [ending.refusal.code] : [])),
  ]);
  if (failed.length > 0) {
    logger.error("Some conversations are to be looked at again.", { failed: failed.length, received: verdicts.length, reasons: [...new Set(failed.map(({ reason }) => reason))].slice(0, 5) });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function checkOne(record: SQSRecord, stage: Stage): Promise<Verdict> {
  const { messageId } = record;
  const { environment, sessions, signal } = stage;
  const writeReject = async (reason: RejectReason, detail: string): Promise<void> => {
    const [unwritten] = (await writeRejects(environment.REJECTS_BUCKET, [rejectOf(record, reason, detail, environment.POWERTOOLS_SERVICE_NAME)], signal)).values();
    if (unwritten !== undefined) throw new Error(`the reject is not in its bucket: ${unwritten}`);
  };
  try {
    const read = readJob(QuietCheckSchema, record.body);
    if (!read.ok) {
      await writeReject("invalid_job", read.detail);
      return { messageId, kind: "rejected", reason: "invalid_job" };
    }
    const { conversationId } = read.job;
    const ending = await endConversation(conversationId, ({ code, message }) => writeReject(code, message), stage).finally(() => {
      sessions.forget(conversationId);
    });
    if (ending.kind === "wait") await sendAll(environment.QUIET_CHECKS_QUEUE_URL, [jobMessage(read.job, ending.seconds)], signal);
    return { messageId, kind: "looked", ending };
  } catch (error) {
    return { messageId, kind: "again", reason: describeError(error) };
  }
}
