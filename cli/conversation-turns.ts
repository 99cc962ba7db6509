import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { runningTrend } from "../core/conversation/trend.ts";
import type { Cell } from "./table.ts";

export interface TurnOpinion {
  label: SentimentLabel;
  scores: Readonly<Record<SentimentLabel, number>>;
  /** Positive less negative, −1 to 1. */
  valence: number;
}

/** A row of `valence.turns`, and what follows from those before it. */
export interface ConversationTurn {
  /** From 1, as people count. */
  number: number;
  id: string;
  index: number;
  speaker: "customer" | "agent" | "unknown";
  roleInferred: boolean;
  language: string;
  /** Milliseconds since 1970. */
  occurredAt: number;
  startMs: number | undefined;
  endMs: number | undefined;
  text: string | undefined;
  /** What stands for the turn, and what it was made of. */
  standing: TurnOpinion & { of: "fused" | "text" | "audio"; unsure: boolean };
  words: TurnOpinion | undefined;
  voice: TurnOpinion | undefined;
  /** 0 to 1; words and voice were both heard. */
  disagreement: number | undefined;
  disagrees: boolean;
  recording: string | undefined;
  transcriber: string | undefined;
  /** Of the speaker's valences up to this turn, −1 to 1. */
  trend: number;
}

export interface Conversation {
  id: string;
  channel: string;
  /** Undefined where no tracker follows the conversation. */
  running: boolean | undefined;
  turns: ConversationTurn[];
  speakers: SpeakerSummary[];
  /** Each `s3://bucket/key`. */
  recordings: string[];
}

export interface SpeakerSummary {
  speaker: ConversationTurn["speaker"];
  turns: ConversationTurn[];
  meanValence: number;
  trend: number;
}

export const TURN_COLUMNS = [
  "id", "segment_index", "channel", "speaker", "role_inferred", "language", "occurred_at", "start_ms", "end_ms", "text",
  "modality", "label", "positive", "neutral", "negative", "low_confidence",
  "text_label", "text_positive", "text_neutral", "text_negative",
  "voice_label", "voice_positive", "voice_neutral", "voice_negative",
  "disagreement", "modalities_disagree", "recording", "transcriber",
] as const;

export const TURNS_QUERY = `SELECT ${TURN_COLUMNS.join(", ")} FROM valence.turns WHERE conversation_id = :conversation ORDER BY occurred_at, turn, id, segment_index`;
export const RUNNING_QUERY = "SELECT running FROM valence.conversations WHERE conversation_id = :conversation";

/**
 * @param rows of `TURNS_QUERY`, at least one.
 * @param running what `RUNNING_QUERY` says.
 * @param halfLifeTurns of the trend: so many turns of the speaker ago weighs half as much.
 */
export function conversationOf(id: string, rows: readonly (readonly Cell[])[], running: boolean | undefined, halfLifeTurns: number): Conversation {
  const read = rows.map((row, index) => turnOf(row, index + 1));
  const names = [...new Set(read.map(({ turn }) => turn.speaker))].sort((one, other) => SPEAKERS.indexOf(one) - SPEAKERS.indexOf(other));
  const speakers = names.map((speaker): SpeakerSummary => {
    const turns = read.flatMap(({ turn }) => (turn.speaker === speaker ? [turn] : []));
    const valences = turns.map(({ standing }) => standing.valence);
    for (const [index, trend] of runningTrend(valences, halfLifeTurns).entries()) turns[index]!.trend = trend;
    return { speaker, turns, meanValence: valences.reduce((sum, valence) => sum + valence, 0) / valences.length, trend: turns.at(-1)!.trend };
  });
  const turns = read.map(({ turn }) => turn);
  const recordings = [...new Set(turns.flatMap(({ recording }) => recording ?? []))];
  return { id, channel: read[0]?.channel ?? "unknown", running, turns, speakers, recordings };
}

const SPEAKERS: readonly string[] = ["customer", "agent", "unknown"];

function turnOf(row: readonly Cell[], number: number): { turn: ConversationTurn; channel: string } {
  const cell = (name: (typeof TURN_COLUMNS)[number]): Cell => row[TURN_COLUMNS.indexOf(name)] ?? null;
  const words = (name: (typeof TURN_COLUMNS)[number]): string | undefined => {
    const value = cell(name);
    return value === null ? undefined : String(value);
  };
  const amount = (name: (typeof TURN_COLUMNS)[number]): number | undefined => {
    const value = cell(name);
    return value === null ? undefined : Number(value);
  };
  const opinion = (prefix: "" | "text_" | "voice_"): TurnOpinion | undefined => {
    const label = words(`${prefix}label`);
    if (label !== "positive" && label !== "neutral" && label !== "negative") return undefined;
    const scores = { positive: amount(`${prefix}positive`) ?? 0, neutral: amount(`${prefix}neutral`) ?? 0, negative: amount(`${prefix}negative`) ?? 0 };
    return { label, scores, valence: scores.positive - scores.negative };
  };
  const speaker = words("speaker");
  const of = words("modality");
  const standing = opinion("") ?? { label: "neutral", scores: { positive: 0, neutral: 1, negative: 0 }, valence: 0 };
  const turn: ConversationTurn = {
    number,
    id: words("id") ?? "",
    index: amount("segment_index") ?? 0,
    speaker: speaker === "customer" || speaker === "agent" ? speaker : "unknown",
    roleInferred: cell("role_inferred") === true,
    language: words("language") ?? "und",
    occurredAt: momentOf(words("occurred_at")),
    startMs: amount("start_ms"),
    endMs: amount("end_ms"),
    text: words("text"),
    standing: { ...standing, of: of === "fused" || of === "audio" ? of : "text", unsure: cell("low_confidence") === true },
    words: opinion("text_"),
    voice: opinion("voice_"),
    disagreement: amount("disagreement"),
    disagrees: cell("modalities_disagree") === true,
    recording: words("recording"),
    transcriber: words("transcriber"),
    trend: 0,
  };
  return { turn, channel: words("channel") ?? "unknown" };
}

/** What a warehouse writes for a `timestamptz`, such as `2026-03-01 10:00:08.1+00`, in milliseconds since 1970; not a number where it is null. */
export function momentOf(written: string | undefined): number {
  if (written === undefined) return Number.NaN;
  return Date.parse(written.replace(" ", "T").replace(/([+-]\d{2})$/u, "$1:00"));
}

/** When each turn begins in the conversation, in milliseconds from its start: by the recording's own clock where there is one recording. */
export function startsOf({ recordings, turns }: Pick<Conversation, "recordings" | "turns">): number[] {
  if (recordings.length <= 1 && turns.every(({ startMs }) => startMs !== undefined)) return turns.map(({ startMs }) => startMs ?? 0);
  const first = turns.reduce((least, { occurredAt }) => Math.min(least, occurredAt), Infinity);
  return turns.map(({ occurredAt }) => occurredAt - first);
}

/** From the start to the end of the last turn, in milliseconds. */
export function durationOf(conversation: Pick<Conversation, "recordings" | "turns">): number {
  const starts = startsOf(conversation);
  return conversation.turns.reduce((longest, { endMs, startMs }, index) => Math.max(longest, starts[index]! + (endMs ?? 0) - (startMs ?? 0)), 0);
}
