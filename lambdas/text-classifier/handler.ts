import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { deadlineOf, timeLeftMs } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { putResults } from "../shared/put-results.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { traced } from "../shared/tracing.ts";
import { classifyMessages, type Verdict } from "./classify-messages.ts";
import { configuredClassifier } from "./configured-classifier.ts";
import { countVerdicts } from "./count-verdicts.ts";
import { TextClassifierEnvironmentSchema } from "./env.ts";
import { personalDataFinder } from "./personal-data-finder.ts";

const environment = readEnvironment(TextClassifierEnvironmentSchema);
const classifierOf = configuredClassifier(environment.TEXT_CLASSIFIER, traced);
const finder = personalDataFinder(environment.PERSONAL_DATA, traced);

/**
 * What the function keeps of its time for publishing, whatever the classifier does: one put that hangs (4 s until it is given up) and a good one
 * after it. Less when the function has little time altogether.
 */
const PUBLISHING_MS = 5_000;
const PUBLISHING_SHARE = 0.25;

/**
 * Turns text jobs into sentiment results on the results stream; what no model can take becomes a reject.
 *
 * Reports exactly the messages to see again: those the model could not take now, and those whose result or reject was not
 * acknowledged. SQS deletes the others. A classifier that cannot be built fails the whole invocation, each time with the reason.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const signal = deadlineOf(context);
  const timeLeft = timeLeftMs(context);
  const classifying = deadlineIn(timeLeft - Math.min(PUBLISHING_MS, timeLeft * PUBLISHING_SHARE));
  const verdicts = await classifyMessages(event.Records, await classifierOf(), environment.POWERTOOLS_SERVICE_NAME, classifying, await finder);

  const results = verdicts.flatMap((verdict) => (verdict.kind === "result" ? [verdict.result] : []));
  const rejects = verdicts.flatMap((verdict) => (verdict.kind === "reject" ? [verdict.reject] : []));
  const [unpublished, unwritten] = await Promise.all([
    putResults(environment.RESULTS_STREAM_NAME, results, signal),
    writeRejects(environment.REJECTS_BUCKET, rejects, signal),
  ]);

  const failureOf = (verdict: Verdict): string | undefined => {
    switch (verdict.kind) {
      case "result":
        return unpublished.get(verdict.result);
      case "reject":
        return unwritten.get(verdict.reject);
      case "again":
        return verdict.reason;
    }
  };
  const failed = verdicts.filter((verdict) => failureOf(verdict) !== undefined);
  publishCounts({ ...countVerdicts(verdicts), ResultsPublished: results.length - unpublished.size, TextsFailed: failed.length });
  publishRejects(rejects.filter((reject) => !unwritten.has(reject)).map((reject) => reject.reason));
  if (failed.length > 0) {
    logger.error("Some messages go back to the queue.", {
      failed: failed.length,
      received: verdicts.length,
      firstMessageId: failed[0]?.messageId,
      reasons: [...new Set(failed.map(failureOf))].slice(0, 5),
    });
  }
  return { batchItemFailures: failed.map((verdict) => ({ itemIdentifier: verdict.messageId })) };
}
