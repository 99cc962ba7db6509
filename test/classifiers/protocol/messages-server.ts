import { type AnswerFault, answersFor, isAnswerFault, schemaIn, type SentText, textsIn, tokensOf } from "./language-model-answers.ts";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";

/** What may go wrong with a call of a language model's endpoint, as SageMaker or the container in it would say it. */
export type MessagesFault =
  | AnswerFault
  | "throttle"
  | "internal failure"
  | "unavailable"
  | "not ready"
  | "no such endpoint"
  | "container overloaded"
  | "container crashed"
  | "container rejects"
  | "too long"
  | "hang"
  | "reset"
  | "malformed JSON"
  | "not a chat completion"
  | "prose"
  | "empty"
  | "cut off"
  | "content filter"
  | "code fence"
  | "prose around"
  | "two objects"
  | "unfinished object";

export interface MessagesServer extends ProtocolServer {
  /** Taken one a request, in order; when it is empty, nothing goes wrong. */
  faults: MessagesFault[];
  /** Goes wrong with every call whose texts it picks, besides `faults`. */
  faultOf: (texts: readonly SentText[]) => MessagesFault | undefined;
  /** False for a chat template like Mixtral's. */
  takesSystemRole: boolean;
}

interface ChatBody {
  messages?: { role: string; content: string }[];
  max_tokens?: number;
  temperature?: number;
}

type State = Pick<MessagesServer, "faults" | "faultOf" | "takesSystemRole">;

/** InvokeEndpoint of the SageMaker Runtime in front of a container that speaks the messages protocol (TGI, LMI). */
export async function startMessagesServer(): Promise<MessagesServer> {
  const state: State = { faults: [], faultOf: () => undefined, takesSystemRole: true };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

function answer(request: ProtocolRequest, state: State): ProtocolAnswer {
  if (request.headers["authorization"]?.startsWith("AWS4-HMAC-SHA256 Credential=") !== true) return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  const endpoint = /^\/endpoints\/([A-Za-z0-9-]{1,63})\/invocations$/u.exec(request.path)?.[1];
  if (request.method !== "POST" || endpoint === undefined) return error(404, "UnknownOperationException", "");
  if (request.headers["content-type"] !== "application/json") return containerError(415, "unsupported media type");
  if (Buffer.byteLength(request.body) > 6 * 1024 * 1024) return error(413, "ValidationError", "Request exceeds 6 MB");
  const body = request.json as ChatBody | undefined;
  const objection = objectionTo(body, state.takesSystemRole);
  if (body === undefined || objection !== undefined) return containerError(422, objection ?? "Failed to parse the request body as JSON");
  const message = (body.messages ?? []).map(({ content }) => content).join("\n");
  const texts = textsIn(message);
  return reply(texts, body, message, state.faults.shift() ?? state.faultOf(texts));
}

/** What a container of today or of two years ago refuses. */
function objectionTo(body: ChatBody | undefined, takesSystemRole: boolean): string | undefined {
  const { messages, max_tokens: maximumTokens, temperature } = body ?? {};
  if (messages === undefined || messages.length === 0) return "Failed to deserialize the JSON body into the target type: missing field `messages`";
  const roles = messages.map(({ role }) => role);
  if (!takesSystemRole && roles.includes("system")) return "Template error: syntax error: Conversation roles must alternate user/assistant/user/assistant/... (in <string>:1)";
  if (roles.at(-1) !== "user") return "Template error: the last message must come from the user";
  if (maximumTokens === undefined || maximumTokens < 1) return "Input validation error: `max_new_tokens` must be strictly positive";
  if (temperature === undefined || temperature <= 0) return "Input validation error: `temperature` must be strictly positive";
  return undefined;
}

function reply(texts: readonly SentText[], body: ChatBody, message: string, fault: MessagesFault | undefined): ProtocolAnswer {
  const serviceFault = fault === undefined ? undefined : SERVICE_FAULTS[fault];
  if (serviceFault !== undefined) return serviceFault;
  const json = JSON.stringify(answersFor(texts, schemaIn(message), fault !== undefined && isAnswerFault(fault) ? fault : undefined));
  const completion = (content: string | null, finishReason: string): ProtocolAnswer => {
    const [promptTokens, completionTokens] = [tokensOf(message), finishReason === "length" ? body.max_tokens! : tokensOf(content ?? "")];
    return {
      status: 200,
      body: JSON.stringify({
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1_790_000_000,
        model: "model",
        choices: [{ index: 0, message: { role: "assistant", content }, logprobs: null, finish_reason: finishReason }],
        usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens },
      }),
    };
  };
  const modelFaults: Partial<Record<MessagesFault, () => ProtocolAnswer>> = {
    prose: () => completion("I cannot judge these texts.", "stop"),
    empty: () => completion(null, "stop"),
    "cut off": () => completion(json.slice(0, json.length / 2), "length"),
    "content filter": () => completion(null, "content_filter"),
    "code fence": () => completion(`\`\`\`json\n${json}\n\`\`\``, "eos_token"),
    "prose around": () => completion(`Sure! Here is the JSON:\n${json}\nLet me know if you need more.`, "stop"),
    "two objects": () => completion(`${json}\n${json}`, "stop"),
    "unfinished object": () => completion(json.slice(0, -1), "stop"),
  };
  return (fault === undefined ? undefined : modelFaults[fault])?.() ?? completion(json, "stop");
}

function error(status: number, type: string, message: string, more: object = {}): ProtocolAnswer {
  return { status, headers: { "x-amzn-errortype": type, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" }, body: JSON.stringify({ Message: message, ...more }) };
}

/** What the container answered, wrapped as SageMaker wraps it. */
function containerError(status: number, message: string): ProtocolAnswer {
  const original = JSON.stringify({ error: message, error_type: "validation" });
  const kind = status < 500 ? "client" : "server";
  return error(424, "ModelError", `Received ${kind} error (${status}) from primary with message "${original}". See https://eu-west-1.console.aws.amazon.com/cloudwatch for more information.`, {
    OriginalStatusCode: status,
    OriginalMessage: original,
    LogStreamArn: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/llm",
  });
}

const SERVICE_FAULTS: Partial<Record<MessagesFault, ProtocolAnswer>> = {
  throttle: error(400, "ThrottlingException", "Rate exceeded"),
  "internal failure": error(500, "InternalFailure", "An internal failure occurred."),
  unavailable: error(503, "ServiceUnavailable", "The service is unavailable. Try your call again."),
  "not ready": error(429, "ModelNotReadyException", "The model is not ready."),
  "no such endpoint": error(400, "ValidationError", "Endpoint llm of account 123456789012 not found."),
  "container overloaded": containerError(429, "Model is overloaded"),
  "container crashed": containerError(500, "CUDA out of memory"),
  "container rejects": containerError(400, "unknown field"),
  "too long": containerError(400, "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens. Please reduce the length of the messages."),
  hang: "hang",
  reset: "reset",
  "malformed JSON": { status: 200, body: '{"choices":[{"message":' },
  "not a chat completion": { status: 200, body: '[{"generated_text":"positive"}]' },
};
