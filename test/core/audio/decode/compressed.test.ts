import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytes, fixture, FIXTURES, hear, opusHead, opusOfSilence, withOggChecksum } from "./audio-files.ts";
import { sha256OfFloats, signalToDifference } from "./ffmpeg.ts";

interface Expectation {
  channels: number;
  samples: number;
  /** Of each channel's floats. */
  sha256?: string[];
  /** Every n-th sample of each channel. */
  probes?: number[][];
}

/** What ffmpeg heard when the fixtures were made. */
const { probeEvery, files } = JSON.parse(readFileSync(join(FIXTURES, "expected.json"), "utf8")) as { probeEvery: number; files: Record<string, Expectation> };
const names = Object.keys(files);

describe("the fixtures, against what ffmpeg heard in them", () => {
  it.each(Object.entries(files).filter(([, { sha256 }]) => sha256 !== undefined))("%s, sample by sample", async (name, { samples, sha256 }) => {
    const { tracks } = await hear(fixture(name));

    expect(tracks.map((track) => track.length)).toEqual(tracks.map(() => samples));
    expect(tracks.map(sha256OfFloats)).toEqual(sha256);
  });

  it.each(Object.entries(files).filter(([, { probes }]) => probes !== undefined))("%s, within 60 dB", async (name, { samples, probes = [] }) => {
    const { tracks } = await hear(fixture(name));

    expect(tracks.map((track) => track.length)).toEqual(probes.map(() => samples));
    expect(signalToDifference(probes.map((track) => Float32Array.from(track)), tracks.map((track) => track.filter((_, index) => index % probeEvery === 0)))).toBeGreaterThan(60);
  });
});

describe("the formats that files say they have", () => {
  it.each([
    ["mulaw-8k-stereo.wav", { container: "wav", codec: "mulaw", sampleRate: 8_000, channels: 2, bitsPerSample: 8, lossy: false }],
    ["flac-24-44k-mono.flac", { container: "flac", codec: "flac", sampleRate: 44_100, channels: 1, bitsPerSample: 24, lossy: false }],
    ["mp3-cbr-8k-mono.mp3", { container: "mp3", codec: "mp3", sampleRate: 8_000, channels: 1, lossy: true }],
    ["opus-mono.opus", { container: "ogg", codec: "opus", sampleRate: 48_000, channels: 1, lossy: true }],
    ["vorbis-44k-stereo.ogg", { container: "ogg", codec: "vorbis", sampleRate: 44_100, channels: 2, lossy: true }],
  ])("%s", async (name, expected) => {
    expect((await hear(fixture(name))).format).toEqual(expected);
  });
});

describe("how a file is cut into chunks", () => {
  it.each(names)("does not matter: %s", async (name) => {
    const whole = await hear(fixture(name), { chunk: 2 ** 24 });
    const small = await hear(fixture(name), { chunk: 61 });

    expect(small.tracks.map(sha256OfFloats)).toEqual(whole.tracks.map(sha256OfFloats));
    expect(whole.longestBlock).toBeLessThanOrEqual(65_536);
  });
});

describe("tags and other things around MP3", () => {
  const plain = fixture("mp3-vbr-44k-stereo.mp3");
  const tag = bytes("ID3", 4, 0, 0, [0, 0, 1, 0], new Uint8Array(128).fill(0xff));

  it.each([
    ["an ID3v2 tag in front", bytes(tag, plain)],
    ["an ID3v1 tag behind", bytes(plain, "TAG", new Uint8Array(125))],
    ["an APE tag behind", bytes(plain, "APETAGEX", new Uint8Array(60).fill(1))],
    ["zeros behind", bytes(plain, new Uint8Array(3_000))],
  ])("%s changes nothing", async (_name, file) => {
    expect((await hear(file)).tracks.map(sha256OfFloats)).toEqual((await hear(plain)).tracks.map(sha256OfFloats));
  });

  it("finds FLAC behind an ID3v2 tag", async () => {
    expect((await hear(bytes(tag, fixture("flac-16-16k-stereo.flac")))).format.codec).toBe("flac");
  });
});

describe("Opus headers", () => {
  it("leaves out the samples of the pre-skip", async () => {
    const { tracks } = await hear(opusOfSilence(3, opusHead({ preSkip: 312 })));

    expect(tracks[0]).toHaveLength(3 * 5_760 - 312);
  });

  it("applies the gain", async () => {
    const loud = fixture("opus-mono.opus");
    const at = Buffer.from(loud).indexOf("OpusHead") + 16;
    const quieter = loud.slice();
    // -6.0206 dB, in 256ths: a half.
    quieter.set([0xfb, 0xf9], at);
    withOggChecksum(quieter.subarray(0, Buffer.from(loud).indexOf("OggS", 4)));

    const [before, after] = [await hear(loud), await hear(quieter)];

    expect(Math.max(...(after.tracks[0] ?? []))).toBeCloseTo(Math.max(...(before.tracks[0] ?? [])) / 2, 3);
  });
});
