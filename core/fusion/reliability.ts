import type { Flag } from "../contracts/sentiment-result.ts";

/*
 * How far to rely on one modality's opinion of one turn, 0 to 1. The factors are judgements, not fits: each says how much of the evidence is left,
 * in log-odds, and all of them together multiply. docs/fusion.md lists them with their reasons.
 */

/** From this mean confidence of the words on, a transcript counts whole; from the other down, the least. */
const SURE_WORDS = 0.9;
const UNSURE_WORDS = 0.5;
/** Of words half of which are guesses; not 0, because the words that carry sentiment are often the loud ones. */
const LEAST_OF_WORDS = 0.2;

const TEXT_FACTORS: Partial<Record<Flag, number>> = { language_unsupported: 0.25, language_uncertain: 0.75, low_confidence: 0.75 };
const VOICE_FACTORS: Partial<Record<Flag, number>> = { low_quality_audio: 0.5, narrowband: 0.75, low_confidence: 0.75 };

/** Pauses are part of a turn and of no voice segment: this share of its time is as good as all of it. */
const WHOLE_COVERAGE = 0.7;

/**
 * @param text.transcriptConfidence mean over the words, 0 to 1; absent for what was written, or where the transcriber does not say: then it costs nothing.
 * @throws RangeError for a confidence outside 0 to 1.
 */
export function textReliability(text: { transcriptConfidence?: number; flags: readonly Flag[] }): number {
  return wordsFactor(text.transcriptConfidence) * factorOf(text.flags, TEXT_FACTORS);
}

/**
 * @param voice.coverage share of the turn's time that its voice segments cover, 0 (reliability 0) to 1.
 * @throws RangeError for a coverage outside 0 to 1.
 */
export function voiceReliability(voice: { flags: readonly Flag[]; coverage: number }): number {
  checkShare("coverage", voice.coverage);
  return Math.min(1, voice.coverage / WHOLE_COVERAGE) * factorOf(voice.flags, VOICE_FACTORS);
}

function wordsFactor(confidence: number | undefined): number {
  if (confidence === undefined) return 1;
  checkShare("transcript confidence", confidence);
  const position = Math.min(1, Math.max(0, (confidence - UNSURE_WORDS) / (SURE_WORDS - UNSURE_WORDS)));
  return LEAST_OF_WORDS + (1 - LEAST_OF_WORDS) * position;
}

function factorOf(flags: readonly Flag[], factors: Partial<Record<Flag, number>>): number {
  return [...new Set(flags)].reduce((product, flag) => product * (factors[flag] ?? 1), 1);
}

function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`a ${name} must be a number from 0 to 1, not ${value}`);
}
