import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/seeded-random.ts";
import { chooseThresholds, type Target } from "../../../evaluation/cascade/choose-thresholds.ts";
import { metricOfRun, runCascade, runLastAlone, type Thresholds } from "../../../evaluation/cascade/run-cascade.ts";
import { searchThresholds } from "../../../evaluation/cascade/search-thresholds.ts";
import type { CascadeAnswers } from "../../../evaluation/cascade/stage-answers.ts";
import { answersOf, type ShortAnswer } from "./answers-of.ts";

const LAST_STAGE: Target = { kind: "last-stage", certainty: 0.5 };

function choose(data: CascadeAnswers, target: Target): { thresholds: Thresholds; reached: boolean } {
  return chooseThresholds(data, "accuracy", [target])[0]!;
}

describe("thresholds with a known optimum", () => {
  // Right above 0.57, wrong below; the last stage is right four times in five.
  const sure: ShortAnswer[] = [["+", 0.99], ["+", 0.91], ["+", 0.8], ["+", 0.7], ["+", 0.57], ["-", 0.41], ["-", 0.4], ["-", 0.39], ["-", 0.2], ["-", 0.1]];
  const last: ShortAnswer[] = [["-", 1], ["+", 1], ["+", 1], ["+", 1], ["+", 1], ["+", 1], ["+", 1], ["+", 1], ["+", 1], ["-", 1]];
  const data = answersOf([{ usd: 0, answers: sure }, { usd: 0.001, answers: last }]);

  it("saves what it can without falling below the last stage", () => {
    // Answering from 0.4 gives 5 + 2 right of 10, below the last stage's 8; from 0.41 on 8 of 10 are right.
    expect(choose(data, LAST_STAGE)).toEqual({ thresholds: [0.41], reached: true });
  });

  it("reaches an accuracy at the lowest cost", () => {
    expect(choose(data, { kind: "metric", atLeast: 0.9, certainty: 0.5 })).toEqual({ thresholds: [0.57], reached: true });
    expect(choose(data, { kind: "metric", atLeast: 0.5, certainty: 0.5 })).toEqual({ thresholds: [0.1], reached: true });
  });

  it("is as sure as it was told to be that the target is met elsewhere too", () => {
    // From 0.57 on one of ten texts is gained and none lost: 0.1 above, with a standard error of √(0.1 − 0.01) / √10 = 0.095.
    expect(choose(data, { kind: "last-stage", certainty: 0.8 })).toEqual({ thresholds: [0.57], reached: true });
    expect(choose(data, { kind: "metric", atLeast: 0.8, certainty: 0.8 })).toEqual({ thresholds: [0.57], reached: true });
  });

  it("does with less where that certainty is out of reach, and asks the last stage alone where nothing is sure to do as well", () => {
    expect(choose(data, { kind: "metric", atLeast: 0.8, certainty: 0.9 })).toEqual({ thresholds: [0.57], reached: true });
    expect(choose(data, { kind: "last-stage", certainty: 0.9 })).toEqual({ thresholds: [null], reached: true });
  });

  it("comes as close as it can to an accuracy out of reach, and says so", () => {
    expect(choose(data, { kind: "metric", atLeast: 0.95, certainty: 0.5 })).toEqual({ thresholds: [0.57], reached: false });
  });

  it("gives the best accuracy within a budget, and the cheapest when even that is too dear", () => {
    // Five texts of ten at $0.001 are $0.50 per 1,000; four are $0.40.
    expect(choose(data, { kind: "budget", usdPerThousand: 0.5 })).toEqual({ thresholds: [0.57], reached: true });
    expect(choose(data, { kind: "budget", usdPerThousand: 0.4 })).toEqual({ thresholds: [0.41], reached: true });
    const dear = answersOf([{ usd: 0.0005, answers: sure }, { usd: 0.001, answers: last }]);
    expect(choose(dear, { kind: "budget", usdPerThousand: 0.1 })).toEqual({ thresholds: [0.1], reached: false });
  });

  it("saves calls where nothing costs anything", () => {
    expect(choose(answersOf([{ usd: 0, answers: sure }, { usd: 0, answers: last }]), LAST_STAGE).thresholds).toEqual([0.41]);
  });

  it("leaves a stage out that only makes things worse or dearer", () => {
    const useless = answersOf([{ usd: 0.0002, answers: sure.map(([, confidence]) => ["-", confidence]) }, { usd: 0.001, answers: last }]);
    expect(choose(useless, LAST_STAGE)).toEqual({ thresholds: [null], reached: true });
  });

  it("weighs by label when asked for macro recall", () => {
    // Nine positive texts and one negative: accuracy hardly notices the negative one, macro recall does.
    const actual = [...Array.from({ length: 9 }, () => "positive" as const), "negative" as const];
    const first: ShortAnswer[] = actual.map((label) => (label === "positive" ? ["+", 0.9] : ["-", 0.8]));
    const second: ShortAnswer[] = actual.map((label, text) => (label === "positive" && text < 2 ? ["-", 1] : ["+", 1]));
    const skewed = answersOf([{ usd: 0, answers: first }, { usd: 1, answers: second }], actual);
    expect(chooseThresholds(skewed, "accuracy", [LAST_STAGE])[0]!.thresholds).toEqual([0.8]);
    expect(chooseThresholds(skewed, "macro-recall", [LAST_STAGE])[0]!.thresholds).toEqual([0.9]);
  });

  it("answers everything or nothing with a stage that is always equally sure", () => {
    const flat = (kinds: string): ShortAnswer[] => kinds.split("").map((kind) => [kind as "+" | "-", 0.7]);
    expect(choose(answersOf([{ usd: 0, answers: flat("+++-") }, { usd: 1, answers: flat("++--") }]), LAST_STAGE).thresholds).toEqual([0.7]);
    expect(choose(answersOf([{ usd: 0, answers: flat("+---") }, { usd: 1, answers: flat("++--") }]), LAST_STAGE).thresholds).toEqual([null]);
    const always = answersOf([{ usd: 0, answers: [["+", 1], ["+", 1]] }, { usd: 1, answers: [["+", 1], ["+", 1]] }]);
    expect(choose(always, LAST_STAGE).thresholds).toEqual([1]);
  });

  it("has nothing to choose from without texts", () => {
    expect(() => searchThresholds(answersOf([{ usd: 0, answers: [] }]), () => undefined)).toThrow("from 2 to 4 stages, not 1");
  });
});

describe("the joint search", () => {
  /** Made-up stages of rising accuracy, some answers missing, the confidences in hundredths so that a full search is small. */
  function madeUp(stages: number, texts: number, seed: number): CascadeAnswers {
    const random = seededRandom(seed);
    const labels = Array.from({ length: texts }, () => (["positive", "neutral", "negative"] as const)[Math.floor(random() * 3)]!);
    const answers = Array.from({ length: stages }, (_, stage) => ({
      usd: [0, 0.001, 0.01, 0.1][stage]!,
      answers: labels.map((): ShortAnswer => {
        const confidence = Math.round(random() * 20) / 20;
        return random() < 0.05 ? ["?", 0] : [random() < 0.4 + 0.3 * confidence + 0.1 * stage ? "+" : "-", confidence];
      }),
    }));
    const data = answersOf(answers, labels);
    for (const { answers } of data.stages) for (const answer of answers) if (random() < 0.1) answer.languageUnsupported = true;
    return data;
  }

  function everySetting(stages: number): Thresholds[] {
    const values = [null, ...Array.from({ length: 21 }, (_, step) => step / 20)];
    return stages === 1 ? [[]] : everySetting(stages - 1).flatMap((others) => values.map((value) => [value, ...others]));
  }

  it.each([2, 3])("counts every setting as the cascade would, with %i stages", (stages) => {
    const data = madeUp(stages, 40, 5);
    const seen: { thresholds: Thresholds; right: number; usd: number; lastAsked: number; discordant: number }[] = [];
    searchThresholds(data, ({ thresholds, right, usd, lastAsked, discordant }) =>
      seen.push({ thresholds: [...thresholds], right: right[0] + right[1] + right[2], usd, lastAsked, discordant: discordant[0] + discordant[1] + discordant[2] }),
    );
    const alone = runLastAlone(data).outcomes;
    expect(seen.length).toBeGreaterThan(10 ** (stages - 1));
    for (const { thresholds, right, usd, lastAsked, discordant } of seen) {
      const run = runCascade(data, thresholds);
      expect([right, lastAsked]).toEqual([run.outcomes.filter((outcome) => outcome.right).length, run.asked.at(-1)]);
      expect(discordant).toBe(run.outcomes.filter((outcome, text) => outcome.right !== alone[text]!.right).length);
      expect(usd).toBeCloseTo(run.usd, 9);
    }
  });

  it.each([2, 3])("finds nothing worse than trying everything does, with %i stages", (stages) => {
    for (const seed of [1, 2, 3]) {
      const data = madeUp(stages, 60, seed);
      const lastAlone = metricOfRun("accuracy", data, runLastAlone(data));
      const costs = everySetting(stages).map((thresholds) => runCascade(data, thresholds)).filter((run) => metricOfRun("accuracy", data, run) >= lastAlone).map(({ usd }) => usd);
      const found = runCascade(data, choose(data, LAST_STAGE).thresholds);
      expect(metricOfRun("accuracy", data, found)).toBeGreaterThanOrEqual(lastAlone);
      expect(found.usd).toBeCloseTo(Math.min(...costs), 9);
    }
  });

  it("handles four stages", () => {
    const data = madeUp(4, 60, 4);
    const { thresholds, reached } = choose(data, { kind: "budget", usdPerThousand: 20 });
    expect(reached).toBe(true);
    expect(thresholds).toHaveLength(3);
    const run = runCascade(data, thresholds);
    expect((1_000 * run.usd) / 60).toBeLessThanOrEqual(20);
    expect(metricOfRun("accuracy", data, run)).toBeGreaterThan(metricOfRun("accuracy", data, runCascade(data, [0, null, null])));
  });
});
