import type { Opinion } from "./opinion.ts";

/** A voice segment of which utterances cover at least this share is part of what they say; of less, it is speech without words. */
export const LEAST_COVERED_SHARE = 0.25;
/** Less of the shorter of the two is where they touch: ends of speech are heard and written down some hundredths of a second apart. */
export const LEAST_OVERLAP_SHARE = 0.1;

export interface VoiceShare {
  voice: Opinion;
  overlapMs: number;
}

export interface Alignment {
  /** Utterance → the voice segments that it overlaps, by their start. */
  voicesOf: Map<Opinion, VoiceShare[]>;
  /** Voice segments without words. */
  alone: Opinion[];
}

interface Stretch {
  opinion: Opinion;
  startMs: number;
  endMs: number;
}

/**
 * Brings the voice segments of one recording together with its utterances: by their overlap in time, where neither track nor speaker speaks
 * against it. A voice segment may lie in several utterances and the other way round. Depends on the set of opinions alone.
 * O(n log n) in the opinions, beside the overlaps themselves.
 */
export function align(utterances: readonly Opinion[], voices: readonly Opinion[]): Alignment {
  const voicesOf = new Map<Opinion, VoiceShare[]>(utterances.map((utterance) => [utterance, []]));
  const alone: Opinion[] = [];
  const words = stretchesOf(utterances);
  let next = 0;
  // Those that may still overlap the voice segment at hand or a later one.
  let open: Stretch[] = [];
  const timed = stretchesOf(voices);
  for (const voice of timed) {
    while (next < words.length && words[next]!.startMs < voice.endMs) open.push(words[next++]!);
    open = open.filter(({ endMs }) => endMs > voice.startMs);
    const shares = open.flatMap((utterance) => {
      const overlapMs = Math.min(utterance.endMs, voice.endMs) - Math.max(utterance.startMs, voice.startMs);
      const shorter = Math.min(utterance.endMs - utterance.startMs, voice.endMs - voice.startMs);
      return overlapMs > 0 && overlapMs >= LEAST_OVERLAP_SHARE * shorter && mayBeOne(utterance.opinion, voice.opinion) ? [{ utterance, overlapMs }] : [];
    });
    const covered = coveredMs(voice, shares.map(({ utterance }) => utterance)) / (voice.endMs - voice.startMs);
    if (covered < LEAST_COVERED_SHARE) alone.push(voice.opinion);
    else for (const { overlapMs, utterance } of shares) voicesOf.get(utterance.opinion)!.push({ voice: voice.opinion, overlapMs });
  }
  const isTimed = new Set(timed.map(({ opinion }) => opinion));
  return { voicesOf, alone: [...alone, ...voices.filter((voice) => !isTimed.has(voice))] };
}

/** How much of a voice segment these cover, by their start; where they overlap each other, once. */
function coveredMs(voice: Stretch, utterances: readonly Stretch[]): number {
  let covered = 0;
  let until = voice.startMs;
  for (const { endMs, startMs } of utterances) {
    const end = Math.min(endMs, voice.endMs);
    covered += Math.max(0, end - Math.max(startMs, until));
    until = Math.max(until, end);
  }
  return covered;
}

/** Those with a time and a length, in order. */
function stretchesOf(opinions: readonly Opinion[]): Stretch[] {
  return opinions
    .flatMap((opinion) => {
      const { endMs = 0, startMs = 0 } = opinion;
      return endMs > startMs ? [{ opinion, startMs, endMs }] : [];
    })
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || a.opinion.index - b.opinion.index);
}

/** Tracks tell where both have one: on one channel the speakers of words are inferred and those of voices may not be known. */
function mayBeOne(words: Opinion, voice: Opinion): boolean {
  if (words.track !== undefined && voice.track !== undefined) return words.track === voice.track;
  return words.speaker === undefined || voice.speaker === undefined || words.speaker === voice.speaker;
}
