import type { Strategy } from "../strategy.ts";

/** Shows the borders that models get wrong: facts, polite requests, irony, praise with a complaint. */
export const FEW_SHOT: Strategy = {
  version: "few-shot/1",
  role: "You classify the sentiment of what customers write and say.",
  instructions: ["Judge as these examples do."],
  thinking: [],
  examples: [
    { text: "Third week without the refund and nobody writes back.", label: "negative", percent: { positive: 1, neutral: 9, negative: 90 } },
    { text: "Obrigada! Resolveram tudo no mesmo dia, nem acreditei.", label: "positive", percent: { positive: 95, neutral: 4, negative: 1 } },
    { text: "¿A qué hora cierra la tienda los sábados?", label: "neutral", percent: { positive: 3, neutral: 94, negative: 3 } },
    { text: "Oh great, the app logged me out again in the middle of a transfer 🙄", label: "negative", percent: { positive: 2, neutral: 6, negative: 92 } },
    { text: "Die Beratung war top, aber auf die Lieferung habe ich zwei Monate gewartet.", label: "negative", mixed: true, percent: { positive: 38, neutral: 12, negative: 50 } },
    { text: "Pas mal du tout, je m'attendais à pire.", label: "positive", percent: { positive: 80, neutral: 16, negative: 4 } },
    { text: "Please change the address on my account to the one below.", label: "neutral", percent: { positive: 3, neutral: 93, negative: 4 } },
  ],
};
