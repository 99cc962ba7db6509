import { fromPcm16 } from "../wav-file.ts";
import { eachLength } from "./chunk-lengths.ts";
import type { LiveSession } from "./live-session.ts";

/** One chunk's place in the recording: its own samples, or silence. */
export interface RecordingPiece {
  sequence: number;
  frames: number;
  isStored: boolean;
}

/** In the order of the conversation, whatever the order of arrival. A chunk that came late has its own length, not its stand-in's. */
export function* recordingPieces({ holes, late, lengths }: LiveSession): Generator<RecordingPiece, void, undefined> {
  const withoutAudio = new Set(holes);
  const lateFrames = new Map(late.map(({ frames, sequence }) => [sequence, frames]));
  let sequence = 0;
  for (const heard of eachLength(lengths)) {
    const frames = lateFrames.get(sequence) ?? heard;
    if (frames > 0) yield { sequence, frames, isStored: !withoutAudio.has(sequence) };
    sequence += 1;
  }
}

/** A block of interleaved samples as the decoder would give it. Blocks hold at most 65,536 frames. */
export function* asBlocks(interleaved: Int16Array, channels: number): Generator<Float32Array[], void, undefined> {
  const most = 65_536;
  const frames = interleaved.length / channels;
  for (let start = 0; start < frames; start += most) {
    const end = Math.min(frames, start + most);
    const part = fromPcm16(interleaved.subarray(start * channels, end * channels));
    yield channels === 1 ? [part] : Array.from({ length: channels }, (_, channel) => Float32Array.from({ length: end - start }, (_, frame) => part[frame * channels + channel]!));
  }
}
