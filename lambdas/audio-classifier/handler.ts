import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { createAudioClassifier } from "../../classifiers/create-audio-classifier.ts";
import { AudioJobSchema } from "../../core/contracts/audio-job.ts";
import type { RejectReason } from "../../core/contracts/reject.ts";
import { deadlineOf, timeLeftMs } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { putResults } from "../shared/put-results.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { receiveSooner } from "../shared/receive-sooner.ts";
import { jobMessage, sendJobs } from "../shared/send-jobs.ts";
import { traced } from "../shared/tracing.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { classifyJob, type JobVerdict } from "./classify-job.ts";
import { AudioClassifierEnvironmentSchema } from "./env.ts";
import { speechOf } from "./job-speech.ts";
import { keptInS3 } from "./kept-in-s3.ts";

const environment = readEnvironment(AudioClassifierEnvironmentSchema);
let running: AbortSignal = AbortSignal.abort();
const classifier = createAudioClassifier(environment.AUDIO_CLASSIFIER, { instrument: traced, kept: keptInS3(() => running) });

/** What the function keeps of its time for publishing: one put that hangs (4 s until it is given up) and a good one after it. */
const PUBLISHING_MS = 5_000;
const PUBLISHING_SHARE = 0.25;

/** What came of one message. `failure`: why it has to come again. */
interface Processed {
  messageId: string;
  verdict?: JobVerdict;
  published: number;
  rejected?: RejectReason;
  failure?: string;
}

/**
 * Turns audio jobs into sentiment results on the results stream: one a segment and, of complete recordings, one a track. Jobs run side by
 * side and publish as they end, so that a long recording keeps no live conversation waiting.
 *
 * Reports exactly the messages to see again. Jobs that are not done but went further go on as messages of their own.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const signal = deadlineOf(context);
  running = signal;
  const timeLeft = timeLeftMs(context);
  const classifying = deadlineIn(timeLeft - Math.min(PUBLISHING_MS, timeLeft * PUBLISHING_SHARE), signal);
  const processed = await Promise.all(event.Records.map((record) => processMessage(record, classifying, signal)));
  const failed = processed.filter(({ failure }) => failure !== undefined);
  publish(processed, failed);
  const failedIds = new Set(failed.map(({ messageId }) => messageId));
  await receiveSooner(environment.AUDIO_JOBS_QUEUE_URL, event.Records.filter(({ messageId }) => failedIds.has(messageId)), signal);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function processMessage(record: SQSRecord, classifying: AbortSignal, signal: AbortSignal): Promise<Processed> {
  const { messageId } = record;
  const read = readJob(AudioJobSchema, record.body);
  if (!read.ok) return { messageId, published: 0, ...(await reject(record, "invalid_job", read.detail, signal)) };
  const { job } = read;
  const isOwnBucket = job.audio.bucket === environment.AUDIO_BUCKET;
  if (!isOwnBucket) return { messageId, published: 0, ...(await reject(record, "invalid_job", "audio.bucket: is not the bucket that this function reads", signal)) };
  const askedBefore = job.answered || Number(record.attributes.ApproximateReceiveCount) > 1;
  const verdict = await classifyJob(job, speechOf(job, askedBefore, classifying), classifier, classifying);
  if (verdict.kind === "again") return { messageId, verdict, published: 0, failure: verdict.reason };
  if (verdict.kind === "continue") {
    const message = jobMessage({ ...job, answered: true }, verdict.delaySeconds);
    const unsent = (await sendJobs(environment.AUDIO_JOBS_QUEUE_URL, [message], signal)).get(message);
    return { messageId, verdict, published: 0, ...(unsent !== undefined && { failure: unsent }) };
  }
  const unpublished = await putResults(environment.RESULTS_STREAM_NAME, verdict.results, signal);
  const published = verdict.results.length - unpublished.size;
  const [failure] = unpublished.values();
  if (failure !== undefined) return { messageId, verdict, published, failure };
  const { refused } = verdict;
  return { messageId, verdict, published, ...(refused !== undefined && (await reject(record, refused.reason, refused.detail, signal))) };
}

async function reject(record: SQSRecord, reason: RejectReason, detail: string, signal: AbortSignal): Promise<Pick<Processed, "rejected" | "failure">> {
  const one = rejectOf(record, reason, detail, environment.POWERTOOLS_SERVICE_NAME);
  const failure = (await writeRejects(environment.REJECTS_BUCKET, [one], signal)).get(one);
  return failure === undefined ? { rejected: reason } : { failure };
}

const MICRO = 1_000_000;

function publish(processed: readonly Processed[], failed: readonly Processed[]): void {
  const verdicts = processed.flatMap(({ verdict }) => verdict ?? []);
  const results = verdicts.flatMap((verdict) => (verdict.kind === "finished" ? verdict.results : []));
  publishCounts({
    JobsReceived: processed.length,
    JobsContinued: verdicts.filter(({ kind }) => kind === "continue").length,
    JobsFailed: failed.length,
    SegmentsHeard: verdicts.reduce((sum, { answered }) => sum + answered, 0),
    SegmentsFallenBack: results.filter(({ scope, flags }) => scope === "segment" && flags.includes("fallback")).length,
    ResultsPublished: processed.reduce((sum, { published }) => sum + published, 0),
    // Millionths of a dollar: a segment costs so little that dollars would be all zeros in a graph.
    ModelCostMicroUsd: Math.round(verdicts.reduce((sum, { spentUsd }) => sum + spentUsd, 0) * MICRO),
  });
  publishRejects(processed.flatMap(({ rejected }) => rejected ?? []));
  if (failed.length > 0) {
    const reasons = [...new Set(failed.map(({ failure }) => failure))].slice(0, 5);
    logger.error("Some messages go back to the queue.", { failed: failed.length, received: processed.length, firstMessageId: failed[0]?.messageId, reasons });
  }
}
