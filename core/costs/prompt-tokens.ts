import type { PromptStrategy } from "../classification/classifier-specification.ts";

/** What of a specification decides how long prompts and answers are. */
export interface Prompting {
  strategy: PromptStrategy;
  scores: { from: "stated" } | { from: "samples"; samples: number };
  textsPerCall: number;
}

export interface CallTokens {
  input: number;
  output: number;
  /** How many texts the call held. */
  texts: number;
}

/**
 * The tokens of one call. Made from the real prompts, which are not core's to know: the caller brings it.
 * @param textsAtHand how many texts the function has to pack at that moment.
 */
export type CountTokens = (prompting: Prompting, characters: number, textsAtHand: number) => CallTokens;

/**
 * Tokens of running text in a Latin script: one for four characters (a rule of thumb of OpenAI's and Anthropic's
 * documentation for English). Other scripts need more: Cyrillic, Arabic and Devanagari about one for two characters, Chinese and Japanese one a character.
 */
export const CHARACTERS_PER_TOKEN = 4;
/** JSON and its schemas: quotes, braces and digits are tokens of their own. */
export const JSON_CHARACTERS_PER_TOKEN = 3;
/** What Anthropic adds to a call with tools. Source: Anthropic, tool use, pricing (346 with a tool that may be chosen, 313 with a forced one). */
export const ANTHROPIC_TOOL_TOKENS = 346;
