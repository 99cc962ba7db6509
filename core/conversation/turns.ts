import type { ConversationSettings } from "../contracts/conversation-settings.ts";
import type { FusionWeights } from "../contracts/fusion-weights.ts";
import type { SentimentResult } from "../contracts/sentiment-result.ts";
import { align, type VoiceShare } from "./align.ts";
import { fusedRow, type FusedRow } from "./fused-row.ts";
import type { Opinion } from "./opinion.ts";

/** What conversations are made by. */
export interface Rules {
  conversationId: string;
  settings: ConversationSettings;
  weights: FusionWeights;
}

/** One turn of a conversation: an utterance, a message, or speech without words. */
export interface Turn {
  /** Of the words, or of the voice segment where there are none. */
  leading: Opinion;
  text: Opinion | undefined;
  voices: readonly VoiceShare[];
  speaker: SentimentResult["speaker"];
  /** When it began. */
  occurredAt: string;
  /** The same in milliseconds since 1970. */
  at: number;
  scores: SentimentResult["sentiment"]["scores"];
  /** Of turns that were spoken; of messages the text result is all there is to say. */
  row: FusedRow | undefined;
}

/** Turns of an earlier round by what leads them: a turn that is made of the same opinions is the same turn, and is not computed again. */
export type KnownTurns = ReadonlyMap<Opinion, Turn>;

/** The turns in order: by time, then turn, id and index. A function of the set of opinions, never of their order. */
export function turnsOf(opinions: Iterable<Opinion>, rules: Rules, known: KnownTurns = new Map()): Turn[] {
  const records = new Map<string, { words: Opinion[]; voices: Opinion[] }>();
  for (const opinion of opinions) {
    if (opinion.isWithdrawn) continue;
    const { id, modality } = opinion;
    const record = records.get(id) ?? { words: [], voices: [] };
    records.set(id, record);
    (modality === "text" ? record.words : record.voices).push(opinion);
  }
  const turns = [...records.values()].flatMap(({ voices, words }) => {
    const { alone, voicesOf } = align(words, voices);
    return [...[...voicesOf].map(([text, shares]) => turnOf(text, text, shares, rules, known)), ...alone.map((voice) => turnOf(voice, undefined, [shareOf(voice)], rules, known))];
  });
  return turns.toSorted((a, b) => a.at - b.at || (a.leading.turn ?? 0) - (b.leading.turn ?? 0) || compare(a.leading.id, b.leading.id) || compare(a.leading.modality, b.leading.modality) || a.leading.index - b.leading.index);
}

/** Positive less negative, −1 to 1. */
export function valenceOf({ scores }: Pick<Turn, "scores">): number {
  return scores.positive - scores.negative;
}

function turnOf(leading: Opinion, text: Opinion | undefined, voices: readonly VoiceShare[], rules: Rules, known: KnownTurns): Turn {
  const same = known.get(leading);
  if (same !== undefined && same.text === text && areSame(same.voices, voices)) return same;
  const speaker = text?.speaker ?? speakerOf(voices);
  // Of an utterance it says when that began, of a voice segment when the recording did.
  const isSpoken = voices.length > 0 || leading.recording !== undefined || leading.isTranscribed;
  const occurredAt = text?.occurredAt ?? new Date(Date.parse(leading.occurredAt) + (leading.startMs ?? 0)).toISOString();
  const row = isSpoken ? fusedRow({ leading, text, voices, speaker, occurredAt }, rules) : undefined;
  const { negative, neutral, positive } = leading;
  return { leading, text, voices, speaker, occurredAt, at: Date.parse(occurredAt), scores: row?.sentiment.scores ?? { positive, neutral, negative }, row };
}

function shareOf(voice: Opinion): VoiceShare {
  return { voice, overlapMs: Math.max(1, (voice.endMs ?? 0) - (voice.startMs ?? 0)) };
}

/** Of the longest overlap that knows. */
function speakerOf(voices: readonly VoiceShare[]): SentimentResult["speaker"] {
  const knowing = voices.filter(({ voice }) => voice.speaker !== undefined);
  return knowing.reduce<VoiceShare | undefined>((best, one) => (best === undefined || one.overlapMs > best.overlapMs ? one : best), undefined)?.voice.speaker;
}

function areSame(some: readonly VoiceShare[], others: readonly VoiceShare[]): boolean {
  return some.length === others.length && some.every(({ overlapMs, voice }, index) => others[index]!.voice === voice && others[index]!.overlapMs === overlapMs);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
