import { describe, expect, it } from "vitest";
import { deadlineIn } from "../../classifiers/calling/deadline.ts";
import { FallbackClassifier } from "../../classifiers/fallback-classifier.ts";
import type { TextClassifier } from "../../classifiers/text-classifier.ts";
import { answer, failure, hanging, programmed, texts } from "./programmed-classifier.ts";

const last = () => programmed("last", (_, model) => answer(model, "neutral", 0.4, { modelMs: 1, flags: ["low_confidence"] }));

describe("FallbackClassifier", () => {
  it("moves every text that failed, retryable or not, and only those", async () => {
    const first = programmed("first", (text, model) => (text === "fine" ? answer(model, "positive", 0.9) : failure(text === "blocked" ? "blocked" : "throttled", text !== "blocked")));
    const second = programmed("second", (text, model) => (text === "blocked" ? answer(model, "negative", 0.8) : failure("unavailable")));
    const end = last();

    const outcomes = await new FallbackClassifier([first, second], end).classify(texts("fine", "blocked", "slow", "fine"));

    expect([first.asked, second.asked, end.asked]).toEqual([[["fine", "blocked", "slow", "fine"]], [["blocked", "slow"]], [["slow"]]]);
    expect(outcomes.map((outcome) => outcome.ok && [outcome.model.id, ...outcome.flags])).toEqual([["first"], ["second", "fallback"], ["last", "low_confidence", "fallback"], ["first"]]);
  });

  it("adds up what all attempts cost, failures included, and their time", async () => {
    const first = programmed("first", async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 40);
      });
      return { ...failure("refused", false), cost: { usd: 0.001, inputTokens: 100, outputTokens: 2 } };
    });
    const second = programmed("second", (_, model) => answer(model, "positive", 0.9, { usd: 0.002, modelMs: 5 }));

    const [outcome] = await new FallbackClassifier([first, second], last()).classify(texts("a", "b"));

    expect(outcome).toMatchObject({ ok: true, cost: { usd: 0.003, inputTokens: 100, outputTokens: 2 } });
    const { modelMs } = outcome as { modelMs: number };
    // Half of the 40 ms that the first link took for two texts, and the answerer's own 5.
    expect(modelMs).toBeGreaterThanOrEqual(5 + 19);
    expect(modelMs).toBeLessThan(5 + 40);
  });

  it("gives the end's failure when even that fails, with all costs", async () => {
    const chain = new FallbackClassifier([programmed("first", () => failure("refused", false, 0.001))], programmed("last", () => failure("too_long", false, 0.002)));
    expect(await chain.classify(texts("a"))).toEqual([{ ok: false, failure: { code: "too_long", retryable: false, reason: "too_long" }, cost: { usd: 0.003 } }]);
  });

  it("survives a link that throws or leaves texts out", async () => {
    const throwing: TextClassifier = {
      model: { provider: "test", id: "throwing", version: "1" },
      classify: () => Promise.reject(new Error("my secret sentence")),
    };
    const forgetful: TextClassifier = { model: { provider: "test", id: "forgetful", version: "1" }, classify: async () => [] };

    const outcomes = await new FallbackClassifier([throwing, forgetful], last()).classify(texts("a", "b"));

    expect(outcomes.map((outcome) => outcome.ok && outcome.model.id)).toEqual(["last", "last"]);
  });

  it("shares the time left evenly among its links, and asks the end without a deadline", async () => {
    const started = performance.now();
    const arrivals: number[] = [];
    const timed = (id: string) => {
      const classifier = hanging(id);
      return { ...classifier, classify: (...call: Parameters<TextClassifier["classify"]>) => (arrivals.push(performance.now() - started), classifier.classify(...call)) };
    };
    const end = last();

    const outcomes = await new FallbackClassifier([timed("first"), timed("second"), timed("third")], end).classify(texts("a"), deadlineIn(3_000));

    expect(outcomes[0]).toMatchObject({ ok: true, model: { id: "last" }, flags: ["low_confidence", "fallback"] });
    expect(end.signals).toEqual([undefined]);
    expect(arrivals.map((arrival) => Math.round(arrival / 1_000))).toEqual([0, 1, 2]);
    expect(performance.now() - started).toBeLessThan(6_000);
  });

  it("lets a later link have the time that an earlier one did not use", async () => {
    const quick = programmed("quick", () => failure("throttled"));
    const slow = hanging("slow");
    const started = performance.now();
    await new FallbackClassifier([quick, slow], last()).classify(texts("a"), deadlineIn(200));
    expect(performance.now() - started).toBeGreaterThanOrEqual(190);
  });

  it("goes straight to the end when there is no time at all", async () => {
    const first = programmed("first", (_, model) => answer(model, "positive", 0.9));
    const outcomes = await new FallbackClassifier([first], last()).classify(texts("a"), AbortSignal.abort());
    expect(outcomes[0]).toMatchObject({ ok: true, model: { id: "last" }, flags: ["low_confidence", "fallback"] });
    expect(first.asked).toEqual([]);
  });

  it("has an identity that names its links and changes with every part of theirs", () => {
    const identityOf = (version: string, promptVersion?: string) => {
      const link: TextClassifier = { model: { provider: "test", id: "first", version, ...(promptVersion !== undefined && { promptVersion }) }, classify: async () => [] };
      return new FallbackClassifier([link], last()).model;
    };
    expect(identityOf("1")).toMatchObject({ provider: "fallback", id: "first > last" });
    expect(identityOf("1")).toEqual(identityOf("1"));
    expect(new Set([identityOf("1"), identityOf("2"), identityOf("1", "p1"), identityOf("1", "p2")].map(({ version }) => version)).size).toBe(4);
  });
});
