import type { SentimentLabel } from "../../../core/contracts/sentiment-result.ts";
import type { CascadeAnswers, StageAnswer } from "../../../evaluation/cascade/stage-answers.ts";

/** A stage's answers in short: `+` right, `-` wrong, `?` none, each with its confidence. */
export type ShortAnswer = readonly ["+" | "-" | "?", number];

/** Made-up answers to texts that are all positive unless `actual` says otherwise; every answer of a stage costs its `usd`. */
export function answersOf(stages: readonly { usd: number; answers: readonly ShortAnswer[] }[], actual?: readonly SentimentLabel[]): CascadeAnswers {
  const labels = actual ?? stages[0]!.answers.map(() => "positive" as const);
  return {
    actual: labels,
    stages: stages.map(({ usd, answers }, index) => ({ name: `stage-${index + 1}`, answers: answers.map(([kind, confidence], text): StageAnswer => ({ label: labelOf(kind, labels[text]!), confidence, usd })) })),
  };
}

function labelOf(kind: ShortAnswer[0], actual: SentimentLabel): SentimentLabel | undefined {
  if (kind === "?") return undefined;
  if (kind === "+") return actual;
  return actual === "neutral" ? "negative" : "neutral";
}
