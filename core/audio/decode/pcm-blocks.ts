import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { checkRateAndChannels } from "./audio-format.ts";
import type { HeaderlessFormat, OpenedAudio, PcmCodec, SampleBlocks } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import { bytesPerSample, readSamples } from "./pcm-samples.ts";

const BLOCK_FRAMES = 16_384;

/**
 * Uncompressed samples, as they come.
 *
 * @param dataBytes how many bytes of samples the header declares; undefined: until the file ends
 * @throws AudioRefusedError `audio_truncated` when the file ends before that, or in the middle of a sample
 */
export async function* pcmBlocks(source: ByteSource, codec: PcmCodec, channels: number, dataBytes?: number): SampleBlocks {
  const frameBytes = bytesPerSample(codec) * channels;
  let left = dataBytes ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = Math.min(left, BLOCK_FRAMES * frameBytes);
    const whole = await source.has(wanted);
    if (!whole && source.available === 0 && dataBytes === undefined) return;
    const bytes = source.take(Math.floor(Math.min(wanted, source.available) / frameBytes) * frameBytes);
    if (bytes.length > 0) yield readSamples(bytes, codec, channels);
    left -= bytes.length;
    if (whole) continue;
    if (dataBytes !== undefined) throw new AudioRefusedError("audio_truncated", `the header declares ${dataBytes} bytes of samples, the file ends after ${dataBytes - left + source.available}`);
    if (source.available > 0) throw new AudioRefusedError("audio_truncated", `the file ends after ${source.available} of the ${frameBytes} bytes of its last sample`);
  }
}

/** Audio that has no header, because its sender said what it is. */
export async function openRaw(source: ByteSource, { encoding, sampleRate, channels }: HeaderlessFormat): Promise<OpenedAudio> {
  checkRateAndChannels(sampleRate, channels);
  return { format: { container: "raw", codec: encoding, sampleRate, channels, bitsPerSample: bytesPerSample(encoding) * 8, lossy: false }, blocks: () => pcmBlocks(source, encoding, channels) };
}
