import type { Flag, ModelIdentity, SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { Classified, FailureCode, TextClassification, TextClassifier, TextToClassify, Unclassified } from "../../classifiers/text-classifier.ts";

/** An answer of confidence `confidence`, the other two labels sharing the rest. */
export function answer(model: ModelIdentity, label: SentimentLabel, confidence: number, more: { flags?: readonly Flag[]; usd?: number; modelMs?: number } = {}): Classified {
  const rest = (1 - confidence) / 2;
  const scores = { positive: rest, neutral: rest, negative: rest, [label]: confidence };
  return { ok: true, sentiment: { label, scores, confidence, scoresFrom: "service" }, model, flags: more.flags ?? [], cost: { usd: more.usd ?? 0 }, modelMs: more.modelMs ?? 0 };
}

export function failure(code: FailureCode, retryable = true, usd?: number): Unclassified {
  return { ok: false, failure: { code, retryable, reason: code }, ...(usd !== undefined && { cost: { usd } }) };
}

export interface ProgrammedClassifier extends TextClassifier {
  /** The texts of each call. */
  readonly asked: string[][];
  readonly signals: (AbortSignal | undefined)[];
}

/** Answers each text as told and keeps what it was asked. */
export function programmed(id: string, answerTo: (text: string, model: ModelIdentity, signal?: AbortSignal) => TextClassification | Promise<TextClassification>): ProgrammedClassifier {
  const model: ModelIdentity = { provider: "test", id, version: "1" };
  const asked: string[][] = [];
  const signals: (AbortSignal | undefined)[] = [];
  return {
    model,
    asked,
    signals,
    classify: async (texts: readonly TextToClassify[], signal?: AbortSignal) => {
      asked.push(texts.map(({ text }) => text));
      signals.push(signal);
      return Promise.all(texts.map(async ({ text }) => answerTo(text, model, signal)));
    },
  };
}

export function texts(...words: string[]): TextToClassify[] {
  return words.map((text) => ({ text, language: "en" }));
}

/** Never answers before its signal ends it. */
export function hanging(id: string): ProgrammedClassifier {
  return programmed(
    id,
    (_, __, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener("abort", () => resolve(failure("timed_out")), { once: true });
      }),
  );
}
