import { expect, it } from "vitest";
import { charge, costOf, nothingSpent } from "../../../classifiers/prompting/spending.ts";

it("shares whole tokens and loses none", () => {
  for (const weights of [[1, 1, 1], [7, 0, 3, 11], [0, 0], [1], [1_000, 1, 1, 1, 1]]) {
    const spendings = weights.map(nothingSpent);
    charge(spendings, weights, { usd: 0.7, inputTokens: 1_001, outputTokens: 17, milliseconds: 50 });
    charge(spendings, weights, { usd: 0.1, milliseconds: 10 });
    const sum = (field: "usd" | "inputTokens" | "outputTokens" | "milliseconds"): number => spendings.reduce((total, spending) => total + spending[field], 0);
    expect([sum("inputTokens"), sum("outputTokens")]).toEqual([1_001, 17]);
    expect(sum("usd")).toBeCloseTo(0.8, 12);
    expect(sum("milliseconds")).toBeCloseTo(60, 9);
    for (const { inputTokens, outputTokens } of spendings) expect([Number.isInteger(inputTokens) && inputTokens >= 0, Number.isInteger(outputTokens) && outputTokens >= 0]).toEqual([true, true]);
  }
});

it("shares by weight", () => {
  const spendings = [nothingSpent(), nothingSpent()];
  charge(spendings, [1, 3], { usd: 4, inputTokens: 400, outputTokens: 40, milliseconds: 8 });
  expect(spendings.map(costOf)).toEqual([
    { usd: 1, inputTokens: 100, outputTokens: 10 },
    { usd: 3, inputTokens: 300, outputTokens: 30 },
  ]);
});

it("says nothing of tokens that nobody counted", () => {
  const spending = nothingSpent();
  charge([spending], [1], { usd: 2, milliseconds: 8 });
  expect(costOf(spending)).toEqual({ usd: 2 });
});
