import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { resultId } from "../../../core/contracts/result-id.ts";
import { at, type Scores, voice, words } from "./made-conversation.ts";

const TURN_MS = 5_000;

/** A call of two channels whose turns last four seconds of five, each with one utterance and one voice segment of its own. */
export function madeCall(conversationId: string, turns: number, scoresOf: (turn: number) => Scores): { words: SentimentResult[]; voices: SentimentResult[] } {
  const identity = (turn: number) => {
    const startMs = turn * TURN_MS;
    return { conversationId, id: `${conversationId}-call`, index: turn, track: turn % 2, speaker: turn % 2 === 0 ? ("customer" as const) : ("agent" as const), startMs, endMs: startMs + 4_000, scores: scoresOf(turn), recording: `s3://recordings-test/${conversationId}.wav` };
  };
  return {
    words: Array.from({ length: turns }, (_, turn) => words({ ...identity(turn), turn, occurredAt: at(turn * TURN_MS) })),
    voices: Array.from({ length: turns }, (_, turn) => voice(identity(turn))),
  };
}

/** The ids of the fused rows that follow, turn by turn. */
export function fusedIds(conversationId: string, turns: number): string[] {
  const model = { provider: "valence", id: "late-fusion", version: "any" };
  return Array.from({ length: turns }, (_, segmentIndex) => resultId({ conversationId, id: `${conversationId}-call`, segmentIndex, modality: "fused", scope: "turn", model }));
}
