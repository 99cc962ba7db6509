import type { SQSRecord } from "aws-lambda";
import type { TranscriptionJob } from "@aws-sdk/client-transcribe";
import { REJECT_VERSION, type Reject, type RejectReason } from "../../core/contracts/reject.ts";
import { TRANSCRIPTION_CHECK_VERSION, type TranscriptionCheck, type TranscriptionRequest, TranscriptionRequestSchema } from "../../core/contracts/transcription-request.ts";
import { objectOfUri } from "../../core/transcripts/object-of-uri.ts";
import { nameSpeakers } from "../../core/transcripts/speaker-roles.ts";
import { requestKey } from "../../core/transcripts/storage-keys.ts";
import { speakersOfChannels, transcribedOf } from "../../core/transcripts/text-job-of-utterance.ts";
import { TranscribeOutputSchema, utterancesOfTranscribe } from "../../core/transcripts/transcribe-output.ts";
import type { JobMessage } from "../../core/transcripts/transcript-message.ts";
import { rejectOf } from "../shared/read-job.ts";
import { getObject } from "../shared/s3-objects.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import { getJob } from "./get-job.ts";
import { queueUtterances } from "./queue-utterances.ts";
import { readJson } from "./read-json.ts";
import { markRouted, wasRouted } from "./routed-mark.ts";
import type { Stage } from "./stage.ts";
import type { Outcome } from "./verdict.ts";

const AMAZON_TRANSCRIBE = "amazon-transcribe";

/** A job whose recording is known: its request as it was kept. */
interface KnownJob {
  jobName: string;
  request: TranscriptionRequest;
  requestBytes: Uint8Array;
}

/**
 * Does what a job's state asks for. Event and check are reasons to look, no more: what Transcribe says now counts, so late, repeated and
 * contradictory messages do no harm.
 *
 * @throws what Transcribe, S3 or SQS throw: worth another try.
 */
export async function settleJob(record: SQSRecord, { cause, jobName }: JobMessage, stage: Stage): Promise<Outcome> {
  const { environment, signal } = stage;
  const unknown = (detail: string): Outcome => ({ kind: "reject", reject: rejectOf(record, "transcription_unknown", detail, environment.POWERTOOLS_SERVICE_NAME) });
  if (!jobName.startsWith(environment.JOB_PREFIX)) return unknown(`the job ${jobName} is none of this stage: its jobs begin with ${environment.JOB_PREFIX}`);
  const kept = await getObject(environment.AUDIO_BUCKET, requestKey(jobName), signal);
  if (kept === undefined) return unknown(`nobody here asked for the job ${jobName}: there is no ${requestKey(jobName)}`);
  const request = readJson(TranscriptionRequestSchema, kept.bytes);
  if (!request.ok) return unknown(`what was asked of the job ${jobName} cannot be read: ${request.detail}`);
  const known: KnownJob = { jobName, request: request.value, requestBytes: kept.bytes };

  const job = await getJob(jobName, signal);
  if (job === undefined) return ofRequest(known, "transcription_unknown", `Transcribe knows no job ${jobName}`, stage);
  if (job.TranscriptionJobStatus === "COMPLETED") return routeTranscript(record, job, known, stage);
  if (job.TranscriptionJobStatus === "FAILED") return ofRequest(known, "transcription_failed", job.FailureReason ?? "Transcribe gave no reason", stage);
  // An event is ahead of the job's state now and then; the check that waits will see it.
  if (cause === "check") await sendAll(environment.TRANSCRIPTS_QUEUE_URL, [jobMessage(checkOf(jobName), environment.TRANSCRIPTION_SETTINGS.checkSeconds)], signal);
  return { kind: "running" };
}

async function routeTranscript(record: SQSRecord, job: TranscriptionJob, known: KnownJob, stage: Stage): Promise<Outcome> {
  const { environment, signal } = stage;
  const createdAt = job.CreationTime?.toISOString() ?? "";
  if (await wasRouted(known.jobName, createdAt, stage)) return { kind: "repeated" };

  // The transcript stays: mended code may read it, so the reject is a check of the job and not a request for a new one.
  const invalid = (detail: string): Outcome => ({
    kind: "reject",
    reject: rejectOnce(known, { reason: "invalid_transcript", detail, queueArn: record.eventSourceARN, bytes: Buffer.from(JSON.stringify(checkOf(known.jobName))) }, stage),
  });
  const uri = job.Transcript?.RedactedTranscriptFileUri ?? job.Transcript?.TranscriptFileUri;
  const address = uri === undefined ? undefined : objectOfUri(uri);
  if (address === undefined) return invalid(`Transcribe does not say where the transcript of ${known.jobName} lies`);
  if (address.bucket !== environment.AUDIO_BUCKET) return invalid(`the transcript lies in the bucket ${address.bucket}, not in this stage's ${environment.AUDIO_BUCKET}`);
  const file = await getObject(address.bucket, address.key, signal);
  if (file === undefined) return invalid(`there is no object s3://${address.bucket}/${address.key}`);
  const output = readJson(TranscribeOutputSchema, file.bytes);
  if (!output.ok) return invalid(output.detail);

  const { request } = known;
  const utterances = nameSpeakers(utterancesOfTranscribe(output.value), speakersOfChannels(request, environment.AUDIO_SETTINGS));
  const queued = await queueUtterances(utterances, transcribedOf(request, output.value.transcriber ?? AMAZON_TRANSCRIBE), stage);
  if (!queued.ok) return ofRequest(known, queued.reason, queued.detail, stage);
  await markRouted(known.jobName, createdAt, stage);
  return { kind: "routed", utterances: { queued: queued.queued, empty: queued.empty, passedOver: 0 } };
}

function checkOf(jobName: string): TranscriptionCheck {
  return { schema: TRANSCRIPTION_CHECK_VERSION, jobName };
}

/** The request, rejected: replayed, it goes to the queue that it came from, and the recording is written down anew. */
function ofRequest(known: KnownJob, reason: RejectReason, detail: string, stage: Stage): Outcome {
  return { kind: "reject", reject: rejectOnce(known, { reason, detail, queueArn: stage.environment.TRANSCRIPTIONS_QUEUE_ARN, bytes: known.requestBytes }, stage) };
}

interface Refused {
  reason: RejectReason;
  detail: string;
  /** Where a replay goes. */
  queueArn: string;
  bytes: Uint8Array;
}

/** Under a name of the job, not of the message: event and check, however often they come, make one reject. */
function rejectOnce({ jobName, request }: KnownJob, { bytes, detail, queueArn, reason }: Refused, { environment }: Stage): Reject {
  return {
    schema: REJECT_VERSION,
    reason,
    detail,
    rejectedBy: environment.POWERTOOLS_SERVICE_NAME,
    source: { kind: "sqs", queueArn, messageId: jobName, sentAt: request.arrivedAt },
    record: Buffer.from(bytes).toString("base64"),
  };
}
