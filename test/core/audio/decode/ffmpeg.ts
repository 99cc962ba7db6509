import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The independent ear of the tests, where it is installed. */
export const HAS_FFMPEG = spawnSync("ffmpeg", ["-version"]).status === 0;
export const WHY_SKIPPED = "ffmpeg is not installed";

/**
 * What ffmpeg hears in a file, as floats by channel. Opus goes to libopus, the reference: ffmpeg's own decoder brings speech below 24 kHz up to
 * 48 kHz with a resampler of its own and is 12 dB away from the reference there.
 */
export function decodeWithFfmpeg(file: string, channels: number): Float32Array[] {
  return decodeAllWithFfmpeg([file], channels)[0] ?? [];
}

/** As `decodeWithFfmpeg`, in one process. */
export function decodeAllWithFfmpeg(files: readonly string[], channels: number): Float32Array[][] {
  const folder = mkdtempSync(join(tmpdir(), "valence-ffmpeg-"));
  const inputs = files.flatMap((file) => [...(file.endsWith(".opus") ? ["-c:a", "libopus"] : []), "-i", file]);
  const outputs = files.map((_, index) => join(folder, `${index}.f32`));
  execFileSync("ffmpeg", ["-v", "error", ...inputs, ...outputs.flatMap((output, index) => ["-map", String(index), "-f", "f32le", output])]);
  const tracks = outputs.map((output) => byChannel(readFileSync(output), channels));
  rmSync(folder, { recursive: true, force: true });
  return tracks;
}

/** @param bytes interleaved little-endian floats */
function byChannel(bytes: Uint8Array, channels: number): Float32Array[] {
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
