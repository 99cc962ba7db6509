import { type AnswerFault, answersFor, isAnswerFault, schemaIn, type SentText, textsIn, tokensOf } from "./language-model-answers.ts";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";

/** What may go wrong with a call, as Bedrock would say it. */
export type BedrockFault =
  | AnswerFault
  | "throttle"
  | "quota"
  | "internal error"
  | "unavailable"
  | "not ready"
  | "model error"
  | "invalid tool sequence"
  | "model timeout"
  | "denied"
  | "too long"
  | "hang"
  | "reset"
  | "malformed JSON"
  | "prose"
  | "empty"
  | "refusal"
  | "content filtered"
  | "guardrail"
  | "cut off"
  | "cut off in thought"
  | "malformed tool use"
  | "context exceeded"
  | "JSON in text"
  | "answers as string"
  | "a tool call each";

export interface BedrockServer extends ProtocolServer {
  /** Taken one a request, in order; when it is empty, nothing goes wrong. */
  faults: BedrockFault[];
  /** Goes wrong with every call whose texts it picks, besides `faults`. */
  faultOf: (texts: readonly SentText[]) => BedrockFault | undefined;
  /** What the model does not take of the Converse API. */
  refuses: Set<"temperature" | "toolChoice" | "toolChoice.tool" | "tools" | "system" | "effort">;
}

interface ConverseBody {
  messages?: { role: string; content: Record<string, unknown>[] }[];
  system?: { text?: string }[];
  inferenceConfig?: { maxTokens?: number; temperature?: number };
  toolConfig?: { tools: { toolSpec: { name: string; inputSchema: { json: unknown } } }[]; toolChoice?: Record<string, { name?: string }> };
  additionalModelRequestFields?: { output_config?: unknown };
  guardrailConfig?: { guardrailIdentifier?: string; guardrailVersion?: string };
}

/** Converse of the Bedrock Runtime, by its API reference. */
export async function startBedrockServer(): Promise<BedrockServer> {
  const state: Pick<BedrockServer, "faults" | "faultOf" | "refuses"> = { faults: [], faultOf: () => undefined, refuses: new Set() };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

function answer(request: ProtocolRequest, { faults, faultOf, refuses }: Pick<BedrockServer, "faults" | "faultOf" | "refuses">): ProtocolAnswer {
  if (!/^AWS4-HMAC-SHA256 Credential=[^,]+, SignedHeaders=[^,]+, Signature=[0-9a-f]{64}$/u.test(request.headers["authorization"] ?? "")) return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  const modelId = /^\/model\/([^/?]+)\/converse$/u.exec(request.path)?.[1];
  if (request.method !== "POST" || modelId === undefined) return error(404, "UnknownOperationException", "");
  const body = request.json as ConverseBody;
  const objection = objectionTo(decodeURIComponent(modelId), body, refuses);
  if (objection !== undefined) return error(400, "ValidationException", objection);
  const message = (body.messages?.[0]?.content ?? []).map(wordsOf).join("\n");
  const texts = textsIn(message);
  return reply(texts, body, message, faults.shift() ?? faultOf(texts));
}

function wordsOf(block: Record<string, unknown>): string {
  return (block["text"] as string | undefined) ?? (block["guardContent"] as { text: { text: string } }).text.text;
}

/** The service's own checks: limits and required members of the request, and what this model does not take. */
function objectionTo(modelId: string, { messages, system, inferenceConfig, toolConfig, guardrailConfig, additionalModelRequestFields }: ConverseBody, refuses: BedrockServer["refuses"]): string | undefined {
  if (!/^(arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{0,12}:[a-z-]+\/[a-z0-9.:/-]+|([a-z-]+\.)?[a-z0-9-]+\.[a-z0-9.-]+(:\d+)?)$/iu.test(modelId)) return "The provided model identifier is invalid.";
  if (messages === undefined || messages.length === 0) return "A conversation must start with a user message.";
  if (messages[0]?.role !== "user") return "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
  if (messages[0].content.some((block) => wordsOf(block).trim() === "")) return "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the text field, and try again.";
  if (system !== undefined && refuses.has("system")) return "This model doesn't support the system field. Remove system and try again.";
  const limit = modelId.includes("claude") || modelId.startsWith("arn:") ? 64_000 : 2_048;
  if ((inferenceConfig?.maxTokens ?? 1) < 1 || (inferenceConfig?.maxTokens ?? 1) > limit) return `The maximum tokens you requested exceeds the model limit of ${limit}. Try again with a maximum tokens value that is lower than ${limit}.`;
  if (additionalModelRequestFields?.output_config !== undefined && refuses.has("effort")) return "The model returned the following errors: output_config: Extra inputs are not permitted";
  const temperature = inferenceConfig?.temperature;
  if (temperature !== undefined && (temperature < 0 || temperature > 1)) return "1 validation error detected: Value at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1";
  if (temperature !== undefined && refuses.has("temperature")) return 'The model returned the following errors: {"type":"error","error":{"type":"invalid_request_error","message":"`temperature` is deprecated for this model."}}';
  if (toolConfig !== undefined && refuses.has("tools")) return "This model doesn't support tool use.";
  const [choice] = Object.keys(toolConfig?.toolChoice ?? {});
  if (choice !== undefined && (refuses.has("toolChoice") || (refuses.has("toolChoice.tool") && choice === "tool"))) {
    return `This model doesn't support the toolConfig.toolChoice.${choice} field. Remove toolConfig.toolChoice.${choice} and try again.`;
  }
  if (toolConfig?.tools.some(({ toolSpec }) => !/^[a-zA-Z0-9_-]{1,64}$/u.test(toolSpec.name)) === true) return "1 validation error detected: Value at 'toolConfig.tools.1.member.toolSpec.name' failed to satisfy constraint";
  if (guardrailConfig !== undefined && (guardrailConfig.guardrailIdentifier === undefined || guardrailConfig.guardrailVersion === undefined)) return "guardrailIdentifier and guardrailVersion are both required.";
  return undefined;
}

function reply(texts: readonly SentText[], body: ConverseBody, message: string, fault: BedrockFault | undefined): ProtocolAnswer {
  const tool = body.toolConfig?.tools[0]?.toolSpec;
  const serviceFault = fault === undefined || (fault === "invalid tool sequence" && tool === undefined) ? undefined : SERVICE_FAULTS[fault];
  if (serviceFault !== undefined) return serviceFault;
  const schema = tool?.inputSchema.json ?? schemaIn(`${body.system?.[0]?.text ?? ""}\n${message}`);
  const input = answersFor(texts, schema, fault !== undefined && isAnswerFault(fault) ? fault : undefined);
  const inputTokens = tokensOf(`${body.system?.[0]?.text ?? ""}${message}`) + tokensOf(JSON.stringify(body.toolConfig ?? ""));
  const converse = (content: unknown[], stopReason: string, outputTokens = tokensOf(JSON.stringify(content))): ProtocolAnswer => ({
    status: 200,
    body: JSON.stringify({ metrics: { latencyMs: 200 }, output: { message: { role: "assistant", content } }, stopReason, usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens } }),
  });
  const use = (value: unknown, index = 0): unknown => ({ toolUse: { toolUseId: `tooluse_${index}`, name: tool?.name ?? "none", input: value } });
  const modelFaults: Partial<Record<BedrockFault, () => ProtocolAnswer>> = {
    prose: () => converse([{ text: "I am sorry, but I cannot help with that." }], "end_turn"),
    empty: () => converse([], "end_turn", 1),
    refusal: () => converse([], "refusal", 1),
    "content filtered": () => converse([{ text: "" }], "content_filtered", 1),
    guardrail: () => converse([{ text: "Sorry, this cannot be answered." }], "guardrail_intervened", 0),
    "cut off": () => converse([use({ answers: [] })], "max_tokens", body.inferenceConfig?.maxTokens),
    "cut off in thought": () => converse([{ reasoningContent: { reasoningText: { text: "", signature: "c2ln" } } }], "max_tokens", body.inferenceConfig?.maxTokens),
    "malformed tool use": () => converse([], "malformed_tool_use", 5),
    "context exceeded": () => converse([], "model_context_window_exceeded", 1),
    "JSON in text": () => converse([{ text: `Here you are:\n\`\`\`json\n${JSON.stringify(input)}\n\`\`\`` }], "end_turn"),
    "answers as string": () => converse([use({ answers: JSON.stringify((input as { answers: unknown }).answers) })], "tool_use"),
    "a tool call each": () => converse((input as { answers: unknown[] }).answers.map((one, index) => use({ answers: [one] }, index)), "tool_use"),
  };
  const modelFault = fault === undefined ? undefined : modelFaults[fault];
  if (modelFault !== undefined) return modelFault();
  return tool === undefined ? converse([{ text: JSON.stringify(input) }], "end_turn") : converse([use(input)], "tool_use");
}

function error(status: number, type: string, message: string, more: object = {}): ProtocolAnswer {
  return { status, headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/`, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" }, body: JSON.stringify({ message, ...more }) };
}

const SERVICE_FAULTS: Partial<Record<BedrockFault, ProtocolAnswer>> = {
  throttle: error(429, "ThrottlingException", "Too many requests, please wait before trying again."),
  quota: error(400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account."),
  "internal error": error(500, "InternalServerException", "The system encountered an unexpected error during processing. Try your request again."),
  unavailable: error(503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
  "not ready": error(429, "ModelNotReadyException", "Model is not ready for inference."),
  "model error": error(424, "ModelErrorException", "The system encountered an unexpected error during processing.", { originalStatusCode: 500, resourceName: "model" }),
  "invalid tool sequence": error(424, "ModelErrorException", "Model produced invalid sequence as part of ToolUse. Please refer to the model tool use troubleshooting guide.", { originalStatusCode: 424, resourceName: "model" }),
  "model timeout": error(408, "ModelTimeoutException", "Model has timed out in processing the request."),
  denied: error(403, "AccessDeniedException", "You don't have access to the model with the specified model ID."),
  "too long": error(400, "ValidationException", "Input is too long for requested model."),
  hang: "hang",
  reset: "reset",
  "malformed JSON": { status: 200, body: '{"output":{"message":{"role":"assistant","content":[{"toolUse":{"input":{"answers":[{"id":' },
};
