import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { deadlineOf, timeLeftMs } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger, publishCounts } from "../shared/observability.ts";
import { writeRejected } from "../shared/write-rejected.ts";
import { AudioPreprocessorEnvironmentSchema } from "./env.ts";
import { hearMessage, type Verdict } from "./hear-message.ts";

const environment = readEnvironment(AudioPreprocessorEnvironmentSchema);
const allowedBuckets: ReadonlySet<string> = new Set([environment.RECORDINGS_BUCKET, ...environment.OTHER_BUCKETS]);

/** Kept of the function's time for rejects, whatever a recording takes; less when there is little time altogether. */
const REJECTING_MS = 5_000;
const REJECTING_SHARE = 0.25;

/**
 * Turns recordings into segments and jobs for the audio models, and asks for their words; what cannot be heard becomes a reject. One recording after the other: hearing
 * keeps the processor busy, and two at once would both end later and need the memory of both.
 *
 * Reports exactly the messages to see again: those that S3 or SQS failed on, and those that the function's time did not suffice for.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const signal = deadlineOf(context);
  const timeLeft = timeLeftMs(context);
  const hearing = deadlineIn(timeLeft - Math.min(REJECTING_MS, timeLeft * REJECTING_SHARE));
  const verdicts: Verdict[] = [];
  for (const record of event.Records) verdicts.push(await hearMessage(record, { environment, allowedBuckets, signal: hearing }));

  const again = await writeRejected(verdicts, environment.REJECTS_BUCKET, signal);
  const failed = [...again.keys()];
  report(verdicts, failed.length);
  if (failed.length > 0) {
    logger.error("Some recordings go back to the queue.", {
      failed: failed.length,
      received: verdicts.length,
      firstMessageId: failed[0]?.messageId,
      reasons: [...new Set(again.values())].slice(0, 5),
    });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

function report(verdicts: readonly Verdict[], failed: number): void {
  const queued = verdicts.filter((verdict) => verdict.kind === "queued");
  publishCounts({
    RecordingsReceived: verdicts.length,
    RecordingsSkipped: verdicts.filter(({ kind }) => kind === "skipped").length,
    RecordingsFailed: failed,
    RecordingsForTranscription: queued.filter(({ isTranscribed }) => isTranscribed).length,
    SecondsHeard: Math.round(queued.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1_000),
    SegmentsQueued: queued.reduce((sum, { segments }) => sum + segments, 0),
    JobsQueued: queued.filter(({ isHeard }) => isHeard).length,
  });
}
