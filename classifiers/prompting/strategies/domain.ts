import type { Strategy } from "../strategy.ts";

/** What a newcomer to the contact centre of a bank learns in the first week. */
export const DOMAIN: Strategy = {
  version: "domain/1",
  role: "You are a quality analyst in the contact centre of a retail bank and classify the sentiment of what customers write and say.",
  instructions: [
    "Words of the trade carry no feeling by themselves: fraud, dispute, chargeback, claim, overdraft, debt, collection, default, cancellation, complaint number.",
    "A blocked or declined card, an unknown charge, a fee that was not announced, money that has not arrived, a closed branch or an account one cannot log in to is negative when the customer suffers from it, even if the tone is polite.",
    "A bare request or statement of fact (block my card, send the statement, what is the rate) is neutral.",
    "Greetings, thanks in advance and polite closings are form, not feeling. Thanks after something was solved are positive.",
    "Judge the customer's feeling about the bank and its service, not about life: somebody who lost a wallet on a bad day and asks for a new card is neutral.",
    "A threat to move the account, to go to the ombudsman, the regulator or the press is clearly negative. Repeated contact about the same matter makes a text more negative.",
    "What an agent says is judged by the same rules: scripted empathy (I am sorry to hear that) is neutral.",
  ],
  thinking: [],
  examples: [
    { text: "I want to dispute a charge of 40 from last Tuesday.", label: "neutral", percent: { positive: 1, neutral: 84, negative: 15 } },
    { text: "Quarta vez que ligo e o cartão continua bloqueado. Vou ao Banco Central.", label: "negative", percent: { positive: 1, neutral: 3, negative: 96 } },
    { text: "Gracias, la transferencia ya llegó y la señorita fue muy amable.", label: "positive", percent: { positive: 95, neutral: 4, negative: 1 } },
  ],
};
