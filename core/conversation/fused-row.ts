import { linearPool } from "../classification/linear-pool.ts";
import { sentimentOfScores } from "../classification/sentiment-of-scores.ts";
import { resultId, type ResultKey } from "../contracts/result-id.ts";
import { type Flag, SENTIMENT_RESULT_VERSION, type SentimentResult } from "../contracts/sentiment-result.ts";
import { fuse, type SideOpinion } from "../fusion/fuse.ts";
import { textReliability, voiceReliability } from "../fusion/reliability.ts";
import type { VoiceShare } from "./align.ts";
import type { Opinion } from "./opinion.ts";
import type { Rules, Turn } from "./turns.ts";

/** A row before it is sent: it gets its revision then. */
export type FusedRow = Omit<SentimentResult, "revision" | "withdrawn">;

/** What made words or voice hard to judge makes the turn hard to judge. */
const CARRIED_FLAGS: readonly Flag[] = ["role_inferred", "low_quality_audio", "narrowband", "low_confidence"];

export function fusionModel(weights: Rules["weights"]): SentimentResult["model"] {
  return { provider: "valence", id: "late-fusion", version: weights.version };
}

/** The same whatever the weights: a row by newer ones replaces the older, and does not stand beside it. */
export function fusedResultId(key: Omit<ResultKey, "modality" | "model">): string {
  return resultId({ ...key, modality: "fused", model: { provider: "valence", id: "late-fusion", version: "any" } });
}

export function fusedScoresFrom({ fittedOn }: Rules["weights"]): SentimentResult["sentiment"]["scoresFrom"] {
  return fittedOn === null ? "combined" : "calibrated";
}

/** The row of a turn that was spoken: of its words, its voice, or both. */
export function fusedRow({ leading, occurredAt, speaker, text, voices }: Omit<Turn, "at" | "row" | "scores">, { conversationId, settings, weights }: Rules): FusedRow {
  const sides = { ...(text !== undefined && { text: textSide(text) }), ...(voices.length > 0 && { voice: voiceSide(text ?? leading, voices) }) };
  const { fusion, scores } = fuse(sides, weights);
  const made = [...(text === undefined ? [] : [text]), ...voices.map(({ voice }) => voice)];
  const { channel, endMs, id, index, language, startMs } = leading;
  const [modality, scope, model] = ["fused", text === undefined ? "segment" : "turn", fusionModel(weights)] as const;
  const track = firstKnown(made, "track");
  const turn = firstKnown(made, "turn");
  const recording = firstKnown(made, "recording");
  const disagrees = fusion.disagreement !== undefined && fusion.disagreement >= settings.disagreementFrom;
  return {
    schema: SENTIMENT_RESULT_VERSION,
    resultId: fusedResultId({ conversationId, id, segmentIndex: index, scope }),
    id,
    conversationId,
    channel,
    ...(speaker !== undefined && { speaker }),
    ...(turn !== undefined && { turn }),
    language,
    occurredAt,
    segment: { index, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) },
    modality,
    scope,
    sentiment: sentimentOfScores(scores, fusedScoresFrom(weights)),
    model,
    route: "fusion",
    ...(track !== undefined && { track }),
    ...(recording !== undefined && { recording }),
    fusion,
    flags: [...CARRIED_FLAGS.filter((flag) => made.some(({ flags }) => flags.includes(flag))), ...(disagrees ? (["modalities_disagree"] as const) : [])],
    timings: timingsOf(made),
    cost: { usd: 0 },
  };
}

/** As of a row made of others: it arrived with the first of them and stands since the last; what they took and cost is in their rows. */
export function timingsOf(made: readonly Pick<SentimentResult["timings"], "arrivedAt" | "classifiedAt">[]): SentimentResult["timings"] {
  const earliest = made.map(({ arrivedAt }) => arrivedAt).reduce((best, time) => (isBefore(time, best) ? time : best));
  const latest = made.map(({ classifiedAt }) => classifiedAt).reduce((best, time) => (isBefore(best, time) ? time : best));
  return { arrivedAt: earliest, classifiedAt: latest, modelMs: 0 };
}

function textSide(text: Opinion): SideOpinion {
  const { flags, transcriptConfidence } = text;
  return { scores: scoresOf(text), reliability: textReliability({ flags, ...(transcriptConfidence !== undefined && { transcriptConfidence }) }) };
}

/** The mean of the voice segments, weighted by how long each is part of the turn. */
function voiceSide({ endMs = 0, startMs = 0 }: Opinion, voices: readonly VoiceShare[]): SideOpinion {
  const overlapMs = voices.reduce((sum, share) => sum + share.overlapMs, 0);
  const coverage = endMs > startMs ? Math.min(1, overlapMs / (endMs - startMs)) : 1;
  const flags = [...new Set(voices.flatMap(({ voice }) => voice.flags))];
  const { sentiment } = linearPool(voices.map(({ overlapMs: weight, voice }) => ({ weight, scores: scoresOf(voice) })), "combined");
  return { scores: sentiment.scores, reliability: voiceReliability({ flags, coverage }) };
}

function scoresOf({ negative, neutral, positive }: Opinion): SideOpinion["scores"] {
  return { positive, neutral, negative };
}

function firstKnown<Name extends "track" | "turn" | "recording">(opinions: readonly Opinion[], name: Name): Opinion[Name] | undefined {
  return opinions.find((opinion) => opinion[name] !== undefined)?.[name];
}

/** Of equal times the smaller text, so that the order of the opinions does not tell. */
function isBefore(one: string, other: string): boolean {
  return Date.parse(one) - Date.parse(other) < 0 || (Date.parse(one) === Date.parse(other) && one < other);
}
