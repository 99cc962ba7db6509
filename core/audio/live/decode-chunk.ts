import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import type { AudioRecord } from "../../contracts/audio-record.ts";
import type { HeaderlessFormat } from "../decode/audio-format.ts";
import { decodeAudio } from "../decode/decode-audio.ts";
import { toPcm16 } from "../wav-file.ts";
import type { ArrivedChunk } from "./live-session.ts";

export type InlineAudio = Extract<AudioRecord["audio"], { inline: string }>;

/** A chunk is a moment of a conversation. 256 KiB of Opus can hold a quarter of an hour; such a recording is sent whole. */
export const MAX_CHUNK_SECONDS = 30;

/** What a producer must say of audio without a header; undefined for files that say it themselves. */
export function headerlessFormat({ channels, encoding, sampleRate }: InlineAudio): HeaderlessFormat | undefined {
  if (encoding !== "pcm_s16le" && encoding !== "mulaw" && encoding !== "alaw") return undefined;
  return { encoding, sampleRate: sampleRate!, channels: channels ?? 1 };
}

/** Each chunk is a file, or a stretch of headerless samples, of its own. Never throws for what a producer sent. */
export async function decodeChunk(audio: InlineAudio, maximumSeconds = MAX_CHUNK_SECONDS): Promise<ArrivedChunk["audio"]> {
  const bytes = Buffer.from(audio.inline, "base64");
  try {
    const { blocks, format } = await decodeAudio(only(bytes), { maximumSeconds, maximumBytes: bytes.length }, headerlessFormat(audio));
    const parts: Int16Array[] = [];
    for await (const block of blocks) parts.push(interleave(block));
    return { ok: true, format, samples: concatenate(parts) };
  } catch (error) {
    if (!(error instanceof AudioRefusedError)) throw error;
    return { ok: false, reason: error.code, detail: error.message };
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function interleave(channels: readonly Float32Array[]): Int16Array {
  const tracks = channels.map(toPcm16);
  const [first] = tracks;
  if (first === undefined || tracks.length === 1) return first ?? new Int16Array(0);
  const samples = new Int16Array(first.length * tracks.length);
  for (const [position, track] of tracks.entries()) for (let frame = 0; frame < track.length; frame += 1) samples[frame * tracks.length + position] = track[frame]!;
  return samples;
}

function concatenate(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
