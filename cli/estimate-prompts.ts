import { findStrategy } from "../classifiers/prompting/find-strategy.ts";
import { renderPrompt, renderText, textsPerOutput } from "../classifiers/prompting/render-prompt.ts";
import type { Strategy } from "../classifiers/prompting/strategy.ts";
import { CHARACTERS_PER_TOKEN, type CountTokens, JSON_CHARACTERS_PER_TOKEN, type Prompting } from "../core/costs/prompt-tokens.ts";

/** What a call to a model on Bedrock holds of texts at most, in bytes. */
const TEXT_BYTES_A_CALL = 24_000;
/** The call of the tool around its input. */
const CALL_FRAME_TOKENS = 25;
const TYPICAL_ANSWER = { id: "t12", label: "negative", mixed: false };
const TYPICAL_PERCENTAGES = { positive: 10, neutral: 20, negative: 70 };

/** The tokens of a call with as many texts as fit: from the very prompts that are sent, by characters. */
export const countTokens: CountTokens = (prompting, characters, textsAtHand) => {
  const strategy = findStrategy(prompting.strategy);
  const { from } = prompting.scores;
  const text = "a".repeat(Math.max(1, Math.round(characters)));
  const atMost = Math.min(prompting.textsPerCall, textsPerOutput(strategy, from), Math.max(1, Math.floor(TEXT_BYTES_A_CALL / renderText("t10", text).length)));
  const texts = Math.max(1, Math.min(atMost, textsAtHand));
  const [one, two] = [promptTokens(strategy, from, [text]), promptTokens(strategy, from, [text, text])];
  return { texts, input: one + (texts - 1) * (two - one), output: CALL_FRAME_TOKENS + texts * answerTokens(strategy, from) };
};

function promptTokens(strategy: Strategy, from: Prompting["scores"]["from"], texts: readonly string[]): number {
  const prompt = renderPrompt(strategy, from, "tool", texts);
  const words = texts.join("").length;
  const prose = prompt.system.length + prompt.opening.length + prompt.closing.length + words;
  const json = prompt.texts.length - words + JSON.stringify(prompt.tool).length;
  return prose / CHARACTERS_PER_TOKEN + json / JSON_CHARACTERS_PER_TOKEN;
}

function answerTokens(strategy: Strategy, from: Prompting["scores"]["from"]): number {
  const answer = { ...TYPICAL_ANSWER, ...(from === "stated" && TYPICAL_PERCENTAGES) };
  return JSON.stringify(answer).length / JSON_CHARACTERS_PER_TOKEN + strategy.thinking.reduce((tokens, { expectedTokens }) => tokens + expectedTokens, 0);
}
