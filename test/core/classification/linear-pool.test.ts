import { describe, expect, it } from "vitest";
import { linearPool, type WeighedOpinion } from "../../../core/classification/linear-pool.ts";
import { SENTIMENT_LABELS } from "../../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../../core/seeded-random.ts";

const random = seededRandom(5);
function opinion(weight = 0.01 + random() * 10): WeighedOpinion {
  const [a, b] = [random(), random()].toSorted((one, other) => one - other) as [number, number];
  return { weight, scores: { positive: a, neutral: b - a, negative: 1 - b }, emotions: { calm: a, cross: 1 - a } };
}

describe("linearPool", () => {
  it("weighs opinions by their weights", () => {
    const { sentiment, emotions } = linearPool(
      [
        { weight: 3, scores: { positive: 0.8, neutral: 0.2, negative: 0 }, emotions: { calm: 1 } },
        { weight: 1, scores: { positive: 0, neutral: 0.2, negative: 0.8 }, emotions: { calm: 0 } },
      ],
      "service",
    );
    expect(sentiment).toEqual({ label: "positive", scores: { positive: expect.closeTo(0.6, 12), neutral: expect.closeTo(0.2, 12), negative: expect.closeTo(0.2, 12) }, confidence: expect.closeTo(0.6, 12), scoresFrom: "service" });
    expect(emotions).toEqual({ calm: 0.75 });
  });

  it("does not let an opinion of 0 be a veto", () => {
    const { sentiment } = linearPool([opinion(1), { weight: 1, scores: { positive: 0, neutral: 0, negative: 1 } }], "service");
    expect(sentiment.scores.positive).toBeGreaterThan(0);
  });

  it("sums to 1, lies between the opinions, and knows neither their order nor the weights' scale", () => {
    for (let round = 0; round < 500; round += 1) {
      const opinions = Array.from({ length: 1 + Math.floor(random() * 6) }, () => opinion());
      const { sentiment } = linearPool(opinions, "calibrated");
      const rescaled = linearPool(opinions.toReversed().map((one) => ({ ...one, weight: one.weight * 1_000 })), "calibrated").sentiment;
      expect(SENTIMENT_LABELS.reduce((sum, label) => sum + sentiment.scores[label], 0)).toBeCloseTo(1, 12);
      for (const label of SENTIMENT_LABELS) {
        const all = opinions.map(({ scores }) => scores[label]);
        expect(sentiment.scores[label]).toBeGreaterThanOrEqual(Math.min(...all) - 1e-12);
        expect(sentiment.scores[label]).toBeLessThanOrEqual(Math.max(...all) + 1e-12);
        expect(rescaled.scores[label]).toBeCloseTo(sentiment.scores[label], 12);
      }
    }
  });

  it.each([[{ calm: 0.5, glad: 0.5 }], [{ calm: 1 }], [undefined]])("has no emotions where another opinion's labels are %j", (emotions) => {
    const other: WeighedOpinion = { weight: 1, scores: { positive: 1, neutral: 0, negative: 0 }, ...(emotions !== undefined && { emotions }) };
    expect(linearPool([opinion(), other], "service")).not.toHaveProperty("emotions");
  });
});
