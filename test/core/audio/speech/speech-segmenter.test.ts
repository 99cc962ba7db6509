import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type SpeechSegment, SpeechSegmenter } from "../../../../core/audio/speech/speech-segmenter.ts";
import { seededRandom } from "../../../../core/seeded-random.ts";
import { makeNoise, makeSpeech, RATE, readClips } from "./made-set.ts";
import { pcm } from "./pcm.ts";

let clips: Map<string, Float32Array>;
let conversation: Int16Array;
beforeAll(async () => {
  clips = await readClips();
  conversation = pcm(makeSpeech({ clips: [...clips.values()], seed: 21, seconds: 40, noise: "pink", snrDb: 15 }).samples);
});

async function segmentsOf(samples: Int16Array, startSample = 0): Promise<SpeechSegment[]> {
  const segmenter = await SpeechSegmenter.open(startSample);
  return [...segmenter.push(samples), ...segmenter.end()];
}

/** Comparing samples one by one takes minutes. */
function summaries(segments: readonly SpeechSegment[]): string[] {
  return segments.map(({ startSample, endSample, samples }) => `${startSample}-${endSample} ${createHash("sha256").update(samples).digest("hex")}`);
}

function seconds({ startSample, endSample }: SpeechSegment): number {
  return (endSample - startSample) / RATE;
}

function clip(name: string): Float32Array {
  const samples = clips.get(name);
  if (!samples) throw new Error(`There is no clip ${name}.`);
  return samples;
}

/** Sentences and pauses (in seconds), at -23 dBFS over noise at -75 dBFS. */
function spoken(...parts: (string | number)[]): Int16Array {
  const pieces = parts.map((part) => (typeof part === "number" ? new Float32Array(part * RATE) : clip(part)));
  const samples = Float32Array.from(pieces.flatMap((piece) => [...piece]));
  const noise = makeNoise("white", samples.length, 3, []);
  return pcm(samples.map((sample, n) => sample + (noise[n] ?? 0) * 10 ** (-75 / 20)));
}

describe("SpeechSegmenter", () => {
  it("gives one segment a sentence, with a little around it, of the very samples it heard", async () => {
    const samples = spoken(1, "german", 1, "french", 1);
    const segments = await segmentsOf(samples);
    const starts = [1, 2 + clip("german").length / RATE];

    expect(segments).toHaveLength(2);
    for (const [index, segment] of segments.entries()) {
      const length = clip(index === 0 ? "german" : "french").length / RATE;
      expect(segment.startSample / RATE).toBeGreaterThan((starts[index] ?? NaN) - 0.25);
      expect(segment.startSample / RATE).toBeLessThan((starts[index] ?? NaN) + 0.05);
      expect(seconds(segment)).toBeGreaterThan(length - 0.05);
      expect(seconds(segment)).toBeLessThan(length + 0.5);
      expect(Buffer.compare(Buffer.from(segment.samples.buffer), Buffer.from(samples.slice(segment.startSample, segment.endSample).buffer))).toBe(0);
    }
  });

  it("closes a segment within 550 ms of its last word", async () => {
    const samples = spoken(1, "spanish", 2);
    const lastWord = RATE + clip("spanish").length;
    const segmenter = await SpeechSegmenter.open();
    let heard = 0;
    while (segmenter.push(samples.subarray(heard, heard + 160)).length === 0) heard += 160;

    expect((heard - lastWord) / RATE).toBeGreaterThan(0.2);
    expect((heard - lastWord) / RATE).toBeLessThan(0.55);
  });

  it.each(["white", "pink", "hum", "babble"] as const)("cuts into 1 to 10 s that follow on each other, in %s noise", async (noise) => {
    const { samples } = makeSpeech({ clips: [...clips.values()], seed: 5, seconds: 40, noise, snrDb: 10 });
    const segments = await segmentsOf(pcm(samples));

    expect(segments.length).toBeGreaterThan(5);
    for (const [index, segment] of segments.entries()) {
      expect(seconds(segment)).toBeGreaterThanOrEqual(index < segments.length - 1 ? 1 : 0.1);
      expect(seconds(segment)).toBeLessThanOrEqual(10);
      expect(segment.startSample).toBeGreaterThanOrEqual(segments[index - 1]?.endSample ?? 0);
    }
  });

  it("cuts speech without a pause at 10 s at the latest, in a place softer than most", async () => {
    const samples = spoken(0.5, "german", "italian", "french", "spanish", "hindi", "portuguese", "german", "italian", "french", "spanish", 1);
    const segments = await segmentsOf(samples);
    const [first] = segments;
    const level = (from: number, to: number): number => Math.sqrt(samples.subarray(from, to).reduce((sum, sample) => sum + sample * sample, 0) / (to - from));

    expect(segments.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...segments.map(seconds))).toBeLessThanOrEqual(10);
    expect(level((first?.endSample ?? 0) - 256, (first?.endSample ?? 0) + 256)).toBeLessThan(0.5 * level(RATE, samples.length - RATE));
    // Nothing of what was said falls between two segments.
    for (const [index, segment] of segments.slice(1).entries()) expect(segment.startSample - (segments[index]?.endSample ?? NaN)).toBeLessThan(0.3 * RATE);
  });

  it("gives a single short word a whole second, and one that follows soon the same segment", async () => {
    const word = clip("english-low").subarray(0, 0.4 * RATE);
    const noise = makeNoise("white", 5 * RATE, 3, []);
    const at = (...starts: number[]): Int16Array => {
      const samples = noise.map((sample) => sample * 10 ** (-75 / 20));
      for (const start of starts) for (const [n, sample] of word.entries()) samples[start * RATE + n] = sample;
      return pcm(samples);
    };

    expect((await segmentsOf(at(2))).map(seconds)).toEqual([63 * 0.016]);
    expect(await segmentsOf(at(2, 2.7))).toHaveLength(1);
    expect(await segmentsOf(at(2, 3.9))).toHaveLength(2);
  });

  it("gives the same segments however the samples are cut into blocks", async () => {
    const whole = summaries(await segmentsOf(conversation));
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed);
      const segmenter = await SpeechSegmenter.open();
      const segments: SpeechSegment[] = [];
      for (let start = 0; start < conversation.length; ) {
        const end = start + Math.floor(random() ** 4 * 30_000);
        segments.push(...segmenter.push(conversation.subarray(start, end)));
        start = end;
      }

      expect(summaries([...segments, ...segmenter.end()])).toEqual(whole);
    }
    expect(whole.length).toBeGreaterThan(5);
  });

  it("goes on exactly from the settled sample, wherever it is stopped, and that is never far behind", async () => {
    const whole = summaries(await segmentsOf(conversation));
    const random = seededRandom(8);
    let before: string[] = [];
    const segmenter = await SpeechSegmenter.open();
    for (let start = 0; start < conversation.length; ) {
      const end = start + Math.floor(random() * 5 * RATE);
      before = [...before, ...summaries(segmenter.push(conversation.subarray(start, end)))];
      start = end;
      const settled = segmenter.settledSample;

      expect(Math.min(end, conversation.length) - settled).toBeLessThan(11.5 * RATE);
      expect([...before, ...summaries(await segmentsOf(conversation.subarray(settled), settled))]).toEqual(whole);
    }
  });

  it("keeps an 11-second bound through silence and endless speech alike", async () => {
    const loop = spoken(20, "german", "italian", "french", "spanish", "hindi", "portuguese", "german", "italian", "french", "spanish", 20);
    const segmenter = await SpeechSegmenter.open();
    for (let start = 0; start < loop.length; start += 800) {
      segmenter.push(loop.subarray(start, start + 800));
      expect(start + 800 - segmenter.settledSample).toBeLessThan(11.5 * RATE);
    }
  });

  it("finds nothing in nothing, in silence and in noise", async () => {
    expect(await segmentsOf(new Int16Array(0))).toEqual([]);
    expect(await segmentsOf(new Int16Array(20 * RATE))).toEqual([]);
    expect(await segmentsOf(new Int16Array(100).fill(9_000))).toEqual([]);
    for (const noise of ["white", "pink", "hum"] as const) {
      expect(await segmentsOf(pcm(makeNoise(noise, 20 * RATE, 4, []).map((sample) => sample * 0.03)))).toEqual([]);
    }
  });

  it("starts nowhere but at a whole sample", async () => {
    await expect(SpeechSegmenter.open(-1)).rejects.toThrow("whole number of samples from 0, not at -1");
    await expect(SpeechSegmenter.open(0.5)).rejects.toThrow(RangeError);
  });
});
