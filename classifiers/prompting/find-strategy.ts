import type { PromptStrategy } from "../../core/classification/classifier-specification.ts";
import { BUFFER_OF_THOUGHTS } from "./strategies/buffer-of-thoughts.ts";
import { CHAIN_OF_THOUGHT } from "./strategies/chain-of-thought.ts";
import { DOMAIN } from "./strategies/domain.ts";
import { FEW_SHOT } from "./strategies/few-shot.ts";
import { ZERO_SHOT } from "./strategies/zero-shot.ts";
import type { Strategy } from "./strategy.ts";

const STRATEGIES: Readonly<Record<PromptStrategy, Strategy>> = {
  "zero-shot": ZERO_SHOT,
  "few-shot": FEW_SHOT,
  "chain-of-thought": CHAIN_OF_THOUGHT,
  domain: DOMAIN,
  "buffer-of-thoughts": BUFFER_OF_THOUGHTS,
};

export function findStrategy(name: PromptStrategy): Strategy {
  return STRATEGIES[name];
}
