import { AudioRefusedError } from "../../contracts/audio-refusal.ts";

/** Of audio without a header: only the sender can say. */
export interface HeaderlessFormat {
  encoding: "pcm_s16le" | "mulaw" | "alaw";
  /** Hz. */
  sampleRate: number;
  channels: number;
}

export interface AudioFormat {
  container: "wav" | "flac" | "mp3" | "ogg" | "raw";
  codec: PcmCodec | "flac" | "mp3" | "opus" | "vorbis";
  /** Hz, of the samples that come out: Opus decodes at 48 kHz whatever was recorded. */
  sampleRate: number;
  channels: number;
  bitsPerSample?: number;
  /** The codec left out what people hear least. False for A-law and µ-law, which keep each sample within one step of a scale. */
  lossy: boolean;
}

/** ffmpeg's names. */
export type PcmCodec = "pcm_u8" | "pcm_s16le" | "pcm_s24le" | "pcm_s32le" | "pcm_f32le" | "pcm_f64le" | "mulaw" | "alaw";

/** A decoder's samples, one array a channel, of any length up to what one page or frame holds. */
export type SampleBlocks = AsyncGenerator<Float32Array[], void, undefined>;

/** What a reader makes of a header: the format, and the samples, of which none is decoded before the first is asked for. */
export interface OpenedAudio {
  format: AudioFormat;
  blocks: () => SampleBlocks;
}

const LEAST_RATE = 8_000;
const GREATEST_RATE = 48_000;

/** Metadata before the first sample (pictures, mostly) above this is an attack or a mistake. */
export const MAXIMUM_METADATA_BYTES = 16 * 1024 * 1024;

/** @throws AudioRefusedError `audio_lying_header` for no channels or no rate, `audio_unsupported` outside 1–2 channels and 8–48 kHz */
export function checkRateAndChannels(sampleRate: number, channels: number): void {
  if (channels === 0) throw new AudioRefusedError("audio_lying_header", "the header says 0 channels");
  if (sampleRate === 0) throw new AudioRefusedError("audio_lying_header", "the header says 0 Hz");
  if (channels > 2) throw new AudioRefusedError("audio_unsupported", `${channels} channels; 1 or 2 are heard`);
  if (sampleRate < LEAST_RATE || sampleRate > GREATEST_RATE) throw new AudioRefusedError("audio_unsupported", `${sampleRate} Hz; ${LEAST_RATE} to ${GREATEST_RATE} Hz are heard`);
}

/** @returns a view for numbers of more than one byte */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @returns bytes as characters, for the four-letter names in headers */
export function asciiAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
