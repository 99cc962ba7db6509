import type { SentimentResult } from "../contracts/sentiment-result.ts";
import { conversationTrends, type SpeakerTrend } from "./conversation-row.ts";
import type { FusedRow } from "./fused-row.ts";
import { type Opinion, opinionKey, standsOver } from "./opinion.ts";
import { type KnownTurns, type Rules, type Turn, turnsOf } from "./turns.ts";

/** More opinions than any conversation has: what comes beyond is a producer's mistake. */
export const MOST_OPINIONS = 20_000;

/** The standing opinions by `opinionKey`. */
export type Opinions = ReadonlyMap<string, Opinion>;

/** What is to be said of a set of opinions. */
export interface Conversation {
  turns: readonly Turn[];
  speakers: readonly SpeakerTrend[];
  /** Fused rows in the order of the turns, then those of the speakers; by resultId. */
  rows: ReadonlyMap<string, FusedRow>;
}

/** @returns whether the opinion is new: nothing of it is known, or only what it stands over. */
export function isNews(opinions: Opinions, opinion: Opinion): boolean {
  const known = opinions.get(opinionKey(opinion));
  return known === undefined || standsOver(opinion, known);
}

/** The set with these opinions in it, whatever came first. */
export function merge(opinions: Opinions, arrived: Iterable<Opinion>): Map<string, Opinion> {
  const merged = new Map(opinions);
  for (const opinion of arrived) if (isNews(merged, opinion)) merged.set(opinionKey(opinion), opinion);
  return merged;
}

/** A function of the set of opinions alone, and of whether the conversation has ended. @param known turns of an earlier set: they save work, and change nothing. */
export function conversationOf(opinions: Opinions, hasEnded: boolean, rules: Rules, known?: Conversation): Conversation {
  const knownTurns: KnownTurns | undefined = known && new Map(known.turns.map((turn) => [turn.leading, turn]));
  const turns = turnsOf(opinions.values(), rules, knownTurns);
  const speakers = conversationTrends(turns, hasEnded, rules);
  const rows = [...turns.flatMap(({ row }) => row ?? []), ...speakers.map(({ row }) => row)];
  return { turns, speakers, rows: new Map(rows.map((row) => [row.resultId, row])) };
}

/** As they are to be sent: fused rows and conversation rows, each at its revision. */
export function conversationRows(opinions: Opinions, hasEnded: boolean, rules: Rules, revision: number): SentimentResult[] {
  return [...conversationOf(opinions, hasEnded, rules).rows.values()].map((row) => ({ ...row, revision }));
}

/** By resultId. */
export type Rows = ReadonlyMap<string, FusedRow>;

/** A row as it went out: taken back, where it says so. */
export type SentRow = Omit<SentimentResult, "revision">;

/** What may be on the stream of a conversation before a round sends its rows. */
export interface Before {
  /** Of the set of opinions as it was. */
  rows: Rows;
  /** By attempts of this round that came to nothing: rows of another set. */
  sent?: ReadonlyMap<string, SentRow>;
  /** By rounds that nobody wrote down; see `rowsInDoubt`. */
  inDoubt?: Rows;
}

/** The rows to send: those that are new, differ, or are in doubt, and withdrawals of those that are gone. */
export function changedRows({ inDoubt = new Map(), rows, sent = new Map() }: Before, after: Rows, revision: number): SentimentResult[] {
  const gone = new Map<string, SentRow>([...rows, ...sent, ...inDoubt].filter(([id]) => !after.has(id)));
  const changed = [...after].filter(([id, row]) => inDoubt.has(id) || !isSame(rows.get(id), row) || (sent.has(id) && !isSame(sent.get(id), row)));
  return [...[...gone.values()].map((row) => ({ ...row, revision, withdrawn: true })), ...changed.map(([, row]) => ({ ...row, revision }))];
}

function isSame(one: SentRow | undefined, other: FusedRow): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Rows that a round may have sent that failed before it was written down, having learnt only some of these opinions: speech without words whose words
 * came right behind it, say. What the views show of them is not known, so they are sent, or withdrawn, whatever they were before.
 *
 * @param seen all that the round learns, with what others of them stand over.
 */
export function rowsInDoubt(before: Opinions, seen: readonly Opinion[], after: Conversation, hasEnded: boolean, rules: Rules): Rows {
  const moved = movedOf(before, seen);
  const isNear = overlapOf(moved);
  // Words that left a voice segment may leave it alone, and with it the other words that it lay in.
  const isBeside = overlapOf([...before.values(), ...seen].filter(isNear));
  const place = placesOf(before, seen);
  // What may have been a turn of its own for a while.
  const alone = new Set<Opinion>([...before.values(), ...seen].filter(isBeside));
  const inDoubt = new Map<string, FusedRow>();
  const speakers = new Set<SentimentResult["speaker"]>();
  for (const { leading, row, speaker, text, voices } of after.turns) {
    const learnt = voices.filter(({ voice }) => place.has(voice));
    if (!isBeside(leading) && !place.has(leading) && learnt.length === 0) continue;
    speakers.add(speaker);
    if (row !== undefined) inDoubt.set(row.resultId, row);
    if (text !== undefined) for (const { voice } of learnt) if (place.get(voice)! < (place.get(text) ?? -1)) alone.add(voice);
  }
  for (const opinion of alone) for (const [id, row] of conversationOf(new Map([["", opinion]]), hasEnded, rules).rows) inDoubt.set(id, row);
  for (const { row, speaker } of after.speakers) if (moved.length > 0 || speakers.has(speaker)) inDoubt.set(row.resultId, row);
  return inDoubt;
}

/** When an opinion, or one that it stands over, was first seen in this round; -1: before it. */
function placesOf(before: Opinions, seen: readonly Opinion[]): Map<Opinion, number> {
  const first = new Map<string, number>();
  return new Map(
    seen.map((opinion, index) => {
      const key = opinionKey(opinion);
      if (!first.has(key)) first.set(key, before.has(key) ? -1 : index);
      return [opinion, first.get(key)!];
    }),
  );
}

/** Opinions that may have left their turn, as they were and as they became. */
function movedOf(before: Opinions, seen: readonly Opinion[]): Opinion[] {
  const latest = new Map<string, Opinion>();
  return seen.flatMap((opinion) => {
    const key = opinionKey(opinion);
    const known = latest.get(key) ?? before.get(key);
    latest.set(key, opinion);
    return known !== undefined && hasMoved(known, opinion) ? [known, opinion] : [];
  });
}

/** @returns whether an opinion touches one of these in time, within its recording; what has no time lies at its start. */
function overlapOf(opinions: readonly Opinion[]): (opinion: Opinion) => boolean {
  const byRecording = new Map<string, Opinion[]>();
  for (const opinion of opinions) {
    const others = byRecording.get(opinion.id);
    if (others === undefined) byRecording.set(opinion.id, [opinion]);
    else others.push(opinion);
  }
  return ({ endMs = 0, id, startMs = 0 }) => byRecording.get(id)?.some((other) => startMs <= (other.endMs ?? 0) && (other.startMs ?? 0) <= endMs) ?? false;
}

/** Whether it may now belong to another turn or to another speaker. */
function hasMoved(known: Opinion, opinion: Opinion): boolean {
  return (["speaker", "track", "startMs", "endMs", "isWithdrawn"] as const).some((field) => known[field] !== opinion[field]);
}
