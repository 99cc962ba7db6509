import type { FusionWeights } from "../../core/contracts/fusion-weights.ts";
import { calibratedLogOdds, type Calibration, eachLabel, type LogOdds, logProbabilities } from "../../core/fusion/calibrate.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { countsOf } from "../../core/fusion/fuse.ts";
import { fitLogOdds, type LinearTurn, type Parameter } from "./fit-log-odds.ts";
import type { LabelledTurn } from "./labelled-turn.ts";

export type FittedWeights = Pick<FusionWeights, "text" | "voice" | "prior">;

const ONE: Parameter = { usual: 1, least: 0.01, most: 100 };
const LOG_ODDS: Parameter = { usual: 0, least: -100, most: 100 };
const BIAS = [LOG_ODDS, LOG_ODDS, LOG_ODDS];

/**
 * Temperature and bias of each modality on the turns that have it, then weights (from 0 up) and prior on those that have both; each step minimises
 * cross-entropy plus half the squared distance from what would change nothing: inverse temperature 1, bias 0, the weights that come along, prior 0.
 * Both steps use the very formula of `fuse`, reliabilities included.
 */
export function fitWeights(turns: readonly LabelledTurn[]): FittedWeights {
  const [text, voice] = [fitCalibration(turns, "text"), fitCalibration(turns, "voice")];
  const linear = turns.flatMap((turn) => (turn.text === undefined || turn.voice === undefined ? [] : [pairOf(turn.text, turn.voice, turn.label, text, voice)]));
  const weight = (usual: number): Parameter => ({ usual, least: 0, most: 100 });
  const [textWeight, voiceWeight, ...prior] = fitLogOdds(linear, [weight(DEFAULT_FUSION_WEIGHTS.text.weight), weight(DEFAULT_FUSION_WEIGHTS.voice.weight), ...BIAS]);
  return { text: { ...text, weight: textWeight! }, voice: { ...voice, weight: voiceWeight! }, prior: perLabel(prior) };
}

function fitCalibration(turns: readonly LabelledTurn[], modality: "text" | "voice"): Calibration {
  const linear = turns.flatMap(({ [modality]: side, label }): LinearTurn[] => {
    if (side === undefined) return [];
    const logs = logProbabilities(side.scores);
    return [{ offset: NONE, features: [eachLabel((name) => side.reliability * logs[name]), ...indicators(side.reliability)], label }];
  });
  const [inverse, ...bias] = fitLogOdds(linear, [ONE, ...BIAS]);
  return { temperature: 1 / inverse!, bias: perLabel(bias) };
}

type Side = NonNullable<LabelledTurn["text"]>;

function pairOf(textSide: Side, voiceSide: Side, label: LabelledTurn["label"], text: Calibration, voice: Calibration): LinearTurn {
  const counts = (textWeight: number, voiceWeight: number): ReturnType<typeof countsOf> =>
    countsOf(textSide.reliability, voiceSide.reliability, { text: { weight: textWeight }, voice: { weight: voiceWeight } });
  // A count is a line in its weight: where that line begins, and how much of it each unit of weight adds.
  const [without, withOne] = [counts(0, 0), counts(1, 1)];
  const [textOdds, voiceOdds] = [calibratedLogOdds(textSide.scores, text), calibratedLogOdds(voiceSide.scores, voice)];
  return {
    offset: eachLabel((name) => without.text * textOdds[name] + without.voice * voiceOdds[name]),
    features: [
      eachLabel((name) => (withOne.text - without.text) * textOdds[name]),
      eachLabel((name) => (withOne.voice - without.voice) * voiceOdds[name]),
      ...indicators(without.prior),
    ],
    label,
  };
}

const NONE: LogOdds = { positive: 0, neutral: 0, negative: 0 };

/** What a bias or a prior adds to: each label's own log-odds. */
function indicators(count: number): LogOdds[] {
  return [{ ...NONE, positive: count }, { ...NONE, neutral: count }, { ...NONE, negative: count }];
}

function perLabel([positive, neutral, negative]: readonly number[]): Record<"positive" | "neutral" | "negative", number> {
  return { positive: positive!, neutral: neutral!, negative: negative! };
}
