import { hearWaiting } from "../../core/audio/live/hear-waiting.ts";
import type { LiveSession } from "../../core/audio/live/live-session.ts";
import { secondsUntilEnd } from "../../core/audio/live/quiet-check.ts";
import { giveUpGaps } from "../../core/audio/live/receive-chunk.ts";
import { recordingPieces } from "../../core/audio/live/recording-pieces.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import type { AudioSegment } from "../../core/contracts/audio-job.ts";
import { buildJob, isHeard, isTranscribed } from "../../core/recordings/build-job.ts";
import { buildReport } from "../../core/recordings/build-report.ts";
import { buildTranscriptionRequest } from "../../core/recordings/build-transcription-request.ts";
import { liveRecordingKey, segmentsPrefix } from "../../core/recordings/storage-keys.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { putReport, putSegment } from "../shared/put-audio.ts";
import { ObjectChangedError } from "../shared/s3-objects.ts";
import { sendAll } from "../shared/send-all.ts";
import { type JobMessage, jobMessage, MAX_MESSAGE_BYTES } from "../shared/send-jobs.ts";
import { type Assembled, assembleRecording, onlySpeaker } from "./assemble-recording.ts";
import { getChunk } from "./live-chunks.ts";
import type { Stage } from "./stage.ts";

const SEGMENTS_IN_FLIGHT = 8;

/** `wait`: in so many seconds it may be over. `nothing`: it is over already, or nobody knows of it. */
export type Ending = { kind: "ended"; jobs: number; isTranscribed: boolean } | { kind: "refused"; refusal: AudioRefusedError } | { kind: "wait"; seconds: number } | { kind: "nothing" };

/**
 * Ends a live conversation that is complete or has gone quiet: the last segments, one recording of all chunks, its report, a request for its words
 * and a job over all segments. First it is written down that it ends; then everything follows from what the session holds, however often it has to be done, and
 * the session itself stays as it stood: a chunk that was on its way takes the conversation up again, and its next end replaces all that this one gave.
 *
 * @param writeReject is called before the conversation counts as ended.
 * @throws what S3 and SQS throw, and ObjectChangedError when a chunk came in between: it is to be looked at again.
 */
export async function endConversation(conversationId: string, writeReject: (refusal: AudioRefusedError) => Promise<void>, stage: Stage, wasOvertaken = false): Promise<Ending> {
  const { environment, sessions, signal } = stage;
  sessions.forget(conversationId);
  const loaded = await sessions.load(conversationId, signal);
  if (loaded === undefined || (loaded.session.phase === "ended" && !wasOvertaken)) return { kind: "nothing" };
  const { session } = loaded;
  const seconds = secondsUntilEnd(session, Date.now(), environment.AUDIO_SETTINGS.quietSeconds);
  if (seconds !== undefined) return { kind: "wait", seconds };
  if (session.phase === "open") {
    session.phase = "ending";
    session.endedAt = new Date().toISOString();
    await sessions.save(loaded, signal);
  }
  const whole = structuredClone(session);
  giveUpGaps(whole, true);
  const ending = await handOver(whole, stage);
  if (ending.kind === "refused") await writeReject(ending.refusal);
  session.phase = "ended";
  try {
    await sessions.save(loaded, signal);
  } catch (error) {
    if (!(error instanceof ObjectChangedError)) throw error;
    // Taken up again meanwhile. Had it ended again, too, what was given here would now lie over the longer recording.
    return endConversation(conversationId, writeReject, stage, true);
  }
  sessions.forget(conversationId);
  return ending;
}

async function handOver(session: LiveSession, stage: Stage): Promise<Ending> {
  const { environment, signal } = stage;
  const { AUDIO_BUCKET: bucket, AUDIO_SETTINGS: settings } = environment;
  const recording = { ...session.identity, id: session.identity.conversationId };
  const prefix = segmentsPrefix(recording);
  const writing = new Lanes(SEGMENTS_IN_FLIGHT);
  const put = (segment: AudioSegment & { samples: Int16Array }): Promise<void> => writing.add(() => putSegment(bucket, prefix, segment, signal));

  const readChunk = (sequence: number): Promise<Int16Array> => getChunk(bucket, recording.conversationId, sequence, signal);
  const last = await hearWaiting(session, readChunk, { speakers: settings.speakers, maximumMinutes: settings.maximumMinutes, ends: true });
  for (const segment of last) await put(segment);
  const live = session.segments;
  const key = liveRecordingKey(recording.conversationId, recording.occurredAt);
  const address = `s3://${environment.RECORDINGS_BUCKET}/${key}`;
  const { format } = session;
  // Where live nothing was heard, late chunks alone may hold speech.
  const assembled: Assembled =
    format === null
      ? { durationMs: 0, hearing: undefined, refusal: new AudioRefusedError("audio_empty", "none of the conversation's chunks could be heard") }
      : await assembleRecording(session, format, key, async (segment) => (live.length === 0 ? put(segment) : undefined), stage);
  await writing.settled();

  const { hearing } = assembled;
  const segments = live.length > 0 ? live : (hearing?.segments ?? []);
  const route = hearing?.route ?? recording.route ?? settings.route;
  const message =
    segments.length > 0 && isHeard(route)
      ? jobMessage(buildJob(recording, { segments, bucket, route, flags: hearing?.flags ?? [], language: settings.language, arrivedAt: session.arrivedAt, recording: address, complete: true, answered: true }))
      : undefined;
  const tooLong = message !== undefined && message.bytes > MAX_MESSAGE_BYTES ? new AudioRefusedError("audio_too_long", `${segments.length} segments make a job of ${message.bytes} bytes; SQS takes ${MAX_MESSAGE_BYTES}`) : undefined;
  const refusal = tooLong ?? (live.length > 0 ? undefined : assembled.refusal);
  const losses = session.holes.length > 0 || session.late.length > 0 ? (["sequence_gap"] as const) : [];
  const report = buildReport({ id: recording.id, conversationId: recording.conversationId, at: session.arrivedAt, recording: address, format: format ?? undefined, hearing, refusal, losses });
  await putReport(bucket, report, signal);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const request = isTranscribed(route) && segments.length > 0 ? transcriptionRequest(session, { bucket: environment.RECORDINGS_BUCKET, key }, assembled, stage) : undefined;
  // The request first: sent again it finds its job, while an audio job sent again is heard, and paid for, again.
  if (request !== undefined) await sendAll(environment.TRANSCRIPTIONS_QUEUE_URL, [request], signal);
  if (message !== undefined) await sendAll(environment.AUDIO_JOBS_QUEUE_URL, [message], signal);
  return { kind: "ended", jobs: message === undefined ? 0 : 1, isTranscribed: request !== undefined };
}

/**
 * Of a recording that was heard live only, the channels are those of its chunks. Its version is how many chunks it is of, and how long: one that grew needs a
 * transcript of its own, one that was put again the same has it. (Its ETag, under a key of KMS, is another with every put.)
 */
function transcriptionRequest(session: LiveSession, recording: { bucket: string; key: string }, { durationMs, hearing }: Assembled, { environment }: Stage): JobMessage {
  const { arrivedAt, identity } = session;
  const { route: configured, speakers } = environment.AUDIO_SETTINGS;
  const speaker = onlySpeaker(session);
  const tracks = hearing?.tracks ?? (session.format?.channels === 2 ? speakers.map((one) => ({ speaker: one })) : [speaker === undefined ? {} : { speaker }]);
  const route = hearing?.route ?? identity.route ?? configured;
  const version = `${[...recordingPieces(session)].filter(({ isStored }) => isStored).length}-${durationMs}`;
  return jobMessage(buildTranscriptionRequest({ ...identity, id: identity.conversationId }, { recording: { ...recording, version }, container: "wav", tracks, durationMs, route, flags: hearing?.flags ?? [], arrivedAt }));
}
