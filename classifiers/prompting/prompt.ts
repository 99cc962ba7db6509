/** How the answer comes back: as the input of a tool call, or as JSON in the model's message. */
export type AnswerForm = "tool" | "json";

/** Everything a language model is told in one call, wherever it runs. */
export interface Prompt {
  system: string;
  /** The user's message is these three in a row; apart, because only the middle one is the customers' words. */
  opening: string;
  texts: string;
  closing: string;
  /** Undefined when the answer comes as JSON in the message. */
  tool: AnswerTool | undefined;
  maximumOutputTokens: number;
}

export interface AnswerTool {
  name: string;
  description: string;
  /** JSON Schema. */
  inputSchema: Record<string, unknown>;
}

export const userMessage = ({ opening, texts, closing }: Prompt): string => `${opening}\n${texts}\n${closing}`;
