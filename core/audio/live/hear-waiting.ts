import type { AudioSegment } from "../../contracts/audio-job.ts";
import type { AudioSettings } from "../../contracts/audio-settings.ts";
import { SPEECH_RATE } from "../resampler.ts";
import { appendLength, lastLength, totalFrames } from "./chunk-lengths.ts";
import { LiveListener, type LiveSegment, newTracks } from "./live-listener.ts";
import type { LiveSession, Speaker, WaitingChunk } from "./live-session.ts";

/** Reads a chunk's samples, interleaved, at the source's rate. */
export type ReadChunk = (sequence: number) => Promise<Int16Array>;

export interface ClosedSegment extends AudioSegment {
  /** 16 kHz. */
  samples: Int16Array;
}

/** Milliseconds of 16 kHz samples. */
const PER_MS = SPEECH_RATE / 1_000;
/** Of silence heard at once: a long gap must not need its length in memory. */
const SILENCE_SECONDS = 10;

/**
 * Hears the waiting chunks that are in a row, silence in place of holes, and moves the session on.
 *
 * @param options.ends nothing will follow: what is unfinished is finished.
 * @returns the segments that closed, numbered on; they are in `session.segments` as well.
 */
export async function hearWaiting(session: LiveSession, readChunk: ReadChunk, options: { speakers: AudioSettings["speakers"]; maximumMinutes: number; ends: boolean }): Promise<ClosedSegment[]> {
  const { format } = session;
  if (format === null) {
    // Only holes so far. How long they were, the first chunk that can be heard will tell.
    if (options.ends) takeSilently(session);
    return [];
  }
  const { channels, sampleRate } = format;
  if (session.tracks.length === 0) session.tracks = newTracks(channels);
  if (!options.ends && session.waiting[0]?.sequence !== session.next) return [];
  const listener = await LiveListener.open(sampleRate, session.tracks);
  try {
    const closed: LiveSegment[] = [];
    for (let chunk = takeNext(session, options); chunk !== undefined; chunk = takeNext(session, options)) {
      noteSpeaker(session, chunk, sampleRate);
      if (chunk.isHole) {
        for (const silence of silences(chunk.frames, sampleRate)) closed.push(...listener.hear(Array.from({ length: channels }, () => silence)));
      } else if (chunk.frames > 0) {
        closed.push(...listener.hear(split(await readChunk(chunk.sequence), channels)));
      }
      appendLength(session.lengths, chunk.frames);
    }
    if (options.ends) closed.push(...listener.end());
    session.tracks = options.ends ? [] : listener.states();
    return closed.map((segment) => number(session, segment, options.speakers));
  } finally {
    listener.close();
  }
}

interface TakenChunk {
  sequence: number;
  frames: number;
  isHole: boolean;
  speaker: Speaker | null;
}

function takeNext(session: LiveSession, { ends, maximumMinutes }: { ends: boolean; maximumMinutes: number }): TakenChunk | undefined {
  const [first] = session.waiting;
  if (first === undefined || first.sequence !== session.next) return undefined;
  const { sequence, speaker } = first;
  const frames = first.frames ?? silenceFor(session, maximumMinutes);
  // The very first chunks are missing and nothing says yet how long they were.
  if (frames === undefined && !ends) return undefined;
  session.waiting.shift();
  session.next += 1;
  const isHole = first.frames === null;
  if (isHole && session.late.every((late) => late.sequence !== sequence)) session.holes.push(sequence);
  return { sequence, frames: frames ?? 0, isHole, speaker };
}

/** As long as its neighbour, and never so long that the conversation would pass the stage's limit by silence alone. */
function silenceFor(session: LiveSession, maximumMinutes: number): number | undefined {
  const neighbour = lastLength(session.lengths) ?? session.waiting.find(({ frames }: WaitingChunk) => frames !== null && frames > 0)?.frames;
  if (neighbour === undefined || neighbour === null) return undefined;
  return Math.min(neighbour, Math.max(0, maximumMinutes * 60 * (session.format?.sampleRate ?? 0) - totalFrames(session.lengths)));
}

function takeSilently(session: LiveSession): void {
  for (const { sequence } of session.waiting.splice(0)) {
    session.holes.push(sequence);
    session.next = sequence + 1;
    appendLength(session.lengths, 0);
  }
}

function noteSpeaker(session: LiveSession, { isHole, speaker }: TakenChunk, sampleRate: number): void {
  const last = session.speakers.at(-1);
  if (isHole || last?.speaker === speaker) return;
  session.speakers.push({ start: Math.round((totalFrames(session.lengths) * SPEECH_RATE) / sampleRate), speaker });
}

function number(session: LiveSession, { endSample, samples, startSample, track }: LiveSegment, speakers: AudioSettings["speakers"]): ClosedSegment {
  const middle = (startSample + endSample) / 2;
  const speaker = session.format?.channels === 2 ? speakers[track] : (session.speakers.findLast(({ start }) => start <= middle)?.speaker ?? undefined);
  const segment: AudioSegment = {
    index: session.segments.length,
    track,
    ...(speaker !== undefined && { speaker }),
    startMs: Math.round(startSample / PER_MS),
    endMs: Math.max(Math.round(startSample / PER_MS) + 1, Math.round(endSample / PER_MS)),
  };
  session.segments.push(segment);
  return { ...segment, samples };
}

function split(interleaved: Int16Array, channels: number): Int16Array[] {
  if (channels === 1) return [interleaved];
  return Array.from({ length: channels }, (_, channel) => Int16Array.from({ length: interleaved.length / channels }, (_, frame) => interleaved[frame * channels + channel]!));
}

function* silences(frames: number, sampleRate: number): Generator<Int16Array, void, undefined> {
  for (let left = frames; left > 0; left -= SILENCE_SECONDS * sampleRate) yield new Int16Array(Math.min(left, SILENCE_SECONDS * sampleRate));
}
