import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../../../core/seeded-random.ts";
import { fixture, FIXTURES, hear } from "./audio-files.ts";
import type { Heard } from "./audio-files.ts";
import { decodeAllWithFfmpeg, decodeWithFfmpeg, HAS_FFMPEG, sha256OfFloats, signalToDifference, WHY_SKIPPED } from "./ffmpeg.ts";

const RATES = [8_000, 16_000, 44_100, 48_000] as const;
const WAV_ENCODINGS = ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"] as const;
const COMPRESSED: Readonly<Record<string, readonly string[]>> = {
  "16.flac": ["-c:a", "flac", "-sample_fmt", "s16"],
  "24.flac": ["-c:a", "flac", "-sample_fmt", "s32", "-compression_level", "12"],
  "cbr.mp3": ["-c:a", "libmp3lame", "-b:a", "48k"],
  "vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "3"],
  "voice.opus": ["-c:a", "libopus", "-b:a", "24k", "-application", "voip"],
  "music.opus": ["-c:a", "libopus", "-b:a", "96k"],
  "vorbis.ogg": ["-c:a", "libvorbis", "-q:a", "4"],
};
const SHAPES = RATES.flatMap((rate) => ([1, 2] as const).map((channels) => ({ rate, channels })));

/** Half a second of tones and noise, as doubles: all bits of every encoding are used. */
function source(rate: number, channels: number): Uint8Array {
  const random = seededRandom(rate + channels);
  return new Uint8Array(Float64Array.from({ length: (rate / 2) * channels }, (_, index) => 0.6 * Math.sin((index * 2_700) / rate) + 0.35 * (random() - 0.5)).buffer);
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-decode-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Encodes the source once for each of the outputs. @returns their paths, in order */
function encode(rate: number, channels: number, outputs: Readonly<Record<string, readonly string[]>>): string[] {
  const raw = join(folder, `${rate}-${channels}.f64`);
  writeFileSync(raw, source(rate, channels));
  const paths = Object.keys(outputs).map((name) => join(folder, `${rate}-${channels}-${name}`));
  execFileSync("ffmpeg", ["-v", "error", "-y", "-f", "f64le", "-ar", String(rate), "-ac", String(channels), "-i", raw, ...Object.values(outputs).flatMap((encoder, index) => [...encoder, paths[index] ?? ""])]);
  return paths;
}

function describeSamples(path: string, { tracks, format }: Heard): { path: string; sampleRate: number; samples: string[] } {
  return { path, sampleRate: format.sampleRate, samples: tracks.map(sha256OfFloats) };
}

describe.skipIf(!HAS_FFMPEG)(`decoding beside ffmpeg${HAS_FFMPEG ? "" : ` (skipped: ${WHY_SKIPPED})`}`, () => {
  it.each(SHAPES)("WAV is the same sample by sample: $rate Hz, $channels channel(s)", async ({ rate, channels }) => {
    const paths = encode(rate, channels, Object.fromEntries(WAV_ENCODINGS.map((encoding) => [`${encoding}.wav`, ["-c:a", encoding]])));
    const heardByFfmpeg = decodeAllWithFfmpeg(paths, channels).map((tracks, index) => ({ path: paths[index], sampleRate: rate, samples: tracks.map(sha256OfFloats) }));
    const heardHere = await Promise.all(paths.map(async (path) => describeSamples(path, await hear(new Uint8Array(readFileSync(path))))));

    expect(heardHere).toEqual(heardByFfmpeg);
  }, 60_000);

  it.each(SHAPES)("FLAC is the same, others are within 60 dB: $rate Hz, $channels channel(s)", async ({ rate, channels }) => {
    const paths = encode(rate, channels, COMPRESSED);
    const heardByFfmpeg = decodeAllWithFfmpeg(paths, channels);
    const heardHere = await Promise.all(
      paths.map(async (path, index) => {
        const { tracks, format } = await hear(new Uint8Array(readFileSync(path)));
        // ffmpeg leaves the padding of a Vorbis stream of a single page in.
        const expected = heardByFfmpeg[index]?.map((track) => track.subarray(0, format.sampleRate / 2)) ?? [];
        const decibels = signalToDifference(expected, tracks);
        return { path, sampleRate: format.sampleRate, lengths: tracks.map((track) => track.length), isNear: path.endsWith("flac") ? decibels === Number.POSITIVE_INFINITY : decibels >= 60 };
      }),
    );

    const sampleRate = (path: string): number => (path.endsWith("opus") ? 48_000 : rate);
    expect(heardHere).toEqual(paths.map((path) => ({ path, sampleRate: sampleRate(path), lengths: Array.from({ length: channels }, () => sampleRate(path) / 2), isNear: true })));
  }, 60_000);

  it("heard the fixtures so when they were made", () => {
    const name = "vorbis-16k-mono.ogg";
    const { files, probeEvery } = JSON.parse(readFileSync(join(FIXTURES, "expected.json"), "utf8")) as { probeEvery: number; files: Record<string, { probes: number[][] }> };
    const [track] = decodeWithFfmpeg(join(FIXTURES, name), 1);

    expect(fixture(name).length).toBeGreaterThan(1_000);
    expect(Array.from(track?.filter((_, index) => index % probeEvery === 0) ?? [], (sample) => Number(sample.toFixed(7)))).toEqual(files[name]?.probes[0]);
  });
});
