import type { FusionWeights } from "../contracts/fusion-weights.ts";
import type { FusedSide, Fusion } from "../contracts/sentiment-result.ts";
import { calibratedLogOdds, eachLabel, type LogOdds, type Scores, softmax } from "./calibrate.ts";

export type { Scores } from "./calibrate.ts";

/** What one modality says about a turn. */
export interface SideOpinion {
  /** They need not sum to 1. */
  scores: Scores;
  /** 0 (as if it were not there) to 1. */
  reliability: number;
}

/** What each side's calibrated log-odds, and the prior, count in the sum. */
export interface Counts {
  text: number;
  voice: number;
  prior: number;
}

/**
 * Late fusion in log-odds: a logarithmic opinion pool (Genest and Zidek, "Combining probability distributions", Statistical Science 1, 1986)
 * of the calibrated sides.
 *
 *     fused = softmax(c_prior · prior + c_text · z_text + c_voice · z_voice),   z = ln p / temperature + bias
 *
 * with the counts of `countsOf`. A side that is alone stands as calibrated, flattened by its reliability.
 *
 * @throws RangeError without any side, for a reliability outside 0 to 1, and for a score that is negative or no number.
 */
export function fuse(sides: { text?: SideOpinion; voice?: SideOpinion }, weights: FusionWeights): { scores: Scores; fusion: Fusion } {
  if (sides.text === undefined && sides.voice === undefined) throw new RangeError("there is nothing to fuse: give the opinion of the words, of the voice, or both");
  const counts = countsOf(sides.text?.reliability ?? 0, sides.voice?.reliability ?? 0, weights);
  const text = sides.text && calibratedLogOdds(sides.text.scores, weights.text);
  const voice = sides.voice && calibratedLogOdds(sides.voice.scores, weights.voice);
  const scores = softmax(eachLabel((label) => counts.prior * weights.prior[label] + counts.text * (text?.[label] ?? 0) + counts.voice * (voice?.[label] ?? 0)));
  const fusion: Fusion = { ...(text && { text: sideOf(text, counts.text) }), ...(voice && { voice: sideOf(voice, counts.voice) }) };
  if (fusion.text && fusion.voice) fusion.disagreement = Math.min(1, Math.abs(valence(fusion.text) - valence(fusion.voice)) / 2);
  return { scores, fusion };
}

/**
 * A weight w is what a side counts beside a wholly reliable other one; alone it counts 1. In between, the other's reliability r' says how far
 * it is there: c = r · ((1 − r') + r' · w). So the fitted sum holds where both sides are sound, a side of reliability 0 changes nothing, and with
 * weights that sum to 1 the counts sum to 1 − (1 − r)(1 − r'): as far as at least one side can be relied on.
 *
 * @throws RangeError for a reliability outside 0 to 1.
 */
export function countsOf(textReliability: number, voiceReliability: number, weights: { text: { weight: number }; voice: { weight: number } }): Counts {
  for (const reliability of [textReliability, voiceReliability]) {
    if (!(reliability >= 0 && reliability <= 1)) throw new RangeError(`a reliability must be a number from 0 to 1, not ${reliability}`);
  }
  return {
    text: textReliability * (1 - voiceReliability + voiceReliability * weights.text.weight),
    voice: voiceReliability * (1 - textReliability + textReliability * weights.voice.weight),
    prior: textReliability * voiceReliability,
  };
}

/** Positive less negative, −1 to 1. */
function valence({ negative, positive }: Scores): number {
  return positive - negative;
}

function sideOf(logOdds: LogOdds, weight: number): FusedSide {
  return { ...softmax(logOdds), weight };
}
