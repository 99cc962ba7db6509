import { describe, expect, it } from "vitest";
import { repeatSplits } from "../../../evaluation/cascade/repeat-splits.ts";
import { splitHalves } from "../../../evaluation/cascade/split-halves.ts";
import type { CascadeAnswers } from "../../../evaluation/cascade/stage-answers.ts";
import { answersOf, type ShortAnswer } from "./answers-of.ts";

const half = (data: CascadeAnswers) => (seed: number) => splitHalves(data.actual.map((label) => ({ label, language: "en" })), seed);
const every = (texts: number, answer: (text: number) => ShortAnswer): ShortAnswer[] => Array.from({ length: texts }, (_, text) => answer(text));

describe("other splits of the same texts", () => {
  it("all meet a target that is certain, and save what there is to save", () => {
    const first = every(400, (text) => (text % 2 === 0 ? ["+", 0.9] : ["-", 0.4]));
    const data = answersOf([{ usd: 0, answers: first }, { usd: 1, answers: every(400, () => ["+", 1]) }]);
    const repeated = repeatSplits(data, half(data), "accuracy", { kind: "last-stage", certainty: 0.9 }, 1)!;
    expect(repeated.held).toEqual({ yes: 20, "within-chance": 0, no: 0 });
    expect(repeated.meanMargin).toBe(0);
    expect(repeated.saved.mean).toBeCloseTo(0.5, 1);
    expect(repeated.saved.low).toBeLessThan(repeated.saved.high);
  });

  it("all miss a target that nothing reaches", () => {
    const data = answersOf([{ usd: 0, answers: every(100, () => ["-", 0.5]) }, { usd: 1, answers: every(100, (text) => [text % 2 === 0 ? "+" : "-", 1]) }]);
    expect(repeatSplits(data, half(data), "accuracy", { kind: "metric", atLeast: 0.9, certainty: 0.5 }, 1)!.held).toEqual({ yes: 0, "within-chance": 0, no: 20 });
  });

  it("are left out where they would take minutes", () => {
    const answers = every(1_100, () => ["+", 0.5]);
    const data = answersOf([1, 2, 3, 4].map((usd) => ({ usd, answers })));
    expect(repeatSplits(data, half(data), "accuracy", { kind: "last-stage", certainty: 0.9 }, 1)).toBeUndefined();
  });
});
