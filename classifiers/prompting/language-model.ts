import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { ClassificationFailure } from "../text-classifier.ts";
import type { AnswerForm, Prompt } from "./prompt.ts";

/** What a call used, whatever became of its answer. */
export interface Usage {
  usd: number;
  /** Absent where the service does not count. */
  inputTokens?: number;
  outputTokens?: number;
  milliseconds: number;
}

/** How the model ended: with something to read, or saying that there is nothing. */
export type ModelReply =
  /** `input` is the tool's input, a list of several calls' inputs, or the message's text. */
  | { kind: "answers"; input: unknown }
  | { kind: "malformed"; reason: string }
  | { kind: "cut_off" | "refused" | "blocked" | "too_long" };

export type ModelOutcome = { ok: true; reply: ModelReply; usage: Usage } | { ok: false; failure: ClassificationFailure };

export interface ModelRequest {
  /** Renders the prompt in the form the model can answer in; only the adapter knows which. */
  render(form: AnswerForm): Prompt;
  /** 0 asks for the likeliest answer. */
  temperature: number;
}

/** A language model behind a service: one adapter each for Bedrock and SageMaker. */
export interface LanguageModel {
  readonly identity: ModelIdentity;
  /** How many bytes of texts one call may hold besides the prompt. */
  readonly maximumTextBytes: number;
  /** Never throws. A failure is the service's, after its own attempts. */
  ask(request: ModelRequest, signal: AbortSignal | undefined): Promise<ModelOutcome>;
}
