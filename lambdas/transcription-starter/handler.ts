import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { deadlineOf, timeLeftMs } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger, publishCounts } from "../shared/observability.ts";
import { receiveSooner } from "../shared/receive-sooner.ts";
import { writeRejected } from "../shared/write-rejected.ts";
import { TranscriptionStarterEnvironmentSchema } from "./env.ts";
import { startTranscription, type Verdict } from "./start-transcription.ts";

const environment = readEnvironment(TranscriptionStarterEnvironmentSchema);

/** Kept of the function's time for rejects; less when there is little time altogether. */
const REJECTING_MS = 5_000;
const REJECTING_SHARE = 0.25;

/**
 * Starts one job of Amazon Transcribe for each recording whose words are wanted; what Transcribe will never do becomes a reject. One after the
 * other, because those that exceed the quota wait at Transcribe in the order they came.
 *
 * Reports exactly the messages to see again: while Transcribe throttles or is not there they wait longer each time, half a minute at first.
 */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const signal = deadlineOf(context);
  const timeLeft = timeLeftMs(context);
  const starting = deadlineIn(timeLeft - Math.min(REJECTING_MS, timeLeft * REJECTING_SHARE), signal);
  const verdicts: Verdict[] = [];
  for (const record of event.Records) verdicts.push(await startTranscription(record, environment, starting));

  const again = await writeRejected(verdicts, environment.REJECTS_BUCKET, signal);
  const failed = [...again.keys()];
  report(verdicts, failed.length);
  if (failed.length > 0) {
    logger.warn("Some recordings wait for their job.", { failed: failed.length, received: verdicts.length, firstMessageId: failed[0]?.record.messageId, reasons: [...new Set(again.values())].slice(0, 5) });
    await receiveSooner(environment.TRANSCRIPTIONS_QUEUE_URL, failed.map(({ record }) => record), signal);
  }
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

function report(verdicts: readonly Verdict[], failed: number): void {
  const started = verdicts.filter((verdict) => verdict.kind === "started");
  const noted = (note: (typeof started)[number]["notes"][number]): number => started.filter(({ notes }) => notes.includes(note)).length;
  publishCounts({
    TranscriptionsRequested: verdicts.length,
    TranscriptionsStarted: started.length,
    TranscriptionsExisting: verdicts.filter(({ kind }) => kind === "existing").length,
    TranscriptionsWaiting: failed,
    SecondsToTranscribe: Math.round(started.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1_000),
    LanguagesNotConfigured: noted("language_not_configured"),
    TranscriptsNotRedacted: noted("not_redacted"),
    VocabulariesLeftOut: noted("vocabularies_left_out"),
  });
}
