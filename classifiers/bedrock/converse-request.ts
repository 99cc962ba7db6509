import type { ContentBlock, ConverseCommandInput, ToolConfiguration } from "@aws-sdk/client-bedrock-runtime";
import type { BedrockSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelRequest } from "../prompting/language-model.ts";
import { type AnswerTool, userMessage } from "../prompting/prompt.ts";
import type { Dialect } from "./converse-dialect.ts";

/** What an answer may hold besides itself where the model thinks; a limit, not what is spent. */
const THINKING_TOKENS = 4_096;

/** The Converse call for a prompt, in what the model takes of the API. */
export function converseRequest(specification: BedrockSpecification, request: ModelRequest, dialect: Dialect): ConverseCommandInput {
  const prompt = request.render(dialect.form);
  const { guardrail } = specification;
  const instructions: ContentBlock[] = dialect.systemPrompt ? [] : [{ text: prompt.system }];
  // Marked so, only the customers' words are assessed; our own instructions would trip filters for prompt attacks.
  const words: ContentBlock[] =
    guardrail === undefined ? [{ text: userMessage(prompt) }] : [{ text: prompt.opening }, { guardContent: { text: { text: prompt.texts } } }, { text: prompt.closing }];
  return {
    modelId: specification.model,
    ...(dialect.systemPrompt && { system: [{ text: prompt.system }] }),
    messages: [{ role: "user", content: [...instructions, ...words] }],
    inferenceConfig: { maxTokens: prompt.maximumOutputTokens + (dialect.thinks ? THINKING_TOKENS : 0), ...(dialect.temperature && { temperature: request.temperature }) },
    ...(dialect.thinks && dialect.effort && { additionalModelRequestFields: { output_config: { effort: "low" } } }),
    ...(prompt.tool !== undefined && { toolConfig: toolConfig(prompt.tool, dialect.toolChoice) }),
    ...(guardrail !== undefined && { guardrailConfig: { guardrailIdentifier: guardrail.id, guardrailVersion: guardrail.version } }),
  };
}

function toolConfig({ name, description, inputSchema }: AnswerTool, choice: Dialect["toolChoice"]): ToolConfiguration {
  return {
    // The SDK's type of a JSON document admits no `unknown`; a JSON Schema is one.
    tools: [{ toolSpec: { name, description, inputSchema: { json: inputSchema as never } } }],
    ...(choice === "tool" && { toolChoice: { tool: { name } } }),
    ...(choice === "any" && { toolChoice: { any: {} } }),
  };
}
