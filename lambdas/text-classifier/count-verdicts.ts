import type { Flag } from "../../core/contracts/sentiment-result.ts";
import type { Counts } from "../shared/observability.ts";
import type { Verdict } from "./classify-messages.ts";

const MICRO = 1_000_000;

/** What an operator watches of a batch: how often a cascade and a chain had to go further, and the money spent, failures included. */
export function countVerdicts(verdicts: readonly Verdict[]): Counts {
  const flagged = (flag: Flag): number => verdicts.filter((verdict) => verdict.kind === "result" && verdict.result.flags.includes(flag)).length;
  return {
    JobsReceived: verdicts.length,
    TextsEscalated: flagged("escalated"),
    TextsFallenBack: flagged("fallback"),
    // Millionths of a dollar: a text costs so little that dollars would be all zeros in a graph.
    ModelCostMicroUsd: Math.round(verdicts.reduce((sum, { usd }) => sum + usd, 0) * MICRO),
  };
}
