import type { Cost } from "../core/contracts/sentiment-result.ts";

/** The sum; tokens are there when any of the costs counts them. */
export function addCosts(costs: readonly (Cost | undefined)[]): Cost {
  const sum = (read: (cost: Cost) => number | undefined): number | undefined => {
    const known = costs.flatMap((cost) => (cost === undefined ? undefined : read(cost)) ?? []);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const inputTokens = sum((cost) => cost.inputTokens);
  const outputTokens = sum((cost) => cost.outputTokens);
  return { usd: sum((cost) => cost.usd) ?? 0, ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }) };
}
