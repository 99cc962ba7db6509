import type { SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { Reject } from "../../core/contracts/reject.ts";
import { TRANSCRIPTION_CHECK_VERSION, type TranscriptionCheck, TranscriptionRequestSchema } from "../../core/contracts/transcription-request.ts";
import { type JobNote, jobParameters } from "../../core/transcripts/job-parameters.ts";
import { requestKey, transcriptionJobName } from "../../core/transcripts/storage-keys.ts";
import { describeError } from "../shared/observability.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { putObject } from "../shared/s3-objects.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import type { TranscriptionStarterEnvironmentSchema } from "./env.ts";
import { JobRefusedError, startJob } from "./start-job.ts";

/** What became of one message; each has exactly one verdict. */
export type Verdict = { record: SQSRecord } & (
  | { kind: "started"; notes: readonly JobNote[]; durationMs: number }
  /** A job of this recording waits, runs or is done. */
  | { kind: "existing" }
  | { kind: "reject"; reject: Reject }
  | { kind: "again"; reason: string }
);

const MAX_DETAIL_CHARACTERS = 500;

type Environment = z.output<typeof TranscriptionStarterEnvironmentSchema>;

/**
 * Starts the job of one request. The request is put beside the transcript first, because a job's end tells its name only; the check goes out last,
 * so that a message that comes again for whatever failed finds the job and sends the check. Never throws.
 */
export async function startTranscription(record: SQSRecord, environment: Environment, signal: AbortSignal): Promise<Verdict> {
  const { AUDIO_BUCKET, JOB_PREFIX, OUTPUT_KEY_ARN, POWERTOOLS_SERVICE_NAME, TRANSCRIBE_ROLE_ARN, TRANSCRIPTION_SETTINGS, TRANSCRIPTS_QUEUE_URL } = environment;
  const reject = (reason: Reject["reason"], detail: string): Verdict => ({ record, kind: "reject", reject: rejectOf(record, reason, detail, POWERTOOLS_SERVICE_NAME) });
  const read = readJob(TranscriptionRequestSchema, record.body);
  if (!read.ok) return reject("invalid_job", read.detail);
  const request = read.job;
  const jobName = transcriptionJobName(JOB_PREFIX, request);
  const { notes, parameters } = jobParameters(request, jobName, TRANSCRIPTION_SETTINGS, { bucket: AUDIO_BUCKET, roleArn: TRANSCRIBE_ROLE_ARN, outputKeyArn: OUTPUT_KEY_ARN });
  const check: TranscriptionCheck = { schema: TRANSCRIPTION_CHECK_VERSION, jobName };
  try {
    signal.throwIfAborted();
    await putObject(AUDIO_BUCKET, requestKey(jobName), record.body, { contentType: "application/json" }, signal);
    const kind = await startJob(parameters, signal);
    await sendAll(TRANSCRIPTS_QUEUE_URL, [jobMessage(check, TRANSCRIPTION_SETTINGS.checkSeconds)], signal);
    return kind === "started" ? { record, kind, notes, durationMs: request.durationMs } : { record, kind };
  } catch (error) {
    if (error instanceof JobRefusedError) return reject("transcription_failed", error.message.slice(0, MAX_DETAIL_CHARACTERS));
    return { record, kind: "again", reason: describeError(error) };
  }
}
