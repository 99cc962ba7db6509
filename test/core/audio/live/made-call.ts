import { Resampler } from "../../../../core/audio/resampler.ts";
import { toPcm16 } from "../../../../core/audio/wav-file.ts";
import { makeSpeech, RATE, readClips } from "../speech/made-set.ts";

/** A call of two people, interleaved: the customer left, the agent right. */
export async function madeCall(sampleRate: number, seconds: number): Promise<Int16Array> {
  const clips = [...(await readClips()).values()];
  const tracks = [1, 2].map((seed) => {
    const { samples } = makeSpeech({ clips, seed, seconds });
    const resampler = new Resampler(RATE, sampleRate);
    return toPcm16(Float32Array.from([...resampler.push(samples), ...resampler.end()]));
  });
  return Int16Array.from({ length: sampleRate * seconds * 2 }, (_, index) => tracks[index % 2]?.[Math.floor(index / 2)] ?? 0);
}

/** Equal pieces, the last one shorter. */
export function cut(samples: Int16Array, length: number): Int16Array[] {
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, index) => samples.slice(index * length, (index + 1) * length));
}

/** Moves each item by less than `reach` places. */
export function shuffled<Item>(items: readonly Item[], reach: number, random: () => number): Item[] {
  return items
    .map((item, index) => ({ item, place: index + random() * reach }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
