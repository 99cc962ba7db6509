import { describe, expect, it } from "vitest";
import { FusionWeightsSchema, type FusionWeights } from "../../../core/contracts/fusion-weights.ts";
import { FusionSchema, type SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../../core/fusion/default-weights.ts";
import { countsOf, fuse, type Scores } from "../../../core/fusion/fuse.ts";
import { seededRandom } from "../../../core/seeded-random.ts";

const random = seededRandom(11);

/** Shares of at least 1 %, so that no floor touches them. */
function anyScores(): Scores {
  const [a, b, c] = [random(), random(), random()];
  const sum = a + b + c;
  const share = (value: number): number => 0.01 + (0.97 * value) / sum;
  return { positive: share(a), neutral: share(b), negative: share(c) };
}

function anyWeights(): FusionWeights {
  const bias = (): Scores => ({ positive: 2 * random() - 1, neutral: 2 * random() - 1, negative: 2 * random() - 1 });
  const side = (): FusionWeights["text"] => ({ temperature: 0.3 + 3 * random(), bias: bias(), weight: 1.5 * random() });
  return { ...DEFAULT_FUSION_WEIGHTS, text: side(), voice: side(), prior: bias() };
}

function times(run: () => void): void {
  for (let time = 0; time < 300; time += 1) run();
}

/** Equal but for rounding. */
function near(expected: Scores): Scores {
  const close = (value: number): number => expect.closeTo(value, 10);
  return { positive: close(expected.positive), neutral: close(expected.neutral), negative: close(expected.negative) };
}

const odds = ({ negative, positive }: Scores): number => Math.log(positive / negative);

describe("fuse", () => {
  it("is the fitted sum of log-odds where both sides are wholly reliable", () => {
    const weights: FusionWeights = {
      ...DEFAULT_FUSION_WEIGHTS,
      text: { temperature: 2, bias: { positive: 0.1, neutral: 0, negative: -0.1 }, weight: 0.8 },
      voice: { temperature: 0.5, bias: { positive: 0, neutral: 0.3, negative: 0 }, weight: 0.4 },
      prior: { positive: 0.2, neutral: -0.1, negative: 0 },
    };

    const { scores, fusion } = fuse({ text: { scores: { positive: 0.6, neutral: 0.3, negative: 0.1 }, reliability: 1 }, voice: { scores: { positive: 0.2, neutral: 0.3, negative: 0.5 }, reliability: 1 } }, weights);

    const powers = [
      0.6 ** 0.4 * 0.2 ** 0.8 * Math.exp(0.2 + 0.8 * 0.1),
      0.3 ** 0.4 * 0.3 ** 0.8 * Math.exp(-0.1 + 0.4 * 0.3),
      0.1 ** 0.4 * 0.5 ** 0.8 * Math.exp(0.8 * -0.1),
    ];
    const sum = powers.reduce((total, power) => total + power, 0);
    expect(scores).toEqual(near({ positive: powers[0]! / sum, neutral: powers[1]! / sum, negative: powers[2]! / sum }));
    expect(fusion.text?.weight).toBe(0.8);
    expect(fusion.voice?.positive).toBeCloseTo(0.04 / (0.04 + 0.09 * Math.exp(0.3) + 0.25), 10);
  });

  it("gives shares that sum to 1 and a fusion of the contract, whatever comes in", () => {
    times(() => {
      const { scores, fusion } = fuse({ text: { scores: anyScores(), reliability: random() }, voice: { scores: anyScores(), reliability: random() } }, anyWeights());

      expect(scores.positive + scores.neutral + scores.negative).toBeCloseTo(1, 12);
      expect(FusionSchema.safeParse(fusion).error).toBeUndefined();
    });
  });

  it("knows no label better than another: labels swapped before or after are the same", () => {
    const swap = <Value>(of: Record<SentimentLabel, Value>): Record<SentimentLabel, Value> => ({ positive: of.negative, neutral: of.positive, negative: of.neutral });
    const swapSide = (side: FusionWeights["text"]): FusionWeights["text"] => ({ ...side, bias: swap(side.bias) });
    times(() => {
      const weights = anyWeights();
      const [text, voice] = [{ scores: anyScores(), reliability: random() }, { scores: anyScores(), reliability: random() }];

      const after = swap(fuse({ text, voice }, weights).scores);
      const before = fuse(
        { text: { ...text, scores: swap(text.scores) }, voice: { ...voice, scores: swap(voice.scores) } },
        { ...weights, text: swapSide(weights.text), voice: swapSide(weights.voice), prior: swap(weights.prior) },
      ).scores;

      expect(before).toEqual(near(after));
    });
  });

  it("leaves opinions that are equal as they are, with weights that sum to 1 and one side wholly reliable", () => {
    times(() => {
      const scores = anyScores();

      expect(fuse({ text: { scores, reliability: 1 }, voice: { scores, reliability: random() } }, DEFAULT_FUSION_WEIGHTS).scores).toEqual(near(scores));
    });
  });

  it("moves towards a side as its reliability rises", () => {
    times(() => {
      const weights = anyWeights();
      const [text, voice] = [anyScores(), anyScores()];
      const [lower, higher] = [random(), random()].sort((a, b) => a - b) as [number, number];
      const textReliability = random();
      const shareOfVoice = (reliability: number): number => {
        const { text: words, voice: tone } = countsOf(textReliability, reliability, weights);
        return tone / (words + tone);
      };

      expect(shareOfVoice(higher)).toBeGreaterThanOrEqual(shareOfVoice(lower));
      expect(countsOf(textReliability, higher, weights).voice).toBeGreaterThanOrEqual(countsOf(textReliability, lower, weights).voice);
      const oddsAt = (reliability: number): number => odds(fuse({ text: { scores: text, reliability: 1 }, voice: { scores: voice, reliability } }, DEFAULT_FUSION_WEIGHTS).scores);
      const towards = Math.sign(odds(voice) - odds(text));
      expect(towards * (oddsAt(higher) - oddsAt(lower))).toBeGreaterThanOrEqual(-1e-12);
      expect(towards * (odds(voice) - oddsAt(higher))).toBeGreaterThan(0);
    });
  });

  it("counts a side by its own reliability and, as far as the other one is there, by its weight", () => {
    const { prior, text, voice } = countsOf(0.5, 0.8, { text: { weight: 0.6 }, voice: { weight: 0.9 } });

    expect(text).toBeCloseTo(0.5 * (0.2 + 0.8 * 0.6), 12);
    expect(voice).toBeCloseTo(0.8 * (0.5 + 0.5 * 0.9), 12);
    expect(prior).toBeCloseTo(0.4, 12);
  });

  it("takes a side of reliability 0 for one that is missing", () => {
    times(() => {
      const weights = anyWeights();
      const text = { scores: anyScores(), reliability: random() };

      expect(fuse({ text, voice: { scores: anyScores(), reliability: 0 } }, weights).scores).toEqual(fuse({ text }, weights).scores);
    });
  });

  it("takes a side of weight 0 beside a wholly reliable one for one that is missing", () => {
    const weights = { ...DEFAULT_FUSION_WEIGHTS, text: { ...DEFAULT_FUSION_WEIGHTS.text, weight: 1 }, voice: { ...DEFAULT_FUSION_WEIGHTS.voice, weight: 0 } };
    times(() => {
      const text = { scores: anyScores(), reliability: 1 };

      expect(fuse({ text, voice: { scores: anyScores(), reliability: random() } }, weights).scores).toEqual(near(fuse({ text }, weights).scores));
    });
  });

  it("lets one modality stand alone, as calibrated, whatever the weights and the prior are", () => {
    times(() => {
      const weights = anyWeights();

      const { scores, fusion } = fuse({ voice: { scores: anyScores(), reliability: 1 } }, weights);

      expect(scores).toEqual(near(fusion.voice!));
      expect(fusion.text).toBeUndefined();
      expect(fusion.disagreement).toBeUndefined();
      expect(fusion.voice!.weight).toBe(1);
    });
  });

  it("claims less the less the only side can be relied on, and never another label", () => {
    times(() => {
      const scores = anyScores();
      const at = (reliability: number): number[] => Object.values(fuse({ text: { scores, reliability } }, DEFAULT_FUSION_WEIGHTS).scores);

      expect(Math.max(...at(0.3))).toBeLessThanOrEqual(Math.max(...at(0.8)));
      expect(at(0.3).indexOf(Math.max(...at(0.3)))).toBe(at(0.8).indexOf(Math.max(...at(0.8))));
    });
  });

  it("says nothing where nothing can be relied on", () => {
    expect(fuse({ text: { scores: anyScores(), reliability: 0 }, voice: { scores: anyScores(), reliability: 0 } }, anyWeights()).scores).toEqual(near({ positive: 1 / 3, neutral: 1 / 3, negative: 1 / 3 }));
  });

  it("measures the disagreement of kind words in an angry voice", () => {
    const { scores, fusion } = fuse({ text: { scores: { positive: 0.9, neutral: 0.05, negative: 0.05 }, reliability: 1 }, voice: { scores: { positive: 0.05, neutral: 0.05, negative: 0.9 }, reliability: 1 } }, DEFAULT_FUSION_WEIGHTS);

    expect(fusion.disagreement).toBeCloseTo(0.85, 10);
    expect(scores.positive).toBeLessThan(0.9);
    expect(scores.negative).toBeGreaterThan(0.05);
  });

  it.each([
    { positive: 1, neutral: 0, negative: 0 },
    { positive: 0, neutral: 0, negative: 0 },
    { positive: 5e-324, neutral: 0, negative: 1 },
    { positive: 1e300, neutral: 1e300, negative: 0 },
  ])("gives numbers for the extreme scores %o", (scores) => {
    const weights = anyWeights();
    const extreme = { ...weights, text: { temperature: 0.01, bias: { positive: 100, neutral: -100, negative: 0 }, weight: 100 }, prior: { positive: 100, neutral: -100, negative: 0 } };
    expect(FusionWeightsSchema.safeParse(extreme).success).toBe(true);
    for (const tried of [DEFAULT_FUSION_WEIGHTS, extreme]) {
      const { scores: fused, fusion } = fuse({ text: { scores, reliability: 1 }, voice: { scores: { positive: 0, neutral: 0, negative: 1 }, reliability: 1 } }, tried);

      expect(fused.positive + fused.neutral + fused.negative).toBeCloseTo(1, 12);
      expect(FusionSchema.safeParse(fusion).error).toBeUndefined();
    }
  });

  it("grants no opinion a veto", () => {
    const veto = fuse({ text: { scores: { positive: 0, neutral: 0.5, negative: 0.5 }, reliability: 1 }, voice: { scores: { positive: 0.98, neutral: 0.01, negative: 0.01 }, reliability: 1 } }, DEFAULT_FUSION_WEIGHTS).scores;

    expect(veto.positive).toBeGreaterThan(0.1);
  });

  it.each([
    [{}, /nothing to fuse/u],
    [{ text: { scores: { positive: 1, neutral: 0, negative: 0 }, reliability: 1.1 } }, /reliability must be a number from 0 to 1, not 1.1/u],
    [{ voice: { scores: { positive: 1, neutral: 0, negative: 0 }, reliability: Number.NaN } }, /not NaN/u],
    [{ text: { scores: { positive: 1, neutral: -0.1, negative: 0 }, reliability: 1 } }, /score of neutral must be a number from 0, not -0.1/u],
    [{ text: { scores: { positive: Number.NaN, neutral: 0, negative: 0 }, reliability: 1 } }, /score of positive .* not NaN/u],
  ])("refuses %o", (sides, message) => {
    expect(() => fuse(sides, DEFAULT_FUSION_WEIGHTS)).toThrow(message);
  });
});

describe("the weights that come along", () => {
  it("are weights of the contract that nobody has fitted", () => {
    expect(FusionWeightsSchema.parse(DEFAULT_FUSION_WEIGHTS).fittedOn).toBeNull();
  });

  it("count as much as one opinion together", () => {
    expect(DEFAULT_FUSION_WEIGHTS.text.weight + DEFAULT_FUSION_WEIGHTS.voice.weight).toBe(1);
  });
});
