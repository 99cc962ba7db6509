import { cuesOf } from "./cues.ts";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";

/** What may go wrong with a call of an encoder's endpoint, as SageMaker or the container in it would say it. */
export type EncoderFault =
  | "throttle"
  | "internal failure"
  | "unavailable"
  | "not ready"
  | "no such endpoint"
  | "denied"
  | "container crashed"
  | "container overloaded"
  | "container silent"
  | "container refuses"
  | "payload too large"
  | "hang"
  | "reset"
  | "malformed JSON"
  | "not an array"
  | "one label each"
  | "one too few"
  | "one too many"
  | "one unreadable"
  | "unknown label"
  | "all zero";

export interface EncoderServer extends ProtocolServer {
  /** Taken one a request, in order; when it is empty, nothing goes wrong. */
  faults: EncoderFault[];
  /** Goes wrong with every call whose texts it picks, besides `faults`. */
  faultOf: (texts: readonly string[]) => EncoderFault | undefined;
}

type State = Pick<EncoderServer, "faults" | "faultOf">;

/** InvokeEndpoint of the SageMaker Runtime in front of Hugging Face's inference container with the task text-classification. */
export async function startEncoderServer(): Promise<EncoderServer> {
  const state: State = { faults: [], faultOf: () => undefined };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

interface ScoredLabel {
  label: string;
  score: number;
}

function answer(request: ProtocolRequest, state: State): ProtocolAnswer {
  if (request.headers["authorization"]?.startsWith("AWS4-HMAC-SHA256 Credential=") !== true) return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  if (request.method !== "POST" || !/^\/endpoints\/[A-Za-z0-9-]{1,63}\/invocations$/u.test(request.path)) return error(404, "UnknownOperationException", "");
  if (request.headers["content-type"] !== "application/json") return containerError(400, `Content type ${request.headers["content-type"]} is not supported by this framework.`);
  const { inputs, parameters } = (request.json ?? {}) as { inputs?: unknown; parameters?: Record<string, unknown> };
  if (!Array.isArray(inputs) || inputs.some((input) => typeof input !== "string")) return containerError(400, "text input must be of type `str`");
  const texts = inputs as string[];
  const fault = state.faults.shift() ?? state.faultOf(texts);
  const wholeCall = fault === undefined ? undefined : CALL_FAULTS[fault];
  if (wholeCall !== undefined) return wholeCall;
  if (fault === "container refuses") return containerError(400, `The size of tensor a (600) must match the size of tensor b (514): ${texts[0]}`);
  const all = texts.map(scoresOf);
  // Without top_k the pipeline gives the best label of each text only.
  const asked = parameters !== undefined && "top_k" in parameters && parameters["top_k"] === null && fault !== "one label each";
  return json(spoilt(asked ? all : all.map((scores) => scores[0]), fault));
}

function spoilt(answers: unknown[], fault: EncoderFault | undefined): unknown {
  const rest = answers.slice(1);
  const faulty: Partial<Record<EncoderFault, unknown>> = {
    "not an array": { predictions: answers },
    "one too few": rest,
    "one too many": [...answers, answers[0]],
    "one unreadable": [[{ label: "LABEL_0" }], ...rest],
    "unknown label": [[{ label: "LABEL_9", score: 1 }], ...rest],
    "all zero": [[{ label: "LABEL_0", score: 0 }], ...rest],
  };
  return (fault === undefined ? undefined : faulty[fault]) ?? answers;
}

/** Five stars and a neutral class of its own, best first, as the pipeline sorts them. */
function scoresOf(text: string): ScoredLabel[] {
  const { liked, hated } = cuesOf(text);
  const scores: Record<string, number> =
    liked && hated
      ? { LABEL_0: 0.25, LABEL_1: 0.2, LABEL_2: 0.15, LABEL_3: 0.2, LABEL_4: 0.2 }
      : hated
        ? { LABEL_0: 0.6, LABEL_1: 0.3, LABEL_2: 0.08, LABEL_3: 0.01, LABEL_4: 0.01 }
        : liked
          ? { LABEL_0: 0.01, LABEL_1: 0.01, LABEL_2: 0.08, LABEL_3: 0.3, LABEL_4: 0.6 }
          : { LABEL_0: 0.02, LABEL_1: 0.03, LABEL_2: 0.9, LABEL_3: 0.03, LABEL_4: 0.02 };
  return Object.entries(scores)
    .map(([label, score]) => ({ label, score }))
    .toSorted((a, b) => b.score - a.score);
}

function json(body: unknown): ProtocolAnswer {
  return { status: 200, headers: { "x-amzn-invoked-production-variant": "AllTraffic" }, body: JSON.stringify(body) };
}

function error(status: number, type: string, message: string, more: object = {}): ProtocolAnswer {
  return { status, headers: { "x-amzn-errortype": type, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" }, body: JSON.stringify({ Message: message, ...more }) };
}

/** The container's own answer, wrapped as SageMaker wraps it; the toolkit says 400 for whatever went wrong inside. */
function containerError(status: number, message: string): ProtocolAnswer {
  const original = JSON.stringify({ code: status, type: "InternalServerException", message });
  return error(424, "ModelError", `Received ${status < 500 ? "client" : "server"} error (${status}) from primary with message "${original}".`, {
    OriginalStatusCode: status,
    OriginalMessage: original,
    LogStreamArn: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/encoder",
  });
}

const CALL_FAULTS: Partial<Record<EncoderFault, ProtocolAnswer>> = {
  throttle: error(400, "ThrottlingException", "Rate exceeded"),
  "internal failure": error(500, "InternalFailure", "An internal failure occurred."),
  unavailable: error(503, "ServiceUnavailable", "The service is unavailable. Try your call again."),
  "not ready": error(429, "ModelNotReadyException", "The model is not ready."),
  "no such endpoint": error(400, "ValidationError", "Endpoint encoder of account 123456789012 not found."),
  denied: error(400, "AccessDeniedException", "User is not authorized to perform: sagemaker:InvokeEndpoint"),
  "container crashed": containerError(500, "Worker died."),
  "container overloaded": containerError(429, "Too many requests"),
  "container silent": containerError(0, "Your invocation timed out while waiting for a response from container primary."),
  "payload too large": containerError(413, "Request Entity Too Large"),
  hang: "hang",
  reset: "reset",
  "malformed JSON": { status: 200, body: '[[{"label":' },
};
