import type { AudioSegment } from "../../contracts/audio-job.ts";
import type { AudioRecord } from "../../contracts/audio-record.ts";
import type { RejectReason } from "../../contracts/reject.ts";
import type { AudioFormat } from "../decode/audio-format.ts";
import type { ResamplerState } from "../resampler.ts";
import { type ChunkLengths, totalFrames } from "./chunk-lengths.ts";

export const LIVE_SESSION_VERSION = "valence.live-session/1";

export type Speaker = NonNullable<AudioRecord["speaker"]>;

/** Who speaks where, as the conversation's first chunk says it. */
export type LiveIdentity = Pick<AudioRecord, "channel" | "turn" | "language" | "occurredAt" | "attributes" | "route"> & { conversationId: string };

/** A chunk as it arrived. */
export interface ArrivedChunk {
  sequence: number;
  final: boolean;
  identity: LiveIdentity;
  speaker: Speaker | undefined;
  /** ISO 8601: when Kinesis took it. */
  arrivedAt: string;
  audio: { ok: true; format: AudioFormat; /** Interleaved. */ samples: Int16Array } | { ok: false; reason: RejectReason; detail: string };
}

/** A chunk that nothing was heard of yet. `frames` is null for a hole: no audio will come, silence stands in its place. */
export interface WaitingChunk {
  sequence: number;
  frames: number | null;
  speaker: Speaker | null;
  /** Milliseconds since 1970. */
  arrivedAt: number;
}

/** Where the hearing of one track stands. Positions in samples of 16 kHz from the conversation's start. */
export interface TrackState {
  resampler: ResamplerState | null;
  /** What the segmenter has not settled yet, from `start` on. */
  tail: Int16Array;
  start: number;
  /** The segmenter has heard everything before this. */
  fed: number;
}

/** All that is known of a live conversation between two batches: one object in S3. */
export interface LiveSession {
  schema: typeof LIVE_SESSION_VERSION;
  /** `ending`: recording, report and job are on their way; `ended`: they are out. All else stays as it was before, so that the conversation can be taken up again. */
  phase: "open" | "ending" | "ended";
  /** When it was ended last, ISO 8601: only chunks that the stream took before that are still taken. */
  endedAt: string | null;
  identity: LiveIdentity;
  /** The chunk that `identity` is of: the lowest before any was heard. */
  identitySequence: number;
  /** Of the first chunk that could be decoded. */
  format: AudioFormat | null;
  /** Everything before this chunk was heard, as audio or as silence. */
  next: number;
  final: number | null;
  /** Of the chunks before `next`, as heard. */
  lengths: ChunkLengths;
  /** Chunks before `next` without audio. */
  holes: number[];
  /** Chunks that came after silence had been heard in their place: they still get into the recording. */
  late: { sequence: number; frames: number }[];
  /** In ascending order. */
  waiting: WaitingChunk[];
  /** Who spoke on a recording of one channel, from which sample of 16 kHz on. */
  speakers: { start: number; speaker: Speaker | null }[];
  tracks: TrackState[];
  segments: AudioSegment[];
  /** The newest arrival, ISO 8601. */
  arrivedAt: string;
  /** When a chunk was last handled, in milliseconds since 1970. */
  touchedAt: number;
}

export function openSession({ arrivedAt, identity, sequence }: ArrivedChunk, now: number): LiveSession {
  return {
    schema: LIVE_SESSION_VERSION,
    phase: "open",
    endedAt: null,
    identity,
    identitySequence: sequence,
    format: null,
    next: 0,
    final: null,
    lengths: [],
    holes: [],
    late: [],
    waiting: [],
    speakers: [],
    tracks: [],
    segments: [],
    arrivedAt,
    touchedAt: now,
  };
}

/** Every chunk up to the final one was heard or given up. */
export function isComplete({ final, next, waiting }: LiveSession): boolean {
  return final !== null && next > final && waiting.length === 0;
}

/** Frames heard and frames waiting. */
export function framesTaken({ lengths, waiting }: LiveSession): number {
  return totalFrames(lengths) + waiting.reduce((sum, { frames }) => sum + (frames ?? 0), 0);
}
