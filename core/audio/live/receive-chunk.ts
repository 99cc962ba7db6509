import type { AudioSettings } from "../../contracts/audio-settings.ts";
import type { RejectReason } from "../../contracts/reject.ts";
import type { AudioFormat } from "../decode/audio-format.ts";
import { type ArrivedChunk, framesTaken, type LiveSession, type WaitingChunk } from "./live-session.ts";

/** A missing chunk is given up when so many later ones are there … */
export const GAP_CHUNKS = 32;
/** … or when the first later one waits for so long. */
export const GAP_WAIT_MS = 20_000;

/** A chunk further ahead than this is a producer's mistake: the silence before it would be longer than most calls. */
export const MAX_CHUNKS_AHEAD = 1_024;

export type ChunkVerdict = { kind: "taken" } | { kind: "repeat" } | { kind: "refused"; reason: RejectReason; detail: string };

const TAKEN: ChunkVerdict = { kind: "taken" };
const REPEAT: ChunkVerdict = { kind: "repeat" };

/**
 * Puts a chunk in its place, in whatever order chunks come. The first chunk of a number counts. What is refused leaves a hole, so that nobody
 * waits for it; only where there is no place for it at all, nothing changes.
 */
export function receiveChunk(session: LiveSession, chunk: ArrivedChunk, settings: Pick<AudioSettings, "maximumMinutes">): ChunkVerdict {
  const { sequence } = chunk;
  if (isKnown(session, sequence)) return isHole(session, sequence) ? fillHole(session, chunk, settings) : REPEAT;
  const refusal = placeRefusal(session, chunk);
  if (refusal !== undefined) return refusal;

  session.phase = "open";
  if (chunk.arrivedAt > session.arrivedAt) session.arrivedAt = chunk.arrivedAt;
  if (session.lengths.length === 0 && sequence < session.identitySequence) {
    session.identity = chunk.identity;
    session.identitySequence = sequence;
  }
  if (chunk.final) session.final ??= sequence;
  const problem = audioProblem(session, chunk, settings);
  if (chunk.audio.ok && problem === undefined) session.format ??= chunk.audio.format;
  // Nobody speaks for longer than a stage hears: the conversation ends here.
  if (problem?.kind === "refused" && problem.reason === "audio_too_long") session.final ??= sequence;
  const frames = problem === undefined ? framesOf(chunk) : null;
  const isEmptyEnd = chunk.final && !chunk.audio.ok && chunk.audio.reason === "audio_empty";
  insertWaiting(session, { sequence, frames: isEmptyEnd ? 0 : frames, speaker: chunk.speaker ?? null, arrivedAt: Date.parse(chunk.arrivedAt) });
  // A header without samples is how some producers hang up.
  return isEmptyEnd ? TAKEN : (problem ?? TAKEN);
}

/**
 * Makes holes of missing chunks that nobody waits for any longer.
 *
 * @param all give up whatever is missing before a chunk that is there: the conversation ends.
 * @returns whether something was given up. It must then be written down before it is heard, or two functions could decide differently.
 */
export function giveUpGaps(session: LiveSession, all: boolean): boolean {
  for (let gaveUp = false; ; gaveUp = true) {
    const [missing, later] = firstGap(session);
    const [firstMissing] = missing;
    if (firstMissing === undefined) return gaveUp;
    const oldest = Math.min(...later.map(({ arrivedAt }) => arrivedAt));
    const isDue = all || later.length >= GAP_CHUNKS || Date.parse(session.arrivedAt) - oldest >= GAP_WAIT_MS;
    if (!isDue) return gaveUp;
    for (const sequence of missing) insertWaiting(session, { sequence, frames: null, speaker: null, arrivedAt: oldest });
  }
}

/** The first missing chunks in a row, and those that wait behind them. */
function firstGap({ next, waiting }: LiveSession): [missing: number[], later: WaitingChunk[]] {
  const behind = waiting.findIndex(({ sequence }, index) => sequence !== next + index);
  if (behind === -1) return [[], []];
  const start = next + behind;
  const missing = Array.from({ length: waiting[behind]!.sequence - start }, (_, index) => start + index);
  return [missing, waiting.slice(behind)];
}

function isKnown({ next, waiting }: LiveSession, sequence: number): boolean {
  return sequence < next || waiting.some((one) => one.sequence === sequence);
}

/** Silence was heard in its place, or will be. */
function isHole({ holes, late, waiting }: LiveSession, sequence: number): boolean {
  if (late.some((one) => one.sequence === sequence)) return false;
  return holes.includes(sequence) || waiting.some((one) => one.sequence === sequence && one.frames === null);
}

/** A chunk for a place that was given up still gets into the recording; nothing is heard again for it. */
function fillHole(session: LiveSession, chunk: ArrivedChunk, settings: Pick<AudioSettings, "maximumMinutes">): ChunkVerdict {
  const { sequence } = chunk;
  const problem = audioProblem(session, chunk, settings) ?? (comesAfterEnd(session, chunk) ? hasEnded(sequence) : undefined);
  if (problem !== undefined) return problem;
  session.phase = "open";
  session.holes = session.holes.filter((hole) => hole !== sequence);
  session.late.push({ sequence, frames: framesOf(chunk) });
  return TAKEN;
}

function hasEnded(sequence: number): ChunkVerdict {
  return refused("invalid_record", `chunk ${sequence}: the conversation has ended; a new one needs a conversationId of its own`);
}

/** A chunk that the stream had taken when the conversation was ended is not late, its reader was: the conversation goes on with it. */
function comesAfterEnd({ endedAt, final, phase }: LiveSession, { arrivedAt, sequence }: ArrivedChunk): boolean {
  return phase !== "open" && (arrivedAt > (endedAt ?? "") || (final !== null && sequence > final));
}

function placeRefusal(session: LiveSession, chunk: ArrivedChunk): ChunkVerdict | undefined {
  const { final, next } = session;
  const { sequence } = chunk;
  if (comesAfterEnd(session, chunk)) return hasEnded(sequence);
  if (final !== null && sequence > final) return refused("invalid_record", `chunk ${sequence} comes after the final chunk ${final}`);
  if (sequence >= next + MAX_CHUNKS_AHEAD) return refused("invalid_record", `sequence ${sequence} is ${sequence - next} ahead of the chunk that is expected next; at most ${MAX_CHUNKS_AHEAD} may be missing`);
  return undefined;
}

function audioProblem(session: LiveSession, { audio, sequence }: ArrivedChunk, { maximumMinutes }: Pick<AudioSettings, "maximumMinutes">): ChunkVerdict | undefined {
  if (!audio.ok) return refused(audio.reason, audio.detail);
  const mismatch = formatProblem(session.format, audio.format);
  if (mismatch !== undefined) return refused("invalid_record", `chunk ${sequence}: ${mismatch}`);
  const frames = framesTaken(session) + audio.samples.length / audio.format.channels;
  if (frames <= maximumMinutes * 60 * audio.format.sampleRate) return undefined;
  return refused("audio_too_long", `with chunk ${sequence} the conversation is longer than ${maximumMinutes} minutes`);
}

function formatProblem(session: AudioFormat | null, chunk: AudioFormat): string | undefined {
  if (session === null || (session.sampleRate === chunk.sampleRate && session.channels === chunk.channels)) return undefined;
  return `${described(chunk)} in a conversation of ${described(session)}; all chunks must be alike`;
}

function described({ channels, sampleRate }: AudioFormat): string {
  return `${sampleRate} Hz and ${channels} channel${channels === 1 ? "" : "s"}`;
}

function framesOf({ audio }: ArrivedChunk): number {
  return audio.ok ? audio.samples.length / audio.format.channels : 0;
}

function insertWaiting({ waiting }: LiveSession, chunk: WaitingChunk): void {
  const place = waiting.findIndex(({ sequence }) => sequence > chunk.sequence);
  waiting.splice(place === -1 ? waiting.length : place, 0, chunk);
}

function refused(reason: RejectReason, detail: string): ChunkVerdict {
  return { kind: "refused", reason, detail };
}
