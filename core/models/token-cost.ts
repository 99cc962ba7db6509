import type { TokenPrice } from "./catalogue-model.ts";

/** What Bedrock takes off the price per token for batch inference. */
export const BATCH_DISCOUNT = 0.5;

/** US dollars for these tokens: tokens × price ÷ 1,000,000, input and output. Source: Amazon Bedrock pricing, on demand. */
export function tokenCostUsd(price: TokenPrice, inputTokens: number, outputTokens: number): number {
  return (inputTokens * price.inputUsdPerMillion + outputTokens * price.outputUsdPerMillion) / 1_000_000;
}
