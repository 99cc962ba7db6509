import { describe, expect, it } from "vitest";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { CascadeClassifier } from "../../classifiers/cascade-classifier.ts";
import { FallbackClassifier } from "../../classifiers/fallback-classifier.ts";
import { answer, failure, hanging, programmed, texts } from "./programmed-classifier.ts";

/** Texts are confidences; `fail` fails. */
const byConfidence = (id: string, usd: number) =>
  programmed(id, (text, model) => (text === "fail" ? failure("throttled", true, usd) : answer(model, "positive", Number(text), { usd, modelMs: 2 })));

describe("CascadeClassifier", () => {
  it("lets an answer stand that is sure enough, and passes on the others only", async () => {
    const first = byConfidence("first", 0.001);
    const second = programmed("second", (_, model) => answer(model, "negative", 0.5, { usd: 0.01, flags: ["low_confidence"] }));

    const outcomes = await new CascadeClassifier([{ classifier: first, answerFrom: 0.8 }], second).classify(texts("0.8", "0.79", "0.95", "0.4"));

    expect(second.asked).toEqual([["0.79", "0.4"]]);
    expect(outcomes.map((outcome) => outcome.ok && [outcome.model.id, outcome.cost.usd, ...outcome.flags])).toEqual([
      ["first", 0.001],
      ["second", 0.011, "low_confidence", "escalated"],
      ["first", 0.001],
      ["second", 0.011, "low_confidence", "escalated"],
    ]);
  });

  it("passes on what failed and languages that a stage does not know, however sure it is", async () => {
    const first = programmed("first", (text, model) => (text === "fail" ? failure("refused", false) : answer(model, "positive", 0.99, { flags: ["language_unsupported"] })));
    const outcomes = await new CascadeClassifier([{ classifier: first, answerFrom: 0.5 }], programmed("last", (_, model) => answer(model, "neutral", 0.6))).classify(texts("fail", "0.3"));
    expect(outcomes.map((outcome) => outcome.ok && [outcome.model.id, ...outcome.flags])).toEqual([
      ["last", "escalated"],
      ["last", "escalated"],
    ]);
  });

  it("adds up the costs and times of all stages a text went through", async () => {
    const cascade = new CascadeClassifier(
      [
        { classifier: byConfidence("first", 0.001), answerFrom: 0.9 },
        { classifier: byConfidence("second", 0.01), answerFrom: 0.9 },
      ],
      byConfidence("last", 0.1),
    );
    const [outcome] = await cascade.classify(texts("0.6"));
    expect(outcome).toMatchObject({ ok: true, model: { id: "last" }, modelMs: 6, flags: ["escalated"] });
    expect((outcome as { cost: { usd: number } }).cost.usd).toBeCloseTo(0.111, 12);
  });

  it("takes the surest earlier answer when the last stage fails, and says so", async () => {
    const first = programmed("first", (_, model) => answer(model, "positive", 0.7, { flags: ["mixed"] }));
    const second = programmed("second", (_, model) => answer(model, "negative", 0.6));
    const stages = [
      { classifier: first, answerFrom: 0.8 },
      { classifier: second, answerFrom: 0.8 },
    ];
    const [outcome] = await new CascadeClassifier(stages, byConfidence("last", 0.1)).classify(texts("fail"));
    expect(outcome).toMatchObject({ ok: true, model: { id: "first" }, cost: { usd: 0.1 }, flags: ["mixed", "escalated", "fallback", "low_confidence"] });
  });

  it("does not let the end of a chain repeat what a stage has said over a surer answer of another", async () => {
    const embedded = programmed("embedded", (_, model) => answer(model, "positive", 0.5));
    const better = programmed("better", (text, model) => answer(model, "negative", Number(text)));
    const stages = [
      { classifier: embedded, answerFrom: 0.8 },
      { classifier: better, answerFrom: 0.9 },
    ];
    const cascade = new CascadeClassifier(stages, new FallbackClassifier([programmed("down", () => failure("unavailable"))], embedded));

    const outcomes = await cascade.classify(texts("0.85", "0.45"));

    expect(outcomes.map((outcome) => outcome.ok && [outcome.model.id, outcome.sentiment.label, ...outcome.flags])).toEqual([
      ["better", "negative", "escalated", "fallback", "low_confidence"],
      ["embedded", "positive", "fallback", "escalated", "low_confidence"],
    ]);
  });

  it("prefers an answer of a stage that knows the language over a surer one of a stage that does not", async () => {
    const blind = programmed("blind", (_, model) => answer(model, "positive", 0.9, { flags: ["language_unsupported"] }));
    const seeing = programmed("seeing", (_, model) => answer(model, "negative", 0.5));
    for (const order of [[blind, seeing], [seeing, blind]]) {
      const cascade = new CascadeClassifier(order.map((classifier) => ({ classifier, answerFrom: 0.95 })), byConfidence("last", 0));
      expect((await cascade.classify(texts("fail")))[0]).toMatchObject({ ok: true, model: { id: "seeing" } });
    }
  });

  it("fails with the last stage's failure when no stage answered, with all costs", async () => {
    const cascade = new CascadeClassifier([{ classifier: byConfidence("first", 0.001), answerFrom: 0.8 }], programmed("last", () => failure("refused", false, 0.002)));
    expect(await cascade.classify(texts("fail"))).toEqual([{ ok: false, failure: { code: "refused", retryable: false, reason: "refused" }, cost: { usd: 0.003 } }]);
  });

  it("does not ask later stages when everything is answered", async () => {
    const last = byConfidence("last", 0);
    await new CascadeClassifier([{ classifier: byConfidence("first", 0), answerFrom: 0.5 }], last).classify(texts("0.6", "0.9"));
    expect(last.asked).toEqual([]);
  });

  it("lets a stage that hangs use its share of the time only", async () => {
    const cascade = new CascadeClassifier([{ classifier: hanging("first"), answerFrom: 0.8 }], byConfidence("last", 0));
    const started = performance.now();
    const [outcome] = await cascade.classify(texts("0.9"), deadlineIn(4_000));
    expect(outcome).toMatchObject({ ok: true, model: { id: "last" }, flags: ["escalated"] });
    expect(performance.now() - started).toBeLessThan(3_500);
  });

  it("has an identity that changes with a threshold", () => {
    const identityOf = (answerFrom: number) => new CascadeClassifier([{ classifier: byConfidence("first", 0), answerFrom }], byConfidence("last", 0)).model;
    expect(identityOf(0.8)).toMatchObject({ provider: "cascade", id: "first > last" });
    expect(identityOf(0.8)).toEqual(identityOf(0.8));
    expect(identityOf(0.8).version).not.toBe(identityOf(0.81).version);
  });
});
