import type { Strategy } from "../strategy.ts";

/**
 * Lets the model write its reason down before the label (Wei et al., "Chain-of-Thought Prompting Elicits Reasoning in Large Language
 * Models", 2022, arXiv:2201.11903). Every word is paid for with each text, so it gets 20.
 */
export const CHAIN_OF_THOUGHT: Strategy = {
  version: "chain-of-thought/1",
  role: "You classify the sentiment of what customers write and say.",
  instructions: [
    "For each text, think first: whose feeling is it, about what, is it meant literally, and what outweighs what.",
    "Write that reasoning down in English in at most 20 words, then let label and scores follow from it.",
  ],
  thinking: [{ name: "reasoning", description: "Why, in English, in at most 20 words, without repeating the text.", expectedTokens: 45 }],
  examples: [
    {
      text: "Wow, only forty minutes in the queue today. Impressive.",
      thinking: { reasoning: "Praise is ironic: a long wait is what is praised, so the customer is annoyed." },
      label: "negative",
      percent: { positive: 4, neutral: 8, negative: 88 },
    },
    {
      text: "Tive um problema com a senha, mas a atendente resolveu em dois minutos.",
      thinking: { reasoning: "The problem lies in the past and is solved; what remains is a quick and helpful agent." },
      label: "positive",
      percent: { positive: 84, neutral: 12, negative: 4 },
    },
  ],
};
