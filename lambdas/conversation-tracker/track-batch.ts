import type { KinesisStreamBatchResponse, KinesisStreamRecord } from "aws-lambda";
import { inLanes } from "../../classifiers/calling/in-lanes.ts";
import { MOST_OPINIONS } from "../../core/conversation/conversation.ts";
import { rejectRecord } from "../shared/kinesis-record.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { type BatchOutcomes, byConversation, writeRejectsOf } from "../shared/stream-batch.ts";
import { planBatch, type Step } from "./plan-batch.ts";
import type { Stage } from "./stage.ts";
import { type Tracked, trackConversation } from "./track-conversation.ts";

/** Conversations followed at once: they wait for Kinesis and DynamoDB most of the time. */
const CONVERSATIONS_AT_ONCE = 32;

interface Outcomes extends BatchOutcomes<Step> {
  tracked: Tracked[];
}

/**
 * Handles a batch of the results stream. Reports exactly the records that could not be handled; Lambda delivers again from the lowest of them on,
 * and what went through behind it is then known.
 */
export async function trackBatch(records: readonly KinesisStreamRecord[], stage: Stage): Promise<KinesisStreamBatchResponse> {
  const { environment, signal } = stage;
  const steps = planBatch(records, environment.POWERTOOLS_SERVICE_NAME);
  const outcomes: Outcomes = { failures: new Map(), rejects: new Map(), tracked: [] };
  for (const step of steps) if (step.kind === "reject") outcomes.rejects.set(step, step.reject);
  await trackConversations(steps, outcomes, stage);

  await writeRejectsOf(outcomes, environment.REJECTS_BUCKET, signal);
  report(steps, outcomes);
  const failed = steps.filter((step) => outcomes.failures.has(step));
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.sequenceNumber })) };
}

/** All records of a conversation together, in the batch's order; different conversations side by side. */
async function trackConversations(steps: readonly Step[], outcomes: Outcomes, stage: Stage): Promise<void> {
  await inLanes(byConversation(steps.filter((step) => step.kind === "opinion")), CONVERSATIONS_AT_ONCE, async ([conversationId, its]) => {
    try {
      const tracked = await trackConversation(conversationId, its.map(({ arrived }) => arrived), stage);
      outcomes.tracked.push(tracked);
      const detail = `the conversation has ${MOST_OPINIONS} results of words and voice already, the most that it may have`;
      for (const step of its) if (tracked.refused.has(step.arrived.opinion)) outcomes.rejects.set(step, rejectRecord(step.record, "conversation_full", detail, stage.environment.POWERTOOLS_SERVICE_NAME));
    } catch (error) {
      for (const step of its) outcomes.failures.set(step, describeError(error));
    }
  });
}

/** Rejects and what is ignored count only before the first failure: Lambda delivers everything from there on again, and then they count. */
function report(steps: readonly Step[], { failures, rejects, tracked }: Outcomes): void {
  const firstFailed = steps.find((step) => failures.has(step));
  const settled = firstFailed === undefined ? steps : steps.slice(0, steps.indexOf(firstFailed));
  const sum = (read: (one: Tracked) => number): number => tracked.reduce((total, one) => total + read(one), 0);
  publishCounts({
    RecordsReceived: steps.length,
    ResultsIgnored: settled.filter(({ kind }) => kind === "ignore").length,
    ConversationsChanged: tracked.filter(({ learnt }) => learnt > 0).length,
    TurnsFused: sum(({ turnsFused }) => turnsFused),
    AlertsRaised: sum(({ alerts }) => alerts),
    AlertsTooLate: sum(({ alertsTooLate }) => alertsTooLate),
    TrackerConflicts: sum(({ conflicts }) => conflicts),
  });
  publishRejects(settled.flatMap((step) => rejects.get(step)?.reason ?? []));
  if (firstFailed === undefined) return;
  logger.error("Some results could not be handled; Lambda delivers again from the first of them.", {
    failed: failures.size,
    received: steps.length,
    firstSequenceNumber: firstFailed.record.sequenceNumber,
    reasons: [...new Set(failures.values())].slice(0, 5),
  });
}
