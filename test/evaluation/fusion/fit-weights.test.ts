import { describe, expect, it } from "vitest";
import { FusionWeightsSchema } from "../../../core/contracts/fusion-weights.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../../core/fusion/default-weights.ts";
import { fuse } from "../../../core/fusion/fuse.ts";
import { fitWeights } from "../../../evaluation/fusion/fit-weights.ts";
import type { LabelledTurn } from "../../../evaluation/fusion/labelled-turn.ts";
import { knownWeights, madeUpTurns, type Noise, TEXT_OFF, VOICE_OFF } from "./made-up-turns.ts";

/** Priors and biases say the same when all three labels move alike. */
function centred({ negative, neutral, positive }: Record<"positive" | "neutral" | "negative", number>): number[] {
  const mean = (positive + neutral + negative) / 3;
  return [positive, neutral, negative].map((value) => value - mean);
}

function farthest(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...expected.map((value, position) => Math.abs(actual[position]! - value)));
}

describe("fitWeights", () => {
  it.each<[string, Noise]>([
    ["independent witnesses", { text: 1.1, voice: 0.8, correlation: 0 }],
    ["witnesses whose noise is shared", { text: 1, voice: 1, correlation: 0.5 }],
    ["a voice that says little beside the words", { text: 1.2, voice: 0.6, correlation: 0.4 }],
  ])("finds the weights that Bayes' rule gives to %s, within 0.1", (_, noise) => {
    const fitted = fitWeights(madeUpTurns(5_000, noise, 3));

    const known = knownWeights(noise);
    expect(farthest([fitted.text.weight, fitted.voice.weight], [known.text, known.voice])).toBeLessThan(0.1);
    expect(farthest(centred(fitted.prior), centred(known.prior))).toBeLessThan(0.1);
  });

  it("finds what the models' probabilities are off by, within a tenth", () => {
    const { text, voice } = fitWeights(madeUpTurns(5_000, { text: 0.9, voice: 0.7, correlation: 0 }, 4));

    expect(farthest([text.temperature / TEXT_OFF.temperature, voice.temperature / VOICE_OFF.temperature], [1, 1])).toBeLessThan(0.1);
    expect(farthest(centred(text.bias), centred(TEXT_OFF.bias))).toBeLessThan(0.1);
    expect(farthest(centred(voice.bias), centred(VOICE_OFF.bias))).toBeLessThan(0.1);
  });

  it("never weighs a side less than 0, even one whose noise only repeats the other's", () => {
    const noise = { text: 1.4, voice: 0.5, correlation: 0.8 };
    expect(knownWeights(noise).voice).toBeLessThan(0);

    expect(fitWeights(madeUpTurns(4_000, noise, 5)).voice.weight).toBe(0);
  });

  it("finds the smallest penalised cross-entropy: no step away from it is better", () => {
    const turns = madeUpTurns(500, { text: 1, voice: 0.7, correlation: 0.2 }, 6).map((turn, position): LabelledTurn => ({ ...turn, text: { ...turn.text!, reliability: position % 3 === 0 ? 0.4 : 1 }, voice: { ...turn.voice!, reliability: position % 2 === 0 ? 0.5 : 1 } }));
    const fitted = fitWeights(turns);
    const lossAt = (text: number, voice: number, neutral: number): number => {
      const weights = { ...DEFAULT_FUSION_WEIGHTS, text: { ...fitted.text, weight: text }, voice: { ...fitted.voice, weight: voice }, prior: { ...fitted.prior, neutral } };
      const penalty = ((text - DEFAULT_FUSION_WEIGHTS.text.weight) ** 2 + (voice - DEFAULT_FUSION_WEIGHTS.voice.weight) ** 2 + neutral ** 2) / 2;
      return turns.reduce((sum, { label, ...sides }) => sum - Math.log(fuse(sides, weights).scores[label]), penalty);
    };

    const [text, voice, neutral] = [fitted.text.weight, fitted.voice.weight, fitted.prior.neutral];
    const least = lossAt(text, voice, neutral);
    for (const step of [-0.02, 0.02]) {
      expect(lossAt(text + step, voice, neutral)).toBeGreaterThan(least);
      expect(lossAt(text, voice + step, neutral)).toBeGreaterThan(least);
      expect(lossAt(text, voice, neutral + step)).toBeGreaterThan(least);
    }
  });

  it("stays within what the contract allows, even for models that are never wrong, or never right", () => {
    for (const share of [1, 0]) {
      const turns = madeUpTurns(300, { text: 1, voice: 1, correlation: 0 }, 7).map((turn): LabelledTurn => {
        const scores = { positive: (1 - share) / 2, neutral: (1 - share) / 2, negative: (1 - share) / 2, [turn.label]: share };
        return { ...turn, text: { scores, reliability: 1 }, voice: { scores, reliability: 0.3 } };
      });

      expect(FusionWeightsSchema.safeParse({ ...DEFAULT_FUSION_WEIGHTS, ...fitWeights(turns) }).error).toBeUndefined();
    }
  });

  it("changes next to nothing where there is next to nothing to learn from", () => {
    const { text, voice, prior } = fitWeights(madeUpTurns(2, { text: 1, voice: 1, correlation: 0 }, 8));

    expect(farthest([text.temperature, text.weight, voice.weight, prior.neutral], [1, 0.7, 0.3, 0])).toBeLessThan(0.6);
  });
});
