import type { PromptStrategy } from "../../core/classification/classifier-specification.ts";
import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";

/** What a strategy lets the model write before it commits to a label. */
export interface ThinkingField {
  name: string;
  /** For the model. */
  description: string;
  /** The values it may choose from; without them it writes freely. */
  oneOf?: readonly string[];
  /** What it costs in output tokens for one text, generously. */
  expectedTokens: number;
}

/** A text of our own making and the answer we want for it. */
export interface Example {
  text: string;
  thinking?: Readonly<Record<string, string>>;
  label: SentimentLabel;
  mixed?: true;
  /** Whole percent that sum to 100. */
  percent: Readonly<Record<SentimentLabel, number>>;
}

/** One way of asking. Its words are a release: whoever changes them raises the number in `version`. */
export interface Strategy {
  version: `${PromptStrategy}/${number}`;
  /** Who the model is, in one sentence. */
  role: string;
  /** How to go about it, beyond what every prompt says. */
  instructions: readonly string[];
  thinking: readonly ThinkingField[];
  examples: readonly Example[];
}
