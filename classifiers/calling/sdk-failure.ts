import type { ClassificationFailure, FailureCode } from "../text-classifier.ts";
import { whereItThrew } from "./where-it-threw.ts";

/** What the SDK's errors may carry; none of it is sure to be there. */
interface SdkError {
  name?: string;
  message?: string;
  /** Node's code of a broken connection. */
  code?: string;
  $metadata?: { httpStatusCode?: number };
  $retryable?: { throttling?: boolean };
  /** SageMaker's ModelError: what the container answered. */
  OriginalStatusCode?: number;
}

type Kind = Pick<ClassificationFailure, "code" | "retryable">;

const THROTTLED: Kind = { code: "throttled", retryable: true };
const UNAVAILABLE: Kind = { code: "unavailable", retryable: true };
const TIMED_OUT: Kind = { code: "timed_out", retryable: true };
/** The platform's fault: the same text passes once a permission, a name or a quota is put right. */
const DENIED: Kind = { code: "denied", retryable: true };
/** The request's fault: it never passes. */
const WRONG_REQUEST: Kind = { code: "denied", retryable: false };

const BY_NAME: Readonly<Record<string, Kind>> = {
  ...kinds(THROTTLED, "ThrottlingException Throttling ThrottledException TooManyRequestsException RequestLimitExceeded SlowDown ServiceQuotaExceededException LimitExceededException ModelNotReadyException"),
  ...kinds(TIMED_OUT, "TimeoutError AbortError ModelTimeoutException RequestTimeout RequestTimeoutException"),
  ...kinds(UNAVAILABLE, "ServiceUnavailable ServiceUnavailableException InternalServerException InternalServerError InternalFailure InternalFailureException InternalDependencyException ModelErrorException ModelStreamErrorException ResourceUnavailableException"),
  ...kinds(
    DENIED,
    "AccessDeniedException AccessDenied UnauthorizedOperation UnrecognizedClientException InvalidSignatureException SignatureDoesNotMatch ExpiredTokenException ExpiredToken InvalidClientTokenId MissingAuthenticationTokenException IncompleteSignature OptInRequired NotAuthorized CredentialsProviderError TokenProviderError ResourceNotFoundException KmsAccessDeniedException KmsDisabledException KmsInvalidStateException KmsNotFoundException",
  ),
  ...kinds(WRONG_REQUEST, "InvalidRequestException InvalidParameterValueException BatchSizeLimitExceededException SerializationException"),
  ...kinds({ code: "too_long", retryable: false }, "TextSizeLimitExceededException"),
  ...kinds({ code: "unsupported_language", retryable: false }, "UnsupportedLanguageException"),
};

/**
 * Beginnings of a ValidationException whose cause lies in the configuration. The other messages may quote what was sent: they are not repeated. Only from
 * the first word on, because a quoted customer says "doesn't support" as well.
 */
const CONFIGURATION_MESSAGE = new RegExp(
  `^(?:${[
    "The provided model identifier is invalid",
    String.raw`Invocation of model ID \S+ with on-demand throughput isn.t supported`,
    "The provided inference profile",
    "You (?:don.t|do not) have access to the model",
    "Model (?:access|use case details)",
    "(?:This|The) (?:requested )?model (?:doesn.t|does not) support",
    "(?:This|The) (?:requested )?model is not supported in (?:this|your) region",
    "Operation not allowed",
    "The guardrail identifier",
    String.raw`Endpoint \S+ of account \S+ not found`,
    String.raw`\d+ validation errors? detected: Value '[^']*' at '(?:modelId|guardrailConfig\.\w+|endpointName)'`,
  ].join("|")})`,
  "iu",
);

const BY_CONNECTION: Readonly<Record<string, Kind>> = {
  ...kinds(UNAVAILABLE, "ECONNRESET ECONNREFUSED ECONNABORTED EPIPE EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN ERR_HTTP2_STREAM_ERROR ERR_HTTP2_SESSION_ERROR"),
  ...kinds(TIMED_OUT, "ETIMEDOUT ESOCKETTIMEDOUT"),
};

const LONGEST_MESSAGE = 300;

/**
 * What an error of an AWS client says about the text: by the connection's code, the error's name, then the HTTP status. The reason
 * holds name and status, and the service's message only where that cannot quote a text.
 */
export function failureOfSdkError(error: unknown): ClassificationFailure {
  const { name = "Error", message = "", code, $metadata } = (error ?? {}) as SdkError;
  // What the SDK throws when neither the environment nor the profile names a usable region.
  if ($metadata === undefined && /^Region (?:is missing|not accepted)/u.test(message)) return { ...DENIED, reason: "no AWS region is set, or not a valid one: set AWS_REGION, or a region in the profile" };
  // A mistake of our own or of the SDK, no answer of the service and no broken connection.
  if ($metadata === undefined && code === undefined && !Object.hasOwn(BY_NAME, name)) return { ...kindOf(error as SdkError), reason: whereItThrew(error) };
  const status = $metadata?.httpStatusCode;
  const kind = kindOf(error as SdkError);
  const answered = status === undefined ? "" : ` (HTTP ${status})`;
  const connection = typeof code === "string" && code !== name ? ` ${code}` : "";
  const said = mayRepeat(name, message, kind) ? `: ${message.replaceAll(/\s+/gu, " ").slice(0, LONGEST_MESSAGE)}` : "";
  return { ...kind, reason: `${name}${connection}${answered}${said}` };
}

function kindOf(error: SdkError | null | undefined): Kind {
  const { name = "", message = "", code = "", $metadata, $retryable, OriginalStatusCode } = error ?? {};
  const status = $metadata?.httpStatusCode;
  if (BY_CONNECTION[code] !== undefined) return BY_CONNECTION[code];
  if (name === "ModelError") return byStatus(OriginalStatusCode ?? 500);
  if (isValidation(name)) return CONFIGURATION_MESSAGE.test(message) ? DENIED : WRONG_REQUEST;
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name]!;
  if ($retryable?.throttling === true) return THROTTLED;
  // The SDK could not read an answer that says 200.
  if (status !== undefined && status < 300) return { code: "malformed", retryable: true };
  return status === undefined ? UNAVAILABLE : byStatus(status);
}

function byStatus(status: number): Kind {
  if (status === 429) return THROTTLED;
  if (status === 408 || status === 504) return TIMED_OUT;
  if (status === 401 || status === 403) return DENIED;
  return status >= 400 && status < 500 ? WRONG_REQUEST : UNAVAILABLE;
}

/** An error that is not a service's own (a model's, a parser's, ours) may quote anything. */
function mayRepeat(name: string, message: string, { code, retryable }: Kind): boolean {
  if (isValidation(name)) return CONFIGURATION_MESSAGE.test(message);
  if (name === "ModelErrorException" || !Object.hasOwn(BY_NAME, name)) return false;
  return ["throttled", "unavailable", "timed_out"].includes(code satisfies FailureCode) || (code === "denied" && retryable);
}

/** SageMaker's runtime leaves "Exception" off. */
function isValidation(name: string): boolean {
  return name === "ValidationException" || name === "ValidationError";
}

function kinds(kind: Kind, names: string): Record<string, Kind> {
  return Object.fromEntries(names.split(" ").map((name) => [name, kind]));
}
