import type { AudioAnswer } from "../../../core/contracts/audio-answer.ts";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";
import { audioAnswer, heardIn, type Mood } from "./spoken-moods.ts";

/** What may go wrong with a call of an audio endpoint, as SageMaker or the model server in it would say it. */
export type AudioFault =
  | "throttle"
  | "internal failure"
  | "unavailable"
  | "not ready"
  | "no such endpoint"
  | "denied"
  | "container crashed"
  | "container busy"
  | "container throttles"
  | "container too slow"
  | "container silent"
  | "audio truncated"
  | "audio too short"
  | "container refuses"
  | "payload too large"
  | "hang"
  | "reset"
  | "not JSON"
  | "another schema"
  | "half a probability";

export interface AudioRequest {
  endpoint: string;
  /** Of asynchronous requests undefined: they carry no audio. */
  mood: Mood | undefined;
  durationMs: number | undefined;
}

export interface AudioServer extends ProtocolServer {
  /** Taken one a request, in order; when it is empty, `faultOf` says. */
  faults: AudioFault[];
  faultOf: (request: AudioRequest) => AudioFault | undefined;
  /** What an endpoint's model answers; the same for all unless said otherwise. */
  answerOf: (endpoint: string, mood: Mood, durationMs: number) => AudioAnswer;
  /** How many calls of an endpoint were answered well. */
  answered: Map<string, number>;
}

type State = Pick<AudioServer, "faults" | "faultOf" | "answerOf" | "answered">;

/** InvokeEndpoint and InvokeEndpointAsync of the SageMaker Runtime in front of model servers. */
export async function startAudioServer(): Promise<AudioServer> {
  const state: State = { faults: [], faultOf: () => undefined, answerOf: (_, mood, durationMs) => audioAnswer(mood, durationMs), answered: new Map() };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

/** Where the asynchronous answer of a request will be, as SageMaker names it: the answer's body has to be put there by the test. */
export function asyncLocations(inferenceId: string): { output: string; failure: string } {
  return { output: `s3://audio-test/async-answers/${inferenceId}.out`, failure: `s3://audio-test/async-answers/${inferenceId}-error.out` };
}

function answer(request: ProtocolRequest, state: State): ProtocolAnswer {
  const { headers, path, bytes } = request;
  if (headers["authorization"]?.startsWith("AWS4-HMAC-SHA256 Credential=") !== true) return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  const [, endpoint = "", operation] = /^\/endpoints\/([A-Za-z0-9-]{1,63})\/((?:async-)?invocations)$/u.exec(path) ?? [];
  if (request.method !== "POST" || operation === undefined) return error(404, "UnknownOperationException", "");
  const heard = operation === "invocations" && headers["content-type"] === "audio/wav" ? heardIn(bytes) : undefined;
  const fault = state.faults.shift() ?? state.faultOf({ endpoint, mood: heard?.mood, durationMs: heard?.durationMs });
  const failing = fault === undefined ? undefined : CALL_FAULTS[fault];
  if (failing !== undefined) return failing;
  state.answered.set(endpoint, (state.answered.get(endpoint) ?? 0) + 1);
  if (operation === "async-invocations") return takenIn(request);
  if (heard === undefined) return containerError(415, "audio_unknown_codec");
  return { status: 200, headers: { "x-amzn-invoked-production-variant": "AllTraffic" }, body: JSON.stringify(spoilt(state.answerOf(endpoint, heard.mood, heard.durationMs), fault)) };
}

function spoilt(good: AudioAnswer, fault: AudioFault | undefined): unknown {
  if (fault === "another schema") return { predictions: good.probabilities };
  if (fault === "half a probability") return { ...good, valence: { positive: 0.2, neutral: 0.2, negative: 0.1 } };
  return good;
}

function takenIn({ headers, bytes }: ProtocolRequest): ProtocolAnswer {
  const location = headers["x-amzn-sagemaker-inputlocation"];
  const inferenceId = headers["x-amzn-sagemaker-inference-id"];
  if (location?.startsWith("s3://") !== true || inferenceId === undefined || bytes.length > 0) return error(400, "ValidationError", "One of InputLocation and Body has to be there.");
  const { output, failure } = asyncLocations(inferenceId);
  return { status: 202, headers: { "x-amzn-sagemaker-outputlocation": output, "x-amzn-sagemaker-failurelocation": failure }, body: JSON.stringify({ InferenceId: inferenceId }) };
}

function error(status: number, type: string, message: string, more: object = {}): ProtocolAnswer {
  return { status, headers: { "x-amzn-errortype": type, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" }, body: JSON.stringify({ Message: message, ...more }) };
}

/** The model server's own answer, wrapped as SageMaker wraps it. */
function containerError(status: number, code: string): ProtocolAnswer {
  const original = JSON.stringify({ error: { code, message: "a secret detail" } });
  return error(424, "ModelError", `Received ${status < 500 ? "client" : "server"} error (${status}) from primary with message "${original}".`, {
    OriginalStatusCode: status,
    OriginalMessage: original,
    LogStreamArn: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/voice",
  });
}

const CALL_FAULTS: Partial<Record<AudioFault, ProtocolAnswer>> = {
  throttle: error(400, "ThrottlingException", "Rate exceeded"),
  "internal failure": error(500, "InternalFailure", "An internal failure occurred."),
  unavailable: error(503, "ServiceUnavailable", "The service is unavailable. Try your call again."),
  "not ready": error(429, "ModelNotReadyException", "The model is not ready."),
  "no such endpoint": error(400, "ValidationError", "Endpoint voice of account 123456789012 not found."),
  denied: error(400, "AccessDeniedException", "User is not authorized to perform: sagemaker:InvokeEndpoint"),
  "container crashed": containerError(500, "child_died"),
  "container busy": containerError(503, "queue_full"),
  "container throttles": containerError(429, "slow_down"),
  "container too slow": containerError(504, "out_of_time"),
  "container silent": containerError(0, "none"),
  "audio truncated": containerError(400, "audio_truncated"),
  "audio too short": containerError(400, "audio_too_short"),
  "container refuses": containerError(400, "bad_request"),
  "payload too large": containerError(413, "body_too_large"),
  hang: "hang",
  reset: "reset",
  "not JSON": { status: 200, body: '{"schema":' },
};
