import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";

/** The independent ear of the tests, where it is installed. */
export const HAS_FFMPEG = spawnSync("ffmpeg", ["-version"]).status === 0;
export const WHY_SKIPPED = "ffmpeg is not installed";

/**
 * What ffmpeg hears in a file, as floats by channel. Opus goes to libopus, the reference: ffmpeg's own decoder brings speech below 24 kHz up to
 * 48 kHz with a resampler of its own and is 12 dB away from the reference there.
 */
export function decodeWithFfmpeg(file: string, channels: number): Float32Array[] {
  const decoder = file.endsWith(".opus") ? ["-c:a", "libopus"] : [];
  return byChannel(execFileSync("ffmpeg", ["-v", "error", ...decoder, "-i", file, "-f", "f32le", "-"], { maxBuffer: 2 ** 28 }), channels);
}

/** @param bytes interleaved little-endian floats */
export function byChannel(bytes: Uint8Array, channels: number): Float32Array[] {
  const interleaved = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return Array.from({ length: channels }, (_, channel) => interleaved.filter((_sample, index) => index % channels === channel));
}

export function sha256OfFloats(samples: Float32Array): string {
  return createHash("sha256").update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)).digest("hex");
}

/** Signal to difference in dB, over all channels; infinite when they are the same. */
export function signalToDifference(expected: readonly Float32Array[], heard: readonly Float32Array[]): number {
  let [signal, difference] = [0, 0];
  for (const [channel, track] of expected.entries()) {
    for (const [index, sample] of track.entries()) {
      signal += sample ** 2;
      difference += (sample - (heard[channel]?.[index] ?? 0)) ** 2;
    }
  }
  return 10 * Math.log10(signal / difference);
}
