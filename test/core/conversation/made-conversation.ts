import { resultId } from "../../../core/contracts/result-id.ts";
import { SENTIMENT_RESULT_VERSION, type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type { ConversationSettings } from "../../../core/contracts/conversation-settings.ts";
import type { Rules } from "../../../core/conversation/turns.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../../core/fusion/default-weights.ts";

export const SETTINGS: ConversationSettings = {
  quietSeconds: 60,
  rememberDays: 14,
  trendHalfLifeTurns: 3,
  disagreementFrom: 0.5,
  alertWithinMinutes: null,
  alerts: [
    { name: "customer-negative", kind: "negative-turns", speaker: "customer", turns: 3, below: -0.3 },
    { name: "customer-turning", kind: "sharp-drop", speaker: "customer", drop: 0.8, withinTurns: 5 },
    { name: "said-otherwise", kind: "disagreement", speaker: "customer", from: 0.6 },
  ],
};

export const RULES: Rules = { conversationId: "conversation-1", settings: SETTINGS, weights: DEFAULT_FUSION_WEIGHTS };

/** Positive, neutral, negative. */
export type Scores = readonly [number, number, number];
export const GLAD: Scores = [0.9, 0.08, 0.02];
export const FLAT: Scores = [0.1, 0.8, 0.1];
export const ANGRY: Scores = [0.02, 0.08, 0.9];

export type Said = Partial<Omit<SentimentResult, "segment" | "sentiment">> & { index?: number; startMs?: number; endMs?: number; scores?: Scores; classifiedAt?: string };

/** The result of an utterance of the recording call-1, as the text road gives it. */
export function words(said: Said = {}): SentimentResult {
  return madeResult({ modality: "text", scope: "turn", route: "transcribe", transcript: { transcriber: "amazon-transcribe", confidence: 0.95 }, model: { provider: "valence", id: "embedded-text", version: "1" }, ...said });
}

/** The result of a voice segment of the recording call-1, as the voice road gives it. */
export function voice(said: Said = {}): SentimentResult {
  return madeResult({ modality: "audio", scope: "segment", route: "both", model: { provider: "sagemaker", id: "embedded-audio", version: "1" }, ...said });
}

/** A message of a chat: a record of its own, without a recording. */
export function message(turn: number, said: Said = {}): SentimentResult {
  const { recording: _, segment: __, ...result } = madeResult({ modality: "text", scope: "turn", route: "text", channel: "chat", id: `message-${turn}`, turn, occurredAt: at(turn * 10_000), model: { provider: "valence", id: "embedded-text", version: "1" }, ...said });
  return { ...result, segment: { index: 0 } };
}

/** Milliseconds after nine o'clock. */
export function at(ms: number): string {
  return new Date(Date.parse("2026-03-02T09:00:00Z") + ms).toISOString();
}

function madeResult({ classifiedAt, endMs = 3_000, index = 0, scores = FLAT, startMs = 0, ...said }: Said & Required<Pick<Said, "model" | "modality" | "scope" | "route">>): SentimentResult {
  const [positive, neutral, negative] = scores;
  const { conversationId = RULES.conversationId, id = "call-1", modality, model, scope } = said;
  const best = Math.max(...scores);
  return SentimentResultSchema.parse({
    schema: SENTIMENT_RESULT_VERSION,
    resultId: resultId({ conversationId, id, segmentIndex: index, modality, scope, model }),
    id,
    conversationId,
    channel: "call",
    language: "en",
    occurredAt: at(0),
    recording: "s3://recordings-test/call-1.wav",
    flags: [],
    timings: { arrivedAt: at(1_000), classifiedAt: classifiedAt ?? at(60_000), modelMs: 1 },
    cost: { usd: 0.001 },
    ...said,
    segment: { index, startMs, endMs },
    sentiment: { label: (["positive", "neutral", "negative"] as const)[scores.indexOf(best)]!, scores: { positive, neutral, negative }, confidence: best, scoresFrom: "calibrated" },
  });
}
