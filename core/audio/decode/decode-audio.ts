import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt } from "./audio-format.ts";
import type { AudioFormat, HeaderlessFormat, OpenedAudio, SampleBlocks } from "./audio-format.ts";
import { ByteSource } from "./byte-source.ts";
import { openFlac } from "./flac.ts";
import { openMp3 } from "./mp3.ts";
import { openOgg } from "./ogg-audio.ts";
import { openRaw } from "./pcm-blocks.ts";
import { sniff } from "./sniff.ts";
import type { AudioContainer } from "./sniff.ts";
import { openWav } from "./wav.ts";

export type { AudioFormat, HeaderlessFormat } from "./audio-format.ts";

export interface DecodeLimits {
  maximumSeconds: number;
  maximumBytes: number;
}

export interface DecodedAudio {
  format: AudioFormat;
  /**
   * One array a channel, all of one length (1 to 65,536 samples), at `format.sampleRate`. Full scale is ±1; floats and lossy codecs may
   * overshoot it and are given as they are, so that nothing is clipped before it is measured. To be iterated once.
   */
  blocks: AsyncIterable<Float32Array[]>;
}

const LARGEST_BLOCK = 65_536;

const OPENERS: Readonly<Record<AudioContainer, (source: ByteSource) => Promise<OpenedAudio>>> = { wav: openWav, flac: openFlac, ogg: openOgg, mp3: openMp3 };

/**
 * Tells what a file is by its content and decodes it as a stream: reads only what it needs to tell the format, then as the blocks are
 * asked for. Neither the file nor its samples are ever in memory as a whole. When it refuses, or the blocks end, for whatever reason, the
 * stream of bytes is closed and the decoder freed.
 *
 * @param headerless what the sender says of audio without a header; without it only files that say themselves what they are are heard
 * @throws AudioRefusedError here or while iterating; what the stream of bytes throws goes through
 */
export async function decodeAudio(bytes: AsyncIterable<Uint8Array>, limits: DecodeLimits, headerless?: HeaderlessFormat): Promise<DecodedAudio> {
  const source = new ByteSource(bytes, limits.maximumBytes);
  try {
    const opened = headerless === undefined ? await OPENERS[await sniff(source)](source) : await openHeaderless(source, headerless);
    return { format: opened.format, blocks: limited(opened, source, limits.maximumSeconds) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openHeaderless(source: ByteSource, headerless: HeaderlessFormat): Promise<OpenedAudio> {
  if (!(await source.has(1))) throw new AudioRefusedError("audio_empty", "there are no bytes");
  await source.has(12);
  const head = source.peek(12);
  // A header heard as samples is a click nobody would explain.
  if (asciiAt(head, 0, 4) === "RIFF" && asciiAt(head, 8, 4) === "WAVE") throw new AudioRefusedError("audio_lying_header", `a WAV file that was sent as ${headerless.encoding}; send it as "wav"`);
  return openRaw(source, headerless);
}

async function* limited({ format, blocks }: OpenedAudio, source: ByteSource, maximumSeconds: number): SampleBlocks {
  const most = maximumSeconds * format.sampleRate;
  let given = 0;
  try {
    for await (const block of blocks()) {
      const length = block[0]?.length ?? 0;
      given += length;
      if (given > most) throw new AudioRefusedError("audio_too_long", `the audio has more than ${maximumSeconds} seconds, the most that is heard`);
      for (let start = 0; start < length; start += LARGEST_BLOCK) yield length <= LARGEST_BLOCK ? block : block.map((samples) => samples.subarray(start, start + LARGEST_BLOCK));
    }
    if (given === 0) throw new AudioRefusedError("audio_empty", "a header without a sample");
  } finally {
    await source.close();
  }
}
