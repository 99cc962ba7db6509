import { linearPool } from "../classification/linear-pool.ts";
import { type Flag, SENTIMENT_RESULT_VERSION, type SentimentResult } from "../contracts/sentiment-result.ts";
import { fusedResultId, fusedScoresFrom, fusionModel, type FusedRow, timingsOf } from "./fused-row.ts";
import type { Opinion } from "./opinion.ts";
import { runningTrend } from "./trend.ts";
import { type Rules, type Turn, valenceOf } from "./turns.ts";

/** What one speaker's turns come to. */
export interface SpeakerTrend {
  speaker: SentimentResult["speaker"];
  turns: readonly Turn[];
  /** After each of the turns, −1 to 1. */
  trend: readonly number[];
  row: FusedRow;
}

/** `segment.index` of a speaker's conversation row; undefined is whoever is not known. */
const SPEAKERS = ["customer", "agent", undefined] as const;

/** One a speaker who said something. @param turns of all, in order. */
export function conversationTrends(turns: readonly Turn[], hasEnded: boolean, rules: Rules): SpeakerTrend[] {
  return SPEAKERS.flatMap((speaker, index) => {
    const own = turns.filter((turn) => turn.speaker === speaker);
    if (own.length === 0) return [];
    const trend = runningTrend(own.map(valenceOf), rules.settings.trendHalfLifeTurns);
    return [{ speaker, turns: own, trend, row: conversationRow(own, trend.at(-1)!, index, hasEnded, rules) }];
  });
}

/** Of all the speaker's turns alike: the trend says how it went on. */
function conversationRow(turns: readonly Turn[], trend: number, index: number, hasEnded: boolean, { conversationId, weights }: Rules): FusedRow {
  const [modality, scope, model] = ["fused", "conversation", fusionModel(weights)] as const;
  const leading = turns.map((turn) => turn.leading);
  const { leading: first, occurredAt, speaker } = turns[0]!;
  const recording = turns.map(({ row }) => row?.recording).find((address) => address !== undefined);
  const isFused = turns.every(({ row }) => row !== undefined);
  const flags: readonly Flag[] = [...(isRoleInferred(turns) ? (["role_inferred"] as const) : []), ...(hasEnded ? [] : (["running"] as const))];
  return {
    schema: SENTIMENT_RESULT_VERSION,
    resultId: fusedResultId({ conversationId, id: conversationId, segmentIndex: index, scope }),
    id: conversationId,
    conversationId,
    channel: first.channel,
    ...(speaker !== undefined && { speaker }),
    language: mostOften(leading.map(({ language }) => language)),
    occurredAt,
    segment: { index, ...spanOf(leading) },
    modality,
    scope,
    // Of messages nothing was calibrated here.
    sentiment: linearPool(turns.map(({ scores }) => ({ weight: 1, scores })), isFused ? fusedScoresFrom(weights) : "combined").sentiment,
    model,
    route: "fusion",
    ...(recording !== undefined && { recording }),
    trend: Math.min(1, Math.max(-1, trend)),
    turns: turns.length,
    flags: [...flags],
    timings: timingsOf(turns.map((turn) => turn.row?.timings ?? turn.leading)),
    cost: { usd: 0 },
  };
}

function isRoleInferred(turns: readonly Turn[]): boolean {
  return turns.some(({ leading, row }) => (row ?? leading).flags.includes("role_inferred"));
}

/** Times within the recording, where it is one. */
function spanOf(opinions: readonly Opinion[]): { startMs?: number; endMs?: number } {
  const starts = opinions.flatMap(({ startMs }) => startMs ?? []);
  const ends = opinions.flatMap(({ endMs }) => endMs ?? []);
  const isOne = opinions.every(({ id }) => id === opinions[0]!.id) && starts.length === opinions.length && ends.length === opinions.length;
  return isOne ? { startMs: starts.reduce((a, b) => Math.min(a, b)), endMs: ends.reduce((a, b) => Math.max(a, b)) } : {};
}

/** Of equals the first. */
function mostOften(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
