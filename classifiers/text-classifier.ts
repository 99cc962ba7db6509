import type { Cost, Flag, ModelIdentity, Sentiment } from "../core/contracts/sentiment-result.ts";

export interface TextToClassify {
  /** What the model reads: normalised, personal data already redacted. */
  text: string;
  /** A BCP 47 tag, `und` when unknown. */
  language: string;
}

export type TextClassification =
  | { ok: true; sentiment: Sentiment; flags: readonly Flag[]; cost: Cost; modelMs: number }
  | { ok: false; failure: ClassificationFailure };

/** `retryable`: the same text may pass later (throttling, time-out). Otherwise it never will. */
export interface ClassificationFailure {
  retryable: boolean;
  reason: string;
}

/** The port every text model stands behind: one adapter folder a model family. */
export interface TextClassifier {
  readonly model: ModelIdentity;
  /** One outcome a text, in the order given. Throws only when no text could be tried at all. */
  classify(texts: readonly TextToClassify[]): Promise<readonly TextClassification[]>;
}
