import { whereItThrew } from "./calling/where-it-threw.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "./text-classifier.ts";

export interface Asked {
  /** Exactly one a text, whatever the classifier did. */
  outcomes: readonly TextClassification[];
  /** Milliseconds the classifier took, divided among its texts. */
  millisecondsEach: number;
}

/** Asks a classifier that is part of another one: an exception or a missing outcome is a failure of the texts concerned, not of the whole batch. */
export async function askClassifier(classifier: TextClassifier, texts: readonly TextToClassify[], signal?: AbortSignal): Promise<Asked> {
  if (texts.length === 0) return { outcomes: [], millisecondsEach: 0 };
  const started = performance.now();
  const answer = await outcomesOf(classifier, texts, signal);
  const { id } = classifier.model;
  const outcomes = texts.map(
    (_, position): TextClassification =>
      answer instanceof Error
        ? { ok: false, failure: { code: "unavailable", retryable: true, reason: `${id} could not be asked: ${whereItThrew(answer)}` } }
        : (answer[position] ?? { ok: false, failure: { code: "unanswered", retryable: true, reason: `${id} gave no outcome for this text` } }),
  );
  return { outcomes, millisecondsEach: (performance.now() - started) / texts.length };
}

async function outcomesOf(classifier: TextClassifier, texts: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<readonly TextClassification[] | Error> {
  try {
    return await classifier.classify(texts, signal);
  } catch (error) {
    return error instanceof Error ? error : new Error("unknown");
  }
}
