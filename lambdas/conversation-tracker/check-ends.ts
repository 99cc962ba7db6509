import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { inLanes } from "../../classifiers/calling/in-lanes.ts";
import { ConversationEndSchema, secondsUntilEnd } from "../../core/conversation/conversation-end.ts";
import { decideEnd } from "../../core/conversation/round.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { ConversationChangedError } from "./journal.ts";
import type { Stage } from "./stage.ts";
import { MAX_ROUNDS, sendReminder, sendRows } from "./track-conversation.ts";

const CONVERSATIONS_AT_ONCE = 8;

/** `nothing`: it has ended already, or nobody knows of it. */
type Verdict = { messageId: string } & ({ kind: "ended" | "waits" | "nothing" | "rejected" } | { kind: "again"; reason: string });

/** Looks after conversations that may be over. Reports exactly the messages to see again. */
export async function checkEnds(records: readonly SQSRecord[], stage: Stage): Promise<SQSBatchResponse> {
  const verdicts = await inLanes(records, CONVERSATIONS_AT_ONCE, (record) => checkOne(record, stage));
  const failed = verdicts.filter((verdict) => verdict.kind === "again");
  publishCounts({ ConversationsEnded: verdicts.filter(({ kind }) => kind === "ended").length });
  publishRejects(verdicts.flatMap(({ kind }) => (kind === "rejected" ? (["invalid_job"] as const) : [])));
  if (failed.length > 0) {
    logger.error("Some conversations are to be looked at again.", { failed: failed.length, received: verdicts.length, reasons: [...new Set(failed.map(({ reason }) => reason))].slice(0, 5) });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function checkOne(record: SQSRecord, stage: Stage): Promise<Verdict> {
  const { messageId } = record;
  const { environment, signal } = stage;
  try {
    const read = readJob(ConversationEndSchema, record.body);
    if (!read.ok) {
      const [unwritten] = (await writeRejects(environment.REJECTS_BUCKET, [rejectOf(record, "invalid_job", read.detail, environment.POWERTOOLS_SERVICE_NAME)], signal)).values();
      if (unwritten !== undefined) throw new Error(`the reject is not in its bucket: ${unwritten}`);
      return { messageId, kind: "rejected" };
    }
    const { conversationId } = read.job;
    const ending = await endConversation(conversationId, stage);
    if (typeof ending === "string") return { messageId, kind: ending };
    await sendReminder(read.job, ending.seconds, stage);
    return { messageId, kind: "waits" };
  } catch (error) {
    return { messageId, kind: "again", reason: describeError(error) };
  }
}

/**
 * Ends a conversation that was quiet for long enough: an item that says so, then its rows without `running`. In this order, because a result that
 * comes meanwhile may be older than now, and its rows would be of a lower revision than those of an end that never was.
 *
 * @returns or in how many seconds it may be over.
 */
async function endConversation(conversationId: string, stage: Stage): Promise<"ended" | "nothing" | { seconds: number }> {
  const { conversations, environment, signal } = stage;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const loaded = await conversations.load(conversationId, true, signal);
    const { state } = loaded;
    if (state.version === 0) return "nothing";
    if (state.hasEnded) {
      // Whoever wrote it may not have come to say it.
      await sendRows(loaded.conversation.speakers.map(({ row }) => ({ ...row, revision: state.revision })), stage);
      return "nothing";
    }
    const now = Date.now();
    const seconds = secondsUntilEnd(state.learntAt, now, environment.CONVERSATION_SETTINGS.quietSeconds);
    if (seconds !== undefined) return { seconds };
    const { conversation, learnt, revision, rows } = decideEnd({ ...state, conversation: loaded.conversation }, now, conversations.rulesOf(conversationId));
    try {
      await conversations.append(conversationId, loaded, { learnt, revision, learntAt: state.learntAt, hasEnded: true, fired: state.fired }, conversation, signal);
    } catch (error) {
      if (!(error instanceof ConversationChangedError)) throw error;
      continue;
    }
    await sendRows(rows, stage);
    return "ended";
  }
  throw new Error(`the conversation changed under each of ${MAX_ROUNDS} rounds`);
}
