import type { Strategy } from "../strategy.ts";

/** Thought templates: a kind of text, and how somebody who has read thousands of its kind thinks about it. */
const TEMPLATES = {
  plain_feeling: "One feeling about one thing, said directly. Name the feeling and its strength; the strength sets how sure to be.",
  fact_or_request: "A question, an order, a notice, data. Ask: would the words differ if the customer were angry or delighted? If not, neutral.",
  problem_report: "Something does not work. Ask: does the customer suffer or merely report? Waiting, repetition, loss and capitals mean suffering: negative. A dry first report leans neutral.",
  solved_problem: "A trouble told together with its end. What counts is the feeling at the end: relief and thanks are positive, resignation is negative.",
  praise_and_blame: "Good and bad about different things, both alive. Say which the customer ends on or spends more words on; that is the label, and mixed is true.",
  complaint_with_thanks: "A complaint in polite wrapping. Take off greeting, thanks in advance and closing; judge what remains.",
  irony: "Praise that does not fit the facts, exaggerated delight, quotation marks, rolling eyes. Turn the literal sentiment round.",
  rhetorical_question: "A question that wants no answer (how hard can it be?). Read it as the statement it stands for, usually negative.",
  comparison: "Better or worse than a rival, than before, than expected. Find which side is the one addressed; better than feared is positive but weak.",
  fragment: "Emoji, one word, a hashtag, noise. Take a clear sign at its usual meaning; without one, neutral and unsure.",
} as const;

/**
 * Buffer of Thoughts (Yang et al., "Buffer of Thoughts: Thought-Augmented Reasoning with Large Language Models", 2024, arXiv:2406.04271): a stock of
 * thought templates distilled from solved problems; for each text the model picks the one that fits and fills it in. The paper retrieves
 * templates by embedding and grows the stock as it goes. Here the stock is ten kinds of texts, small enough to stand in the prompt
 * whole and fixed, so that the same version always asks the same.
 */
export const BUFFER_OF_THOUGHTS: Strategy = {
  version: "buffer-of-thoughts/1",
  role: "You classify the sentiment of what customers write and say.",
  instructions: [
    "For each text, first pick the one thought template that fits it best, then fill it in for this text in English in at most 15 words, then let label and scores follow.",
    `The thought templates:\n${Object.entries(TEMPLATES)
      .map(([name, thought]) => `- ${name}: ${thought}`)
      .join("\n")}`,
  ],
  thinking: [
    { name: "template", description: "The thought template that fits the text best.", oneOf: Object.keys(TEMPLATES), expectedTokens: 10 },
    { name: "thought", description: "The template filled in for this text, in English, in at most 15 words, without repeating the text.", expectedTokens: 35 },
  ],
  examples: [
    {
      text: "Hello, kind regards from a customer of ten years whose mail you have ignored since May. Thank you.",
      thinking: { template: "complaint_with_thanks", thought: "Without the polite wrapping remains: ignored for months, a loyal customer is hurt." },
      label: "negative",
      percent: { positive: 2, neutral: 8, negative: 90 },
    },
    {
      text: "O aplicativo é lindo, pena que cai toda vez que vou pagar.",
      thinking: { template: "praise_and_blame", thought: "Looks are praised, payment fails every time; ends on the failure that matters." },
      label: "negative",
      mixed: true,
      percent: { positive: 24, neutral: 8, negative: 68 },
    },
    {
      text: "👍",
      thinking: { template: "fragment", thought: "A lone thumbs-up: mild approval, perhaps only received." },
      label: "positive",
      percent: { positive: 66, neutral: 31, negative: 3 },
    },
  ],
};
