import type { SQSRecord } from "aws-lambda";
import type { AudioFormat } from "../../core/audio/decode/audio-format.ts";
import { decodeAudio } from "../../core/audio/decode/decode-audio.ts";
import { type Hearing, hearRecording } from "../../core/audio/hear-recording.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import { buildJob, isHeard } from "../../core/recordings/build-job.ts";
import { buildReport } from "../../core/recordings/build-report.ts";
import { isNoRecording, RecordingMessageSchema } from "../../core/recordings/recording-message.ts";
import { segmentsPrefix } from "../../core/recordings/storage-keys.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { describeError } from "../shared/observability.ts";
import { putReport, putSegment } from "../shared/put-audio.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage, MAX_MESSAGE_BYTES } from "../shared/send-jobs.ts";
import { type FoundRecording, findRecording, InvalidMetadataError } from "./find-recording.ts";
import { recordingBytes, untilDeadline } from "./recording-bytes.ts";
import type { Stage } from "./stage.ts";

/** What became of one message. `transcribe`: only the words are to be heard, and nobody does that yet. */
export type Verdict = { messageId: string } & (
  | { kind: "queued"; segments: number; durationMs: number }
  | { kind: "transcribe"; durationMs: number }
  | { kind: "skipped" }
  | { kind: "reject"; reject: Reject }
  | { kind: "again"; reason: string }
);

/** Segments on their way to S3 at once; the next ones wait, and the decoder with them. */
const SEGMENTS_IN_FLIGHT = 8;

const MIB = 1024 * 1024;

/** Hears one recording, whole: its segments, its report, then its job. Never throws: what is not the recording's fault goes back to the queue. */
export async function hearMessage(record: SQSRecord, stage: Stage): Promise<Verdict> {
  const { messageId } = record;
  const reject = (reason: Reject["reason"], detail: string): Verdict => ({ messageId, kind: "reject", reject: rejectOf(record, reason, detail, stage.environment.POWERTOOLS_SERVICE_NAME) });
  const read = readJob(RecordingMessageSchema, record.body);
  if (!read.ok) return reject("invalid_job", read.detail);
  if (read.job.kind === "event" && isNoRecording(read.job.event, stage.environment.RECORDINGS_BUCKET)) return { messageId, kind: "skipped" };
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

type Heard = { kind: "queued"; segments: number; durationMs: number } | { kind: "transcribe"; durationMs: number };

/** @returns the refusal, once its report is written. @throws whatever is worth another try. */
async function hearFound(found: FoundRecording, stage: Stage): Promise<Heard | AudioRefusedError> {
  const { environment, signal } = stage;
  const report = { id: found.identity.id, conversationId: found.identity.conversationId, at: found.arrivedAt, recording: found.address };
  const attempt: { format?: AudioFormat; hearing?: Hearing } = {};
  try {
    const hearing = await decodeAndHear(found, stage, attempt);
    attempt.hearing = hearing;
    const message = isHeard(hearing.route)
      ? jobMessage(
          buildJob(found.identity, {
            segments: hearing.segments,
            bucket: environment.AUDIO_BUCKET,
            route: hearing.route,
            flags: hearing.flags,
            language: environment.AUDIO_SETTINGS.language,
            arrivedAt: found.arrivedAt,
            version: found.version,
            recording: found.address,
            complete: true,
            answered: false,
          }),
        )
      : undefined;
    if (message !== undefined && message.bytes > MAX_MESSAGE_BYTES) throw new AudioRefusedError("audio_too_long", `${hearing.segments.length} segments make a job of ${message.bytes} bytes; SQS takes ${MAX_MESSAGE_BYTES}`);
    await putReport(environment.AUDIO_BUCKET, buildReport({ ...report, ...attempt }), signal);
    if (message === undefined) return { kind: "transcribe", durationMs: hearing.durationMs };
    await sendAll(environment.AUDIO_JOBS_QUEUE_URL, [message], signal);
    return { kind: "queued", segments: hearing.segments.length, durationMs: hearing.durationMs };
  } catch (error) {
    if (!(error instanceof AudioRefusedError)) throw error;
    await putReport(environment.AUDIO_BUCKET, buildReport({ ...report, ...attempt, refusal: error }), signal);
    return error;
  }
}

async function decodeAndHear({ body, headerless, identity, version }: FoundRecording, { environment, signal }: Stage, attempt: { format?: AudioFormat }): Promise<Hearing> {
  if (!body.ok) throw body.refusal;
  const { AUDIO_BUCKET, AUDIO_SETTINGS: settings } = environment;
  const limits = { maximumSeconds: settings.maximumMinutes * 60, maximumBytes: settings.maximumMiB * MIB };
  try {
    if (body.bytes === 0) throw new AudioRefusedError("audio_empty", "the object has no bytes");
    if (body.bytes !== undefined && body.bytes > limits.maximumBytes) throw new AudioRefusedError("audio_too_large", `${body.bytes} bytes; at most ${limits.maximumBytes} are heard`);
    const decoded = await decodeAudio(recordingBytes(body.stream, signal), limits, headerless);
    attempt.format = decoded.format;
    const writing = new Lanes(SEGMENTS_IN_FLIGHT);
    const prefix = segmentsPrefix(identity, version);
    const hearing = await hearRecording({ ...decoded, blocks: untilDeadline(decoded.blocks, signal) }, settings, {
      ...(identity.route !== undefined && { route: identity.route }),
      ...(identity.speaker !== undefined && { speaker: identity.speaker }),
      onSegment: (segment) => writing.add(() => putSegment(AUDIO_BUCKET, prefix, segment, signal)),
    });
    await writing.settled();
    return hearing;
  } finally {
    body.stream.destroy();
  }
}
