import { joinWords } from "./join-words.ts";
import type { Utterance } from "./utterance.ts";

/** A word with the punctuation at it, in milliseconds from the recording's start. */
export interface SpokenWord {
  text: string;
  startMs: number;
  endMs: number;
  /** The channel or label of the voice; words of other voices in between do not cut. */
  channel?: number;
  label?: string;
  language?: string;
  confidence?: number;
  redactions?: Record<string, number>;
}

/** A longer silence of a voice ends its utterance. */
export const PAUSE_MS = 1_500;
/** From this length on an utterance ends with its sentence: about what one segment of the voice road holds. */
export const SENTENCE_AFTER_MS = 8_000;
/** Nobody's sentence goes on for ever; some transcripts have no punctuation. */
export const LONGEST_MS = 30_000;

const SENTENCE_END = /[.?!…。！？؟।]["'”’»)\]]*$/u;

/**
 * Cuts the words of one channel, in the order in which they were said, into utterances: at another voice, at a pause, at the end of a sentence
 * once the utterance is long, and at the latest after half a minute.
 */
export function cutUtterances(words: readonly SpokenWord[]): Omit<Utterance, "index">[] {
  const utterances: Omit<Utterance, "index">[] = [];
  let current: SpokenWord[] = [];
  const close = (): void => {
    if (current.length > 0) utterances.push(utteranceOf(current));
    current = [];
  };
  for (const word of words) {
    const first = current[0];
    const last = current.at(-1);
    if (first !== undefined && last !== undefined && isCut(first, last, word)) close();
    current.push(word);
  }
  close();
  return utterances;
}

function isCut(first: SpokenWord, last: SpokenWord, next: SpokenWord): boolean {
  if (next.label !== last.label || next.channel !== last.channel) return true;
  if (next.startMs - last.endMs > PAUSE_MS || next.endMs - first.startMs > LONGEST_MS) return true;
  return last.endMs - first.startMs >= SENTENCE_AFTER_MS && SENTENCE_END.test(last.text);
}

function utteranceOf(words: readonly SpokenWord[]): Omit<Utterance, "index"> {
  const { channel, label, startMs } = words[0]!;
  const sure = words.flatMap(({ confidence }) => confidence ?? []);
  const language = mostFrequent(words.flatMap((word) => word.language ?? []));
  const redactions = sumOf(words.map((word) => word.redactions));
  return {
    startMs,
    endMs: words.reduce((latest, { endMs }) => Math.max(latest, endMs), startMs),
    text: joinWords(words.map(({ text }) => text)),
    ...(channel !== undefined && { channel }),
    ...(label !== undefined && { label }),
    ...(language !== undefined && { language }),
    ...(sure.length > 0 && { confidence: Math.round((1_000 * sure.reduce((sum, value) => sum + value, 0)) / sure.length) / 1_000 }),
    ...(redactions !== undefined && { redactions }),
  };
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>((best, entry) => (best === undefined || entry[1] > best[1] ? entry : best), undefined)?.[0];
}

/** @returns undefined for nothing. */
export function sumOf(all: readonly (Readonly<Record<string, number>> | undefined)[]): Record<string, number> | undefined {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [type, count] of Object.entries(counts ?? {})) sums[type] = (sums[type] ?? 0) + count;
  return Object.keys(sums).length === 0 ? undefined : sums;
}
