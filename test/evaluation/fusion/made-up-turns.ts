import type { SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import { type Calibration, eachLabel, type LogOdds, softmax } from "../../../core/fusion/calibrate.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import type { LabelledTurn } from "../../../evaluation/fusion/labelled-turn.ts";

const LABELS = ["positive", "neutral", "negative"] as const;

export interface Noise {
  /** How far, in deviations of its noise, each side's evidence is moved by the true label. */
  text: number;
  voice: number;
  /** Correlation of the two sides' noise. */
  correlation: number;
}

export const SHARES: Record<SentimentLabel, number> = { positive: 0.25, neutral: 0.45, negative: 0.3 };

/** How the made-up models are off: what they report is softmax(temperature · (true log-odds − bias)). */
export const TEXT_OFF: Calibration = { temperature: 1.6, bias: { positive: -0.3, neutral: 0.3, negative: 0 } };
export const VOICE_OFF: Calibration = { temperature: 0.7, bias: { positive: 0, neutral: -0.4, negative: 0.4 } };

/**
 * For every label and side a number: Gaussian noise, and `noise.text` or `noise.voice` more for the true label. True log-odds of one side alone are then
 * d · u + ln share (Bayes), and of both together, with a = (d_text − ρ d_voice) / (1 − ρ²) and likewise, a_text · u_text + a_voice · u_voice + ln share.
 */
export function madeUpTurns(count: number, noise: Noise, seed: number, turnsOfOne = 10): LabelledTurn[] {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const report = (odds: LogOdds, off: Calibration): LabelledTurn["text"] => ({ scores: softmax(eachLabel((label) => off.temperature * (odds[label] - off.bias[label]))), reliability: 1 });
  return Array.from({ length: count }, (_, position): LabelledTurn => {
    const draw = random();
    const label = draw < SHARES.positive ? "positive" : draw < SHARES.positive + SHARES.neutral ? "neutral" : "negative";
    const shared = Object.fromEntries(LABELS.map((name) => [name, [normal(), normal()]])) as Record<SentimentLabel, [number, number]>;
    const [text, voice] = [noise.text, noise.voice].map((distance, side) =>
      eachLabel((name) => {
        const [own, other] = shared[name];
        const noiseOfSide = side === 0 ? own : noise.correlation * own + Math.sqrt(1 - noise.correlation ** 2) * other;
        return distance * (noiseOfSide + (name === label ? distance : 0)) + Math.log(SHARES[name]);
      }),
    );
    return { label, conversation: `call-${Math.floor(position / turnsOfOne)}`, text: report(text!, TEXT_OFF)!, voice: report(voice!, VOICE_OFF)! };
  });
}

/** The weights that Bayes' rule gives, on log-odds that are calibrated, and the prior that undoes the shares counted twice. */
export function knownWeights({ correlation, text, voice }: Noise): { text: number; voice: number; prior: LogOdds } {
  const weightOf = (own: number, other: number): number => (1 - (correlation * other) / own) / (1 - correlation ** 2);
  const [textWeight, voiceWeight] = [weightOf(text, voice), weightOf(voice, text)];
  return { text: textWeight, voice: voiceWeight, prior: eachLabel((label) => (1 - textWeight - voiceWeight) * Math.log(SHARES[label])) };
}
