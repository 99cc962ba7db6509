import * as z from "zod";
import type { ModelReply } from "../prompting/language-model.ts";
import { type Prompt, userMessage } from "../prompting/prompt.ts";

/** The likeliest answer, near enough: older TGI containers refuse a temperature of 0, and none refuses this. */
const LEAST_TEMPERATURE = 0.01;

/**
 * The body of a chat completion in the messages protocol, as the LMI and TGI containers of JumpStart take it. No tools and no response
 * format: Llama 3 and Mixtral know none there, and containers answer an unknown field in as many ways as there are versions.
 *
 * @param systemRole false puts the system's words before the user's: the chat template of Mixtral knows only user and assistant.
 */
export function chatRequest(prompt: Prompt, temperature: number, systemRole: boolean): string {
  const user = userMessage(prompt);
  return JSON.stringify({
    messages: systemRole
      ? [
          { role: "system", content: prompt.system },
          { role: "user", content: user },
        ]
      : [{ role: "user", content: `${prompt.system}\n\n${user}` }],
    max_tokens: prompt.maximumOutputTokens,
    temperature: Math.max(temperature, LEAST_TEMPERATURE),
    stream: false,
  });
}

const count = z.int().min(0);

const ChatCompletionSchema = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() })], z.unknown()),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish(),
});

export interface ChatReply {
  reply: ModelReply;
  inputTokens?: number;
  outputTokens?: number;
}

/** What a container's answer to `chatRequest` says. Never throws. */
export function readChatReply(body: string): ChatReply {
  const read = ChatCompletionSchema.safeParse(parseOrUndefined(body));
  if (!read.success) return { reply: { kind: "malformed", reason: "the container did not answer with a chat completion; does its image speak the messages protocol?" } };
  const { choices, usage } = read.data;
  const tokens = usage === undefined || usage === null ? {} : { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
  return { reply: replyOf(choices[0].finish_reason ?? "stop", choices[0].message.content?.trim() ?? ""), ...tokens };
}

function replyOf(finishReason: string, content: string): ModelReply {
  if (finishReason === "length") return { kind: "cut_off" };
  if (finishReason === "content_filter") return { kind: "refused" };
  if (content === "") return { kind: "malformed", reason: "the model answered nothing" };
  return content.includes("{") ? { kind: "answers", input: content } : { kind: "refused" };
}

function parseOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
