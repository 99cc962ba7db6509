import type { ContentBlock, ConverseCommandOutput } from "@aws-sdk/client-bedrock-runtime";
import type { ModelReply } from "../prompting/language-model.ts";

/** What the model's answer is, by its stop reason first. Never throws. */
export function readConverseReply({ stopReason, output }: Pick<ConverseCommandOutput, "stopReason" | "output">): ModelReply {
  const content = output?.message?.content ?? [];
  const answers = answersIn(content);
  // Claude's own word, which the service's list does not have.
  switch (stopReason as ConverseCommandOutput["stopReason"] | "refusal") {
    case "max_tokens":
      return { kind: "cut_off" };
    case "model_context_window_exceeded":
      return { kind: "too_long" };
    case "content_filtered":
    case "refusal":
      return { kind: "refused" };
    case "malformed_model_output":
    case "malformed_tool_use":
      return { kind: "malformed", reason: `the model stopped with ${stopReason}` };
    case "guardrail_intervened":
      // A guardrail that only masked something leaves the answers there.
      return answers === undefined ? { kind: "blocked" } : { kind: "answers", input: answers };
    case "end_turn":
    case "stop_sequence":
    case "tool_use":
    case undefined:
    default:
      if (answers !== undefined) return { kind: "answers", input: answers };
      return content.some((block) => block.text?.trim() !== undefined && block.text.trim() !== "") ? { kind: "refused" } : { kind: "malformed", reason: "the model answered nothing" };
  }
}

/** The tool calls' inputs, or a text that holds JSON; undefined where the model only talks. */
function answersIn(content: readonly ContentBlock[]): unknown {
  const inputs = content.flatMap((block) => (block.toolUse === undefined ? [] : [block.toolUse.input]));
  if (inputs.length > 0) return inputs;
  const text = content.map((block) => block.text ?? "").join("");
  return text.includes("{") ? text : undefined;
}
