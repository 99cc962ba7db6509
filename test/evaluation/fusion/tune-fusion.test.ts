import { describe, expect, it } from "vitest";
import { expectedCalibrationError } from "../../../core/metrics/calibration-error.ts";
import { countConfusion } from "../../../core/metrics/confusion.ts";
import { accuracy, macroRecall } from "../../../core/metrics/scores.ts";
import { sentimentOfScores } from "../../../core/classification/sentiment-of-scores.ts";
import { crossFit } from "../../../evaluation/fusion/cross-fit.ts";
import { judgeSystems } from "../../../evaluation/fusion/judge-systems.ts";
import type { LabelledTurn } from "../../../evaluation/fusion/labelled-turn.ts";
import { tuneFusion } from "../../../evaluation/fusion/tune-fusion.ts";
import { madeUpTurns } from "./made-up-turns.ts";

const NOISE = { text: 1.1, voice: 0.9, correlation: 0.1 };
const TURNS = madeUpTurns(2_000, NOISE, 12);
const withoutVoice = ({ label, text, conversation }: LabelledTurn): LabelledTurn => ({ label, ...(text && { text }), ...(conversation !== undefined && { conversation }) });

describe("tuneFusion", () => {
  it("beats both modalities, and the weights that come along, on turns that it was not fitted on", () => {
    const { comparisons, systems, conversations, paired } = tuneFusion(TURNS, 1);

    expect({ conversations, paired }).toEqual({ conversations: 200, paired: 2_000 });
    expect(comparisons.map(({ first, second }) => `${first} ${second}`)).toEqual(["fused-default", "words", "voice", "words-calibrated", "voice-calibrated"].map((second) => `fused-fitted ${second}`));
    for (const { differences } of comparisons) {
      expect(differences.accuracy.interval.low).toBeGreaterThan(0);
      expect(differences.averageRecall.interval.low).toBeGreaterThan(0);
      expect(differences.crossEntropy.interval.high).toBeLessThan(0);
    }
    // These models are overconfident (words) and underconfident (voice): calibrated, they are not.
    expect(systems["words-calibrated"].calibrationError.value).toBeLessThan(systems.words.calibrationError.value / 2);
    expect(systems["fused-fitted"].calibrationError.value).toBeLessThan(0.04);
  });

  it("says the same for the same seed", () => {
    const some = TURNS.slice(0, 200);
    const report = tuneFusion(some, 4);

    expect(tuneFusion(some, 4)).toEqual(report);
    expect(tuneFusion(some, 5).systems).not.toEqual(report.systems);
  });

  it("does not mistake chance for skill: where the label is drawn apart from the scores, nothing is better than the shares of the labels", () => {
    const shuffledLabels = TURNS.slice(0, 800).map((turn, position): LabelledTurn => ({ ...turn, label: TURNS[position + 800]!.label }));
    const { systems } = tuneFusion(shuffledLabels, 1);

    expect(systems["fused-fitted"].averageRecall.interval.low).toBeLessThan(0.36);
    expect(systems["fused-fitted"].crossEntropy.value).toBeGreaterThan(1.03);
  });

  it.each<[string, LabelledTurn[], RegExp]>([
    ["few turns with both sides", [...TURNS.slice(0, 99), ...TURNS.slice(99, 500).map(withoutVoice)], /99 turns with both words and voice are too few to fit fusion on; give at least 100/u],
    ["a label that hardly occurs", TURNS.slice(0, 400).filter(({ label }) => label !== "neutral"), /0 of \d+ turns with both words and voice are labelled neutral/u],
    ["few conversations", madeUpTurns(400, NOISE, 1, 50), /of 8 conversations, too few/u],
  ])("refuses %s", (_, turns, message) => {
    expect(() => tuneFusion(turns, 1)).toThrow(message);
  });
});

describe("crossFit", () => {
  it("judges every turn that has both sides once, whole conversations together, and never by its own label", () => {
    const turns = [...TURNS.slice(0, 200), ...TURNS.slice(200, 300).map(withoutVoice)];
    const judged = crossFit(turns, 2);
    const changed = turns.map((turn, position): LabelledTurn => (position < 10 ? { ...turn, label: turn.label === "positive" ? "negative" : "positive" } : turn));
    const rejudged = crossFit(changed, 2);

    expect(judged).toHaveLength(200);
    const of = (turns: typeof judged, group: string): unknown[] => turns.filter((turn) => turn.group === group).map(({ scores }) => scores);
    expect(of(judged, "conversation call-0")).toHaveLength(10);
    // Its labels are no part of what it is judged by, but of what others are.
    expect(of(rejudged, "conversation call-0")).toEqual(of(judged, "conversation call-0"));
    expect(rejudged.map(({ scores }) => scores["fused-fitted"])).not.toEqual(judged.map(({ scores }) => scores["fused-fitted"]));
  });
});

describe("judgeSystems", () => {
  const judged = crossFit(TURNS.slice(0, 400), 1);

  it("measures as core/metrics does", () => {
    const { systems } = judgeSystems(judged, [], 1);

    for (const system of ["words", "fused-fitted"] as const) {
      const sentiments = judged.map(({ scores }) => sentimentOfScores(scores[system], "combined"));
      const counts = countConfusion(judged.map(({ label }, position) => ({ actual: label, predicted: sentiments[position]!.label })));
      const error = expectedCalibrationError(judged.map(({ label }, position) => ({ confidence: sentiments[position]!.confidence, right: sentiments[position]!.label === label })));
      expect(systems[system].accuracy.value).toBeCloseTo(accuracy(counts), 12);
      expect(systems[system].averageRecall.value).toBeCloseTo(macroRecall(counts), 12);
      expect(systems[system].calibrationError.value).toBeCloseTo(error, 12);
      expect(systems[system].crossEntropy.value).toBeCloseTo(judged.reduce((sum, { label, scores }) => sum - Math.log(scores[system][label]), 0) / judged.length, 12);
    }
  });

  it("gives wider intervals where the turns of a conversation are alike", () => {
    const repeated = judged.flatMap((turn) => [turn, turn, turn, turn]);
    const apart = repeated.map((turn, position) => ({ ...turn, group: `turn ${position}` }));
    const width = (turns: typeof judged): number => {
      const { high, low } = judgeSystems(turns, [], 1).systems.words.accuracy.interval;
      return high - low;
    };

    // Four copies of each turn say no more than one: drawn apart, they would seem to.
    expect(width(repeated)).toBeGreaterThan(1.4 * width(apart));
  });
});
