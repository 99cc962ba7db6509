import type { ComprehendClient } from "@aws-sdk/client-comprehend";
import type { Reply } from "../ask-in-batches.ts";
import type { ServiceCaller } from "../calling/service-caller.ts";
import type { Classified, TextToClassify } from "../text-classifier.ts";

/** What every way of asking Comprehend shares. */
export interface ComprehendAccess {
  client: () => Promise<ComprehendClient>;
  caller: ServiceCaller;
}

/** What a model of Comprehend says about a text, before it is a classification. */
export type ComprehendAnswer = Pick<Classified, "sentiment" | "flags">;

/** One way to ask Comprehend: its own sentiment model, or a custom classifier. One reply a text, in order. */
export interface ComprehendModel {
  ask(texts: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<readonly Reply<ComprehendAnswer>[]>;
}

/** Unicode code points: what Comprehend counts, bills and gives offsets in. */
export function charactersOf(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}
