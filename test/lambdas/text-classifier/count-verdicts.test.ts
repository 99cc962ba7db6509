import { describe, expect, it } from "vitest";
import type { Flag } from "../../../core/contracts/sentiment-result.ts";
import type { Verdict } from "../../../lambdas/text-classifier/classify-messages.ts";
import { countVerdicts } from "../../../lambdas/text-classifier/count-verdicts.ts";
import { sentimentResult } from "../../../lambdas/text-classifier/sentiment-result.ts";
import { textJob } from "../support/events.ts";

const model = { provider: "test", id: "programmed", version: "1" };

function answered(flags: Flag[], usd: number): Verdict {
  const sentiment = { label: "positive", scores: { positive: 0.8, neutral: 0.1, negative: 0.1 }, confidence: 0.8, scoresFrom: "stated" } as const;
  const result = sentimentResult(textJob(), { ok: true, sentiment, model, flags, cost: { usd }, modelMs: 1 }, model, "2026-03-02T09:00:00Z");
  return { messageId: "m", usd, kind: "result", result };
}

describe("countVerdicts", () => {
  it("counts what was passed on and adds up the money in millionths of a dollar, failures included", () => {
    const verdicts = [answered(["escalated"], 0.000_1), answered(["escalated", "fallback"], 0.000_02), answered([], 0.000_000_4), { messageId: "m", usd: 0.000_3, kind: "again", reason: "throttled" } as const];

    expect(countVerdicts(verdicts)).toEqual({ JobsReceived: 4, TextsEscalated: 2, TextsFallenBack: 1, ModelCostMicroUsd: 420 });
  });
});
