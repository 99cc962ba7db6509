import type { Strategy } from "../strategy.ts";

/** The task and nothing else: the cheapest prompt, and what the others are measured against. */
export const ZERO_SHOT: Strategy = {
  version: "zero-shot/1",
  role: "You classify the sentiment of what customers write and say.",
  instructions: [],
  thinking: [],
  examples: [],
};
