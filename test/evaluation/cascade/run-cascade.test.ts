import { describe, expect, it } from "vitest";
import { CascadeClassifier } from "../../../classifiers/cascade-classifier.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../../../classifiers/text-classifier.ts";
import { SENTIMENT_LABELS } from "../../../core/contracts/sentiment-result.ts";
import { countConfusion } from "../../../core/metrics/confusion.ts";
import { accuracy, macroRecall } from "../../../core/metrics/scores.ts";
import { metricOfRun, runCascade, runLastAlone } from "../../../evaluation/cascade/run-cascade.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import type { StageAnswer } from "../../../evaluation/cascade/stage-answers.ts";
import { answersOf } from "./answers-of.ts";

/** Answers the text that is a number with the answer at that place. */
class RecordedClassifier implements TextClassifier {
  readonly model = { provider: "recorded", id: "answers", version: "1" };
  readonly #answers: readonly StageAnswer[];

  constructor(answers: readonly StageAnswer[]) {
    this.#answers = answers;
  }

  async classify(texts: readonly TextToClassify[]): Promise<readonly TextClassification[]> {
    return texts.map(({ text }): TextClassification => {
      const { label, confidence, usd, languageUnsupported } = this.#answers[Number(text)]!;
      if (label === undefined) return { ok: false, failure: { code: "refused", retryable: false, reason: "recorded so" }, cost: { usd } };
      const scores = { positive: 0, neutral: 0, negative: 0, [label]: 1 };
      return { ok: true, sentiment: { label, scores, confidence, scoresFrom: "service" }, model: this.model, flags: languageUnsupported ? ["language_unsupported"] : [], cost: { usd }, modelMs: 0 };
    });
  }
}

describe("a cascade on answers already given", () => {
  const data = answersOf([
    { usd: 1, answers: [["+", 0.9], ["-", 0.8], ["+", 0.4], ["?", 0], ["-", 0.3]] },
    { usd: 10, answers: [["-", 0.9], ["+", 0.7], ["-", 0.6], ["+", 0.9], ["?", 0]] },
    { usd: 100, answers: [["+", 0.5], ["+", 0.5], ["+", 0.5], ["?", 0], ["?", 0]] },
  ]);

  it("stops at the first stage that is sure enough, the threshold itself included, and pays everyone asked", () => {
    const { outcomes, asked, answered, usd } = runCascade(data, [0.8, 0.9]);
    expect(outcomes.map(({ answeredBy, right, usd }) => [answeredBy, right, usd])).toEqual([
      [0, true, 1],
      [0, false, 1],
      [2, true, 111],
      [1, true, 11],
      [0, false, 111],
    ]);
    expect(asked).toEqual([5, 3, 2]);
    expect(answered).toEqual([3, 1, 1]);
    expect(usd).toBe(235);
  });

  it("neither asks nor pays a stage that is left out", () => {
    const { asked, usd } = runCascade(data, [null, 0]);
    expect(asked).toEqual([0, 5, 1]);
    expect(usd).toBe(150);
  });

  it("lets the surest answer so far stand where the last stage gives none, and none where nobody answered", () => {
    const { outcomes } = runCascade(data, [0.95, 0.95]);
    expect(outcomes[3]).toMatchObject({ answeredBy: 1, right: true });
    expect(outcomes[4]).toMatchObject({ answeredBy: 0, right: false });
    expect(runLastAlone(data).outcomes[3]).toMatchObject({ answeredBy: undefined, label: undefined, right: false, usd: 100 });
  });

  it("decides every text as the cascade classifier of the pipeline does", async () => {
    const random = seededRandom(8);
    const sample = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
    const actual = Array.from({ length: 500 }, () => sample(SENTIMENT_LABELS));
    const stages = [0.001, 0.002, 0.004].map((usd, index) => ({
      name: `stage-${index}`,
      answers: actual.map((): StageAnswer => ({
        label: random() < 0.2 ? undefined : sample(SENTIMENT_LABELS),
        confidence: Math.floor(random() * 5) / 4,
        usd,
        ...(random() < 0.1 && { languageUnsupported: true }),
      })),
    }));
    const [first, second, last] = stages.map(({ answers }) => new RecordedClassifier(answers));
    const thresholds = [0.75, 0.5];
    const cascade = new CascadeClassifier([{ classifier: first!, answerFrom: 0.75 }, { classifier: second!, answerFrom: 0.5 }], last!);
    const decided = await cascade.classify(actual.map((_, text) => ({ text: String(text), language: "en" })));
    const { outcomes } = runCascade({ actual, stages }, thresholds);
    expect(outcomes.some(({ label }) => label === undefined)).toBe(true);
    expect(outcomes.map(({ label, usd }) => [label, usd.toFixed(6)])).toEqual(decided.map((outcome) => [outcome.ok ? outcome.sentiment.label : undefined, outcome.cost!.usd.toFixed(6)]));
  });

  it("measures as core/metrics does where every text is answered", () => {
    const labels = ["positive", "positive", "neutral", "negative", "negative"] as const;
    const judged = answersOf([{ usd: 0, answers: [["+", 0.9], ["-", 0.8], ["+", 0.4], ["-", 0.3], ["+", 0.2]] }, { usd: 1, answers: [["-", 1], ["-", 1], ["-", 1], ["-", 1], ["-", 1]] }], labels);
    const run = runCascade(judged, [0]);
    const counts = countConfusion(run.outcomes.map(({ label }, text) => ({ actual: labels[text]!, predicted: label! })));
    expect(metricOfRun("accuracy", judged, run)).toBe(accuracy(counts));
    expect(metricOfRun("macro-recall", judged, run)).toBeCloseTo(macroRecall(counts), 12);
    expect(macroRecall(counts)).toBeCloseTo((1 / 2 + 1 + 1 / 2) / 3, 12);
  });

  it("refuses a wrong number of thresholds", () => {
    expect(() => runCascade(data, [0.5])).toThrow("3 stages need 2 thresholds, not 1");
  });
});
