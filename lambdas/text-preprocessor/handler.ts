import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { sendJobs } from "../shared/send-jobs.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { TextPreprocessorEnvironmentSchema } from "./env.ts";
import { planBatch, type Step } from "./plan-batch.ts";

const environment = readEnvironment(TextPreprocessorEnvironmentSchema);

/**
 * Turns a batch of the text stream into jobs on the queue and rejects in the bucket.
 *
 * Reports exactly the records that could not be handed over. Lambda delivers again from the lowest of them on, so
 * records behind it that went through arrive twice: their jobs carry the same ids, their rejects the same keys.
 */
export async function handler(event: KinesisStreamEvent, context: Context): Promise<KinesisStreamBatchResponse> {
  logger.addContext(context);
  const signal = deadlineOf(context);
  const steps = planBatch(event.Records, environment.POWERTOOLS_SERVICE_NAME);

  const messages = steps.flatMap((step) => (step.kind === "send" ? [step.message] : []));
  const rejects = steps.flatMap((step) => (step.kind === "reject" ? [step.reject] : []));
  const [unsent, unwritten] = await Promise.all([
    sendJobs(environment.TEXT_JOBS_QUEUE_URL, messages, signal),
    writeRejects(environment.REJECTS_BUCKET, rejects, signal),
  ]);

  const failureOf = (step: Step): string | undefined => {
    if (step.kind === "send") return unsent.get(step.message);
    return step.kind === "reject" ? unwritten.get(step.reject) : undefined;
  };
  const failed = steps.filter((step) => failureOf(step) !== undefined);
  report(steps, failed, messages.length - unsent.size);
  if (failed[0] !== undefined) {
    logger.error("Some records could not be handed over; Lambda delivers again from the first of them.", {
      failed: failed.length,
      received: steps.length,
      firstSequenceNumber: failed[0].sequenceNumber,
      reasons: [...new Set(failed.map(failureOf))].slice(0, 5),
    });
  }
  return { batchItemFailures: failed.map((step) => ({ itemIdentifier: step.sequenceNumber })) };
}

/**
 * Rejects and repeats count only before the first failure: Lambda delivers everything from there on again, and
 * then they count. So the metrics add up to the records even when batches are retried.
 */
function report(steps: readonly Step[], failed: readonly Step[], jobsQueued: number): void {
  const settled = failed[0] === undefined ? steps : steps.slice(0, steps.indexOf(failed[0]));
  publishCounts({
    RecordsReceived: steps.length,
    RecordsRepeated: settled.filter((step) => step.kind === "drop").length,
    JobsQueued: jobsQueued,
  });
  publishRejects(settled.flatMap((step) => (step.kind === "reject" ? [step.reject.reason] : [])));
}
