import { describe, expect, it } from "vitest";
import { scoreEvidence, softmax, type ByLabel } from "../../../classifiers/embedded/score-evidence.ts";
import { expectedCalibrationError } from "../../../core/metrics/calibration-error.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { fitConfidence, fitSharpness, type HeldOut } from "../../../training/text/fit-calibration.ts";

/** Texts whose labels are drawn from the logits themselves, so that a factor of 1 is right by construction. */
function drawn(count: number, overstated: number): HeldOut[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => {
    const logits: ByLabel = [4 * (random() - 0.5), 0, 4 * (random() - 0.5)];
    const scores = softmax(logits);
    const draw = random();
    const label = draw < scores[0] ? 0 : draw < scores[0] + scores[1] ? 1 : 2;
    return { logits: [logits[0] * overstated, 0, logits[2] * overstated], label };
  });
}

describe("the calibration", () => {
  it("finds by how much logits are overstated", () => {
    expect(fitSharpness(drawn(20_000, 1))).toBeCloseTo(1, 1);
    expect(fitSharpness(drawn(20_000, 4))).toBeCloseTo(0.25, 1);
  });

  it("makes confidence the share of right answers, on texts it was not fitted on", () => {
    const texts = drawn(20_000, 4);
    const confidence = fitConfidence(texts.slice(0, 10_000));
    const answers = texts.slice(10_000).map(({ logits, label }) => {
      const opinion = scoreEvidence(logits, { sharpness: 1, confidence });
      return { confidence: opinion.confidence, right: ["positive", "neutral", "negative"].indexOf(opinion.label) === label };
    });
    expect(expectedCalibrationError(answers)).toBeLessThan(0.03);
    const overconfident = texts.slice(10_000).map(({ logits, label }) => {
      const scores = softmax(logits);
      const best = scores.indexOf(Math.max(...scores));
      return { confidence: scores[best]!, right: best === label };
    });
    expect(expectedCalibrationError(overconfident)).toBeGreaterThan(0.1);
  });

  it("claims no more for leads longer than it has seen", () => {
    const confidence = fitConfidence(drawn(5000, 1));
    const at = (lead: number): number => scoreEvidence([lead, 0, 0], { sharpness: 1, confidence }).confidence;
    expect(at(1000)).toBe(at(confidence.longestLead));
    expect(at(1000)).toBeLessThan(1);
  });
});
