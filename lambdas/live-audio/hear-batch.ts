import type { KinesisStreamBatchResponse, KinesisStreamRecord } from "aws-lambda";
import { inLanes } from "../../classifiers/calling/in-lanes.ts";
import type { ChunkVerdict } from "../../core/audio/live/receive-chunk.ts";
import { rejectRecord } from "../shared/kinesis-record.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { putObject } from "../shared/s3-objects.ts";
import { jobMessage, sendJobs } from "../shared/send-jobs.ts";
import { type BatchOutcomes, byConversation, writeRejectsOf } from "../shared/stream-batch.ts";
import { hearChunks } from "./hear-chunks.ts";
import { planBatch, type Step } from "./plan-batch.ts";
import type { Stage } from "./stage.ts";

/** Conversations heard at once: they wait for S3 most of the time. */
const CONVERSATIONS_AT_ONCE = 8;
const RECORDINGS_AT_ONCE = 8;

type RecordingStep = Extract<Step, { kind: "recording" }>;

interface Outcomes extends BatchOutcomes<Step> {
  repeats: Set<Step>;
  jobs: number;
}

/**
 * Handles a batch of the audio stream. Reports exactly the records that could not be handled; Lambda delivers again from the lowest of them on,
 * and what went through behind it is then a repeat.
 */
export async function hearBatch(records: readonly KinesisStreamRecord[], stage: Stage): Promise<KinesisStreamBatchResponse> {
  const { environment, signal } = stage;
  const steps = await planBatch(records, environment.RECORDINGS_BUCKET, environment.POWERTOOLS_SERVICE_NAME);
  const outcomes: Outcomes = { failures: new Map(), rejects: new Map(), repeats: new Set(), jobs: 0 };
  for (const step of steps) if (step.kind === "reject") outcomes.rejects.set(step, step.reject);
  await Promise.all([hearConversations(steps, outcomes, stage), handOverRecordings(steps, outcomes, stage)]);

  await writeRejectsOf(outcomes, environment.REJECTS_BUCKET, signal);
  report(steps, outcomes);
  const failed = steps.filter((step) => outcomes.failures.has(step));
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.sequenceNumber })) };
}

/** All chunks of a conversation together, in the batch's order: one reading and one writing of its session. */
async function hearConversations(steps: readonly Step[], outcomes: Outcomes, stage: Stage): Promise<void> {
  await inLanes(byConversation(steps.filter((step) => step.kind === "chunk")), CONVERSATIONS_AT_ONCE, async ([conversationId, its]) => {
    try {
      const { jobs, verdicts } = await hearChunks(conversationId, its.map(({ chunk }) => chunk), stage);
      outcomes.jobs += jobs;
      for (const [index, step] of its.entries()) noteVerdict(step, verdicts[index]!, outcomes, stage);
    } catch (error) {
      for (const step of its) outcomes.failures.set(step, describeError(error));
    }
  });
}

function noteVerdict(step: Step, verdict: ChunkVerdict, outcomes: Outcomes, { environment }: Stage): void {
  if (verdict.kind === "repeat") outcomes.repeats.add(step);
  if (verdict.kind === "refused") outcomes.rejects.set(step, rejectRecord(step.record, verdict.reason, verdict.detail, environment.POWERTOOLS_SERVICE_NAME));
}

async function handOverRecordings(steps: readonly Step[], outcomes: Outcomes, { environment, signal }: Stage): Promise<void> {
  const recordings = steps.filter((step): step is RecordingStep => step.kind === "recording");
  await inLanes(recordings, RECORDINGS_AT_ONCE, async (step) => {
    const { notice, put } = step;
    try {
      if (put !== undefined) await putObject(notice.audio.bucket, notice.audio.key, put, { contentType: "application/octet-stream" }, signal);
    } catch (error) {
      outcomes.failures.set(step, describeError(error));
    }
  });
  const messages = new Map(recordings.filter((step) => !outcomes.failures.has(step)).map((step) => [step, jobMessage(step.notice)]));
  const unsent = await sendJobs(environment.RECORDINGS_QUEUE_URL, [...messages.values()], signal);
  for (const [step, message] of messages) {
    const reason = unsent.get(message);
    if (reason !== undefined) outcomes.failures.set(step, reason);
  }
}

/**
 * Rejects, repeats and chunks count only before the first failure: Lambda delivers everything from there on again, and then they count. So the
 * metrics add up to the records even when batches are retried.
 */
function report(steps: readonly Step[], { failures, jobs, rejects, repeats }: Outcomes): void {
  const firstFailed = steps.find((step) => failures.has(step));
  const settled = firstFailed === undefined ? steps : steps.slice(0, steps.indexOf(firstFailed));
  publishCounts({
    RecordsReceived: steps.length,
    RecordsRepeated: settled.filter((step) => repeats.has(step)).length,
    ChunksHeard: settled.filter((step) => step.kind === "chunk" && !repeats.has(step) && !rejects.has(step)).length,
    RecordingsQueued: settled.filter(({ kind }) => kind === "recording").length,
    JobsQueued: jobs,
  });
  publishRejects(settled.flatMap((step) => rejects.get(step)?.reason ?? []));
  if (firstFailed === undefined) return;
  logger.error("Some records could not be handled; Lambda delivers again from the first of them.", {
    failed: failures.size,
    received: steps.length,
    firstSequenceNumber: firstFailed.record.sequenceNumber,
    reasons: [...new Set(failures.values())].slice(0, 5),
  });
}
