/**
 * Speech whose every moment is known: clips of one synthesized sentence each, pauses put between them here. The clips were made
 * with espeak-ng for this project (eight voices, seven languages).
 */
import { readFileSync, readdirSync } from "node:fs";
import { MPEGDecoder } from "mpg123-decoder";
import { Resampler } from "../../../../core/audio/resampler.ts";
import { seededRandom } from "../../../../core/seeded-random.ts";

export const RATE = 16_000;
const CLIPS = new URL("./clips/", import.meta.url);

export type Noise = "white" | "pink" | "hum" | "babble";
export const NOISES: readonly Noise[] = ["white", "pink", "hum", "babble"];

/** @returns each clip at 16 kHz without the silence around it, by name. */
export async function readClips(): Promise<Map<string, Float32Array>> {
  const clips = new Map<string, Float32Array>();
  for (const name of readdirSync(CLIPS).sort()) {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    const { channelData, sampleRate } = decoder.decode(readFileSync(new URL(name, CLIPS)));
    decoder.free();
    const [samples] = channelData;
    if (!samples || sampleRate !== RATE) throw new Error(`${name} is not mono at 16 kHz.`);
    clips.set(name.replace(/\.mp3$/u, ""), withoutEdges(samples));
  }
  return clips;
}

/** From the first to the last 10 ms louder than 35 dB below the loudest. */
function withoutEdges(samples: Float32Array): Float32Array {
  const step = RATE / 100;
  const levels = Array.from({ length: Math.floor(samples.length / step) }, (_, index) => meanSquare(samples.subarray(index * step, (index + 1) * step)));
  const least = Math.max(...levels) / 10 ** 3.5;
  return samples.subarray(levels.findIndex((level) => level > least) * step, (levels.findLastIndex((level) => level > least) + 1) * step);
}

export function meanSquare(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
}

export interface MadeSpeech {
  samples: Float32Array;
  /** True where someone speaks, for each 16 ms. */
  truth: boolean[];
  /** Where the sentences lie, in samples. */
  sentences: { start: number; end: number }[];
}

export interface Making {
  clips: readonly Float32Array[];
  seed: number;
  seconds: number;
  noise?: Noise;
  /** Speech (while someone speaks) over noise. */
  snrDb?: number;
  /** Level of the speech, dB below full scale. */
  levelDbfs?: number;
  /** Through a telephone: 300 to 3,400 Hz by way of 8 kHz. */
  telephone?: boolean;
}

/** Sentences of random speakers, each up to 3 dB softer than the level, with pauses of 0.4 to 3 s between them. */
export function makeSpeech({ clips, seed, seconds, noise, snrDb = 20, levelDbfs = -23, telephone = false }: Making): MadeSpeech {
  const random = seededRandom(seed);
  let samples: Float32Array = new Float32Array(seconds * RATE);
  const sentences: MadeSpeech["sentences"] = [];
  for (let start = Math.round((0.5 + random()) * RATE); ; ) {
    const clip = clips[Math.floor(random() * clips.length)] ?? new Float32Array(0);
    const end = start + clip.length;
    if (end > samples.length - RATE / 2) break;
    const gain = 10 ** ((levelDbfs - 3 * random()) / 20) / Math.sqrt(meanSquare(clip));
    for (const [n, sample] of clip.entries()) samples[start + n] = sample * gain;
    sentences.push({ start, end });
    start = end + Math.round((0.4 + 2.6 * random() ** 2) * RATE);
  }
  if (telephone) samples = throughTelephone(samples);
  if (noise) {
    const made = makeNoise(noise, samples.length, seed + 1, clips);
    const gain = 10 ** ((levelDbfs - 1.5 - snrDb) / 20) / Math.sqrt(meanSquare(made));
    samples = samples.map((sample, n) => sample + gain * (made[n] ?? 0));
  }
  const truth = Array.from({ length: Math.floor(samples.length / 256) }, (_, frame) => sentences.some(({ start, end }) => frame * 256 + 128 >= start && frame * 256 + 128 < end));
  return { samples, truth, sentences };
}

export function throughTelephone(samples: Float32Array): Float32Array {
  const down = new Resampler(RATE, 8_000);
  const up = new Resampler(8_000, RATE);
  const narrow = [down.push(samples), down.end()].map((block) => up.push(block));
  return Float32Array.from([...narrow, up.end()].flatMap((block) => [...block]));
}

/** Noise with a mean square near 1 (its level is set by who uses it). */
export function makeNoise(noise: Noise, length: number, seed: number, clips: readonly Float32Array[]): Float32Array {
  const random = seededRandom(seed);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  if (noise === "white") return Float32Array.from({ length }, gaussian);
  if (noise === "hum") return Float32Array.from({ length }, (_, n) => [1, 0.6, 0.4, 0.25, 0.15].reduce((sum, strength, index) => sum + strength * Math.sin((2 * Math.PI * 50 * (index + 1) * n) / RATE + index), 0));
  if (noise === "pink") return pink(length, gaussian);
  // Babble: eight people talking without a pause.
  const babble = new Float32Array(length);
  for (let voice = 0; voice < 8; voice += 1) {
    for (let n = -Math.floor(random() * RATE); n < length; ) {
      const clip = clips[Math.floor(random() * clips.length)] ?? new Float32Array(RATE);
      const gain = 1 / Math.sqrt(meanSquare(clip) * 8);
      for (let index = Math.max(0, -n); index < clip.length && n + index < length; index += 1) babble[n + index] = (babble[n + index] ?? 0) + gain * (clip[index] ?? 0);
      n += clip.length;
    }
  }
  return babble;
}

/** One random walk an octave, each renewed half as often as the one before (Voss and McCartney). */
function pink(length: number, gaussian: () => number): Float32Array {
  const rows = Array.from({ length: 12 }, gaussian);
  return Float32Array.from({ length }, (_, n) => {
    const row = Math.min(11, 31 - Math.clz32((n + 1) & -(n + 1)));
    rows[row] = gaussian();
    return (rows.reduce((sum, value) => sum + value, 0) + gaussian()) / Math.sqrt(13);
  });
}

export interface FrameScores {
  precision: number;
  recall: number;
  f1: number;
}

export function scoreFrames(truth: readonly boolean[], found: readonly boolean[]): FrameScores {
  let both = 0;
  let spoken = 0;
  let said = 0;
  for (const [frame, speech] of truth.entries()) {
    if (speech) spoken += 1;
    if (found[frame]) said += 1;
    if (speech && found[frame]) both += 1;
  }
  return { precision: both / said, recall: both / spoken, f1: (2 * both) / (spoken + said) };
}
