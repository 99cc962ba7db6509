import type { Cost } from "../../core/contracts/sentiment-result.ts";
import type { Usage } from "./language-model.ts";

/** What one text has used up so far, over all calls it was part of. */
export interface Spending {
  usd: number;
  inputTokens: number;
  outputTokens: number;
  milliseconds: number;
  calls: number;
  /** Whether any service counted tokens. */
  tokensCounted: boolean;
}

export function nothingSpent(): Spending {
  return { usd: 0, inputTokens: 0, outputTokens: 0, milliseconds: 0, calls: 0, tokensCounted: false };
}

/** Adds a call's usage to its texts by weight, ≥ 0 each. Tokens stay whole and none is lost: the shares sum to the call's count. */
export function charge(spendings: readonly Spending[], weights: readonly number[], usage: Usage): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  spendings.forEach((spending, index) => {
    // Texts without any length share evenly.
    const share = total === 0 ? 1 / spendings.length : (weights[index] ?? 0) / total;
    const after = index === spendings.length - 1 ? 1 : before + share;
    const tokens = (count: number): number => Math.round(after * count) - Math.round(before * count);
    spending.calls += 1;
    spending.usd += usage.usd * share;
    spending.milliseconds += usage.milliseconds * share;
    spending.inputTokens += tokens(usage.inputTokens ?? 0);
    spending.outputTokens += tokens(usage.outputTokens ?? 0);
    spending.tokensCounted ||= usage.inputTokens !== undefined || usage.outputTokens !== undefined;
    before = after;
  });
}

export function costOf({ usd, inputTokens, outputTokens, tokensCounted }: Spending): Cost {
  return tokensCounted ? { usd, inputTokens, outputTokens } : { usd };
}
