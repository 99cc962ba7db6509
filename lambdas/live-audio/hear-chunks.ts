import { hearWaiting, type ClosedSegment } from "../../core/audio/live/hear-waiting.ts";
import { type ArrivedChunk, isComplete, type LiveSession, openSession } from "../../core/audio/live/live-session.ts";
import { QUIET_CHECK_VERSION, type QuietCheck } from "../../core/audio/live/quiet-check.ts";
import { type ChunkVerdict, GAP_WAIT_MS, giveUpGaps, receiveChunk } from "../../core/audio/live/receive-chunk.ts";
import { buildJob, isHeard } from "../../core/recordings/build-job.ts";
import { segmentsPrefix } from "../../core/recordings/storage-keys.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { putSegment } from "../shared/put-audio.ts";
import { ObjectChangedError } from "../shared/s3-objects.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import { getChunk, putChunk } from "./live-chunks.ts";
import type { LoadedSession } from "./session-store.ts";
import type { Stage } from "./stage.ts";

/** Two functions in each other's way meet seldom; one that loses so often in a row lets Lambda try again. */
const MAX_ROUNDS = 5;
const OBJECTS_IN_FLIGHT = 8;

export interface HeardChunks {
  /** One a chunk, in their order. */
  verdicts: ChunkVerdict[];
  jobs: number;
}

/**
 * Hears the chunks of one conversation that came in one batch.
 *
 * Chunks, segments, jobs and checks are handed over before the session is saved: whatever fails, the batch comes again, finds the session as it
 * was and hands the same over once more. What others do with the session meanwhile makes the save fail, and the round starts anew.
 *
 * @throws what S3 or SQS throw; nothing of the batch then counts as heard.
 */
export async function hearChunks(conversationId: string, chunks: readonly ArrivedChunk[], stage: Stage): Promise<HeardChunks> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      return await hearOnce(conversationId, chunks, stage);
    } catch (error) {
      stage.sessions.forget(conversationId);
      if (!(error instanceof ObjectChangedError)) throw error;
    }
  }
  throw new Error(`the session changed under each of ${MAX_ROUNDS} rounds`);
}

async function hearOnce(conversationId: string, chunks: readonly ArrivedChunk[], stage: Stage): Promise<HeardChunks> {
  const { environment, sessions, signal } = stage;
  const { AUDIO_BUCKET: bucket, AUDIO_SETTINGS: settings } = environment;
  const loaded: LoadedSession = (await sessions.load(conversationId, signal)) ?? { session: openSession(chunks[0]!, Date.now()), etag: undefined };
  const { session } = loaded;
  const before = placesOf(session);
  const wasOpen = session.phase === "open";
  const verdicts = chunks.map((chunk) => receiveChunk(session, chunk, settings));
  if (placesOf(session) === before) return { verdicts, jobs: 0 };

  session.touchedAt = Date.now();
  const starts = loaded.etag === undefined || !wasOpen;
  const writing = new Lanes(OBJECTS_IN_FLIGHT);
  const samples = new Map<number, Int16Array>();
  for (const [index, { audio, sequence }] of chunks.entries()) {
    if (verdicts[index]?.kind !== "taken" || !audio.ok) continue;
    samples.set(sequence, audio.samples);
    await writing.add(() => putChunk(bucket, conversationId, sequence, audio.samples, signal));
  }
  if (giveUpGaps(session, false)) {
    await writing.settled();
    // From here on the batch is a repeat, should it come again: without a check nobody would end a conversation that says nothing more.
    if (starts) await sendCheck({ message: checkOf(session), delaySeconds: settings.quietSeconds }, stage);
    await sessions.save(loaded, signal);
  }
  const readChunk = async (sequence: number): Promise<Int16Array> => samples.get(sequence) ?? getChunk(bucket, conversationId, sequence, signal);
  const closed = await hearWaiting(session, readChunk, { speakers: settings.speakers, maximumMinutes: settings.maximumMinutes, ends: false });
  const jobs = await handOverSegments(session, closed, writing, stage);
  const check = nextCheck(session, starts, settings.quietSeconds);
  if (check !== undefined) await sendCheck(check, stage);
  await sessions.save(loaded, signal);
  return { verdicts, jobs };
}

/** Changes with everything that `receiveChunk` takes in. */
function placesOf({ final, late, waiting }: LiveSession): string {
  return `${waiting.length} ${late.length} ${final}`;
}

async function handOverSegments(session: LiveSession, closed: readonly ClosedSegment[], writing: Lanes, { environment, signal }: Stage): Promise<number> {
  const { AUDIO_BUCKET: bucket, AUDIO_JOBS_QUEUE_URL, AUDIO_SETTINGS: settings } = environment;
  const recording = { ...session.identity, id: session.identity.conversationId };
  const route = recording.route ?? settings.route;
  const isWanted = closed.length > 0 && isHeard(route);
  if (isWanted) for (const segment of closed) await writing.add(() => putSegment(bucket, segmentsPrefix(recording), segment, signal));
  await writing.settled();
  if (!isWanted) return 0;
  const job = buildJob(recording, { segments: closed, bucket, route, flags: [], language: settings.language, arrivedAt: session.arrivedAt, complete: false, answered: false });
  await sendAll(AUDIO_JOBS_QUEUE_URL, [jobMessage(job)], signal);
  return 1;
}

interface DelayedCheck {
  message: QuietCheck;
  delaySeconds: number;
}

async function sendCheck({ delaySeconds, message }: DelayedCheck, { environment, signal }: Stage): Promise<void> {
  await sendAll(environment.QUIET_CHECKS_QUEUE_URL, [jobMessage(message, delaySeconds)], signal);
}

function checkOf({ identity: { conversationId } }: LiveSession): QuietCheck {
  return { schema: QUIET_CHECK_VERSION, conversationId };
}

function nextCheck(session: LiveSession, starts: boolean, quietSeconds: number): DelayedCheck | undefined {
  const message = checkOf(session);
  if (isComplete(session)) return { message, delaySeconds: 0 };
  if (session.final !== null) return { message, delaySeconds: GAP_WAIT_MS / 1_000 };
  return starts ? { message, delaySeconds: quietSeconds } : undefined;
}
