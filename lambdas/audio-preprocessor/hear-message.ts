import type { SQSRecord } from "aws-lambda";
import type { AudioFormat } from "../../core/audio/decode/audio-format.ts";
import { decodeAudio } from "../../core/audio/decode/decode-audio.ts";
import { type Hearing, hearRecording } from "../../core/audio/hear-recording.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import { buildJob, isHeard, isTranscribed } from "../../core/recordings/build-job.ts";
import { buildReport } from "../../core/recordings/build-report.ts";
import { buildTranscriptionRequest } from "../../core/recordings/build-transcription-request.ts";
import { readConnectKey } from "../../core/recordings/connect-key.ts";
import { isNoRecording, RecordingMessageSchema } from "../../core/recordings/recording-message.ts";
import { segmentsPrefix } from "../../core/recordings/storage-keys.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { describeError } from "../shared/observability.ts";
import { putReport, putSegment } from "../shared/put-audio.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { sendAll } from "../shared/send-all.ts";
import { type JobMessage, jobMessage, MAX_MESSAGE_BYTES } from "../shared/send-jobs.ts";
import { type FoundRecording, findRecording, InvalidMetadataError } from "./find-recording.ts";
import { recordingBytes, untilDeadline } from "./recording-bytes.ts";
import type { Stage } from "./stage.ts";

/** Where a recording went: its voice to the audio models, its words to be written down, or both. */
interface Queued {
  kind: "queued";
  durationMs: number;
  /** Those that the audio models get; none where only the words are wanted. */
  segments: number;
  isHeard: boolean;
  isTranscribed: boolean;
}

/** What became of one message. */
export type Verdict = { messageId: string } & (
  | Queued
  | { kind: "skipped" }
  | { kind: "reject"; reject: Reject }
  | { kind: "again"; reason: string }
);

/** Segments on their way to S3 at once; the next ones wait, and the decoder with them. */
const SEGMENTS_IN_FLIGHT = 8;

const MIB = 1024 * 1024;

/** Hears one recording, whole: its segments, its report, then what is to be done with it. Never throws: what is not the recording's fault goes back to the queue. */
export async function hearMessage(record: SQSRecord, stage: Stage): Promise<Verdict> {
  const { messageId } = record;
  const reject = (reason: Reject["reason"], detail: string): Verdict => ({ messageId, kind: "reject", reject: rejectOf(record, reason, detail, stage.environment.POWERTOOLS_SERVICE_NAME) });
  const read = readJob(RecordingMessageSchema, record.body);
  if (!read.ok) return reject("invalid_job", read.detail);
  if (read.job.kind === "event" && isNoRecording(read.job.event, stage.environment.RECORDINGS_BUCKET, stage.environment.AUDIO_SETTINGS.connectCopies)) return { messageId, kind: "skipped" };
  try {
    stage.signal.throwIfAborted();
    const found = await findRecording(read.job, stage.allowedBuckets, stage.signal);
    const outcome = await hearFound(found, stage);
    return outcome instanceof AudioRefusedError ? reject(outcome.code, outcome.message) : { messageId, ...outcome };
  } catch (error) {
    if (error instanceof InvalidMetadataError) return reject("invalid_record", error.message);
    return { messageId, kind: "again", reason: describeError(error) };
  }
}

/** @returns the refusal, once its report is written. @throws whatever is worth another try. */
async function hearFound(found: FoundRecording, stage: Stage): Promise<Queued | AudioRefusedError> {
  const { environment, signal } = stage;
  const report = { id: found.identity.id, conversationId: found.identity.conversationId, at: found.arrivedAt, recording: found.address };
  const attempt: { format?: AudioFormat; hearing?: Hearing } = {};
  try {
    const { format, hearing } = await decodeAndHear(found, stage, attempt);
    attempt.hearing = hearing;
    const job = isHeard(hearing.route) ? audioJob(found, hearing, stage) : undefined;
    const request = isTranscribed(hearing.route) && !isTold(found, environment) ? transcriptionRequest(found, hearing, format) : undefined;
    await putReport(environment.AUDIO_BUCKET, buildReport({ ...report, ...attempt }), signal);
    // The request first: sent again it finds its job, while an audio job sent again is heard, and paid for, again.
    if (request !== undefined) await sendAll(environment.TRANSCRIPTIONS_QUEUE_URL, [request], signal);
    if (job !== undefined) await sendAll(environment.AUDIO_JOBS_QUEUE_URL, [job], signal);
    return { kind: "queued", durationMs: hearing.durationMs, segments: job === undefined ? 0 : hearing.segments.length, isHeard: job !== undefined, isTranscribed: request !== undefined };
  } catch (error) {
    if (!(error instanceof AudioRefusedError)) throw error;
    await putReport(environment.AUDIO_BUCKET, buildReport({ ...report, ...attempt, refusal: error }), signal);
    return error;
  }
}

function isTold({ key }: FoundRecording, { CONTACT_LENS_TELLS }: Stage["environment"]): boolean {
  return CONTACT_LENS_TELLS === "yes" && readConnectKey(key)?.part === "agent";
}

/** @throws AudioRefusedError `audio_too_long` */
function audioJob({ address, arrivedAt, identity, version }: FoundRecording, { flags, route, segments }: Hearing, { environment }: Stage): JobMessage {
  const { AUDIO_BUCKET: bucket, AUDIO_SETTINGS } = environment;
  const message = jobMessage(buildJob(identity, { segments, bucket, route, flags, language: AUDIO_SETTINGS.language, arrivedAt, version, recording: address, complete: true, answered: false }));
  if (message.bytes > MAX_MESSAGE_BYTES) throw new AudioRefusedError("audio_too_long", `${segments.length} segments make a job of ${message.bytes} bytes; SQS takes ${MAX_MESSAGE_BYTES}`);
  return message;
}

function transcriptionRequest({ arrivedAt, bucket, identity, key, version }: FoundRecording, { durationMs, flags, route, tracks }: Hearing, { container }: AudioFormat): JobMessage {
  return jobMessage(buildTranscriptionRequest(identity, { recording: { bucket, key, version }, container, tracks, durationMs, route, flags, arrivedAt }));
}

async function decodeAndHear({ body, identity, version }: FoundRecording, { environment, signal }: Stage, attempt: { format?: AudioFormat }): Promise<{ format: AudioFormat; hearing: Hearing }> {
  if (!body.ok) throw body.refusal;
  const { AUDIO_BUCKET, AUDIO_SETTINGS: settings } = environment;
  const limits = { maximumSeconds: settings.maximumMinutes * 60, maximumBytes: settings.maximumMiB * MIB };
  try {
    if (body.bytes === 0) throw new AudioRefusedError("audio_empty", "the object has no bytes");
    if (body.bytes !== undefined && body.bytes > limits.maximumBytes) throw new AudioRefusedError("audio_too_large", `${body.bytes} bytes; at most ${limits.maximumBytes} are heard`);
    const decoded = await decodeAudio(recordingBytes(body.stream, signal), limits);
    attempt.format = decoded.format;
    const writing = new Lanes(SEGMENTS_IN_FLIGHT);
    const prefix = segmentsPrefix(identity, version);
    const hearing = await hearRecording({ ...decoded, blocks: untilDeadline(decoded.blocks, signal) }, settings, {
      ...(identity.route !== undefined && { route: identity.route }),
      ...(identity.speaker !== undefined && { speaker: identity.speaker }),
      onSegment: (segment) => writing.add(() => putSegment(AUDIO_BUCKET, prefix, segment, signal)),
    });
    await writing.settled();
    return { format: decoded.format, hearing };
  } finally {
    body.stream.destroy();
  }
}
