import { charactersOf } from "../../../classifiers/comprehend/comprehend-access.ts";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";
import { cuesOf } from "./cues.ts";

/** What may go wrong with one call, as Comprehend would say it. */
export type ComprehendFault =
  | "throttle"
  | "too many requests"
  | "internal error"
  | "unavailable"
  | "denied"
  | "hang"
  | "reset"
  | "malformed JSON"
  | "no lists"
  | "left out"
  | "repeated"
  | "unknown index"
  | "scores missing"
  | "item failed"
  | "item too large"
  | "item refused"
  | "wrong offsets";

export interface ComprehendServer extends ProtocolServer {
  /** Taken one a request, in order; when it is empty, nothing goes wrong. */
  faults: ComprehendFault[];
  /** Goes wrong with every call whose texts it picks, besides `faults`. */
  faultOf: (texts: readonly string[]) => ComprehendFault | undefined;
  /** What a custom classifier's endpoint answers instead of classes made from cue words. */
  classes: { Name: string; Score: number }[] | undefined;
}

type State = Pick<ComprehendServer, "faults" | "faultOf" | "classes">;

interface Body {
  TextList?: string[];
  Text?: string;
  LanguageCode?: string;
  EndpointArn?: string;
}

/** Amazon Comprehend, version 2017-11-27: the four operations that Valence calls, in AWS JSON 1.1. */
export async function startComprehendServer(): Promise<ComprehendServer> {
  const state: State = { faults: [], faultOf: () => undefined, classes: undefined };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

const LANGUAGES = new Set(["ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh", "zh-TW"]);

function answer(request: ProtocolRequest, state: State): ProtocolAnswer {
  if (request.headers["authorization"]?.startsWith("AWS4-HMAC-SHA256 Credential=") !== true) return error(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  if (request.method !== "POST" || request.path !== "/" || request.headers["content-type"] !== "application/x-amz-json-1.1") return error(404, "UnknownOperationException", "");
  const operation = /^Comprehend_20171127\.(\w+)$/u.exec(request.headers["x-amz-target"] ?? "")?.[1] ?? "";
  const body = request.json as Body | undefined;
  if (body === undefined) return error(400, "SerializationException", "");
  const objection = objectionTo(operation, body);
  if (objection !== undefined) return objection;
  const texts = body.TextList ?? [body.Text!];
  const fault = state.faults.shift() ?? state.faultOf(texts);
  const wholeCall = fault === undefined ? undefined : CALL_FAULTS[fault];
  if (wholeCall !== undefined) return wholeCall;
  switch (operation) {
    case "BatchDetectSentiment":
      return json(batch(texts, fault, sentimentOf));
    case "BatchDetectDominantLanguage":
      return json(batch(texts, fault, languagesOf));
    case "ClassifyDocument":
      return json(fault === "no lists" ? {} : { Classes: state.classes ?? classesOf(texts[0]!) });
    default:
      return json(fault === "no lists" ? {} : { Entities: fault === "wrong offsets" ? [{ Score: 0.9, Type: "NAME", BeginOffset: 3, EndOffset: 100_000 }] : entitiesOf(texts[0]!) });
  }
}

/** What the service refuses: sizes, counts, languages, members. */
function objectionTo(operation: string, { TextList, Text, LanguageCode, EndpointArn }: Body): ProtocolAnswer | undefined {
  const needsLanguage = operation === "BatchDetectSentiment" || operation === "DetectPiiEntities";
  if (needsLanguage && (LanguageCode === undefined || !LANGUAGES.has(LanguageCode))) {
    return error(400, "ValidationException", "1 validation error detected: Value at 'languageCode' failed to satisfy constraint: Member must satisfy enum value set");
  }
  switch (operation) {
    case "BatchDetectSentiment":
    case "BatchDetectDominantLanguage":
      if (TextList === undefined || TextList.length === 0 || TextList.includes("")) return error(400, "ValidationException", "1 validation error detected: Value at 'textList' failed to satisfy constraint");
      if (TextList.length > 25) return error(400, "BatchSizeLimitExceededException", "The number of documents in the request exceeds the limit of 25.");
      return undefined;
    case "DetectPiiEntities":
      if (Text === undefined || Text === "") return error(400, "ValidationException", "1 validation error detected: Value at 'text' failed to satisfy constraint");
      if (LanguageCode !== "en" && LanguageCode !== "es") return error(400, "UnsupportedLanguageException", "Input language not supported");
      return Buffer.byteLength(Text) > 100_000 ? error(400, "TextSizeLimitExceededException", "Input text size exceeds limit.") : undefined;
    case "ClassifyDocument":
      return Text === undefined || EndpointArn === undefined ? error(400, "InvalidRequestException", "Text and EndpointArn are required.") : undefined;
    default:
      return error(400, "UnknownOperationException", "");
  }
}

function batch(texts: readonly string[], fault: ComprehendFault | undefined, resultOf: (text: string) => object): object {
  if (fault === "no lists") return {};
  const results: object[] = [];
  const errors: object[] = [];
  texts.forEach((text, Index) => {
    const spoilt = fault !== undefined && Index === 0;
    if (Buffer.byteLength(text) > 5_000) errors.push({ Index, ErrorCode: "TEXT_SIZE_LIMIT_EXCEEDED", ErrorMessage: "Input text size exceeds limit." });
    else if (spoilt && ITEM_ERRORS[fault] !== undefined) errors.push({ Index, ErrorCode: ITEM_ERRORS[fault], ErrorMessage: "" });
    else if (spoilt && fault === "scores missing") results.push({ Index });
    else if (spoilt && fault === "unknown index") results.push({ Index: texts.length, ...resultOf(text) });
    else if (!spoilt || fault === "repeated") results.push({ Index, ...resultOf(text) });
    if (spoilt && fault === "repeated") results.push({ Index, ...resultOf("hate") });
  });
  return { ResultList: results, ErrorList: errors };
}

const ITEM_ERRORS: Partial<Record<ComprehendFault, string>> = {
  "item failed": "INTERNAL_SERVER_ERROR",
  "item too large": "TEXT_SIZE_LIMIT_EXCEEDED",
  "item refused": "INVALID_REQUEST",
};

const CALL_FAULTS: Partial<Record<ComprehendFault, ProtocolAnswer>> = {
  throttle: error(400, "ThrottlingException", "Rate exceeded"),
  "too many requests": error(400, "TooManyRequestsException", "The number of requests exceeds the limit."),
  "internal error": error(500, "InternalServerException", "An internal server error occurred. Retry your request."),
  unavailable: error(400, "ResourceUnavailableException", "The specified resource is not available."),
  denied: error(400, "AccessDeniedException", "User is not authorized to perform: comprehend:BatchDetectSentiment"),
  hang: "hang",
  reset: "reset",
  "malformed JSON": { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: '{"ResultList":[{"Index":' },
};

function sentimentOf(text: string): object {
  const { liked, hated } = cuesOf(text);
  if (liked && hated) return { Sentiment: "MIXED", SentimentScore: { Positive: 0.1, Negative: 0.2, Neutral: 0.1, Mixed: 0.6 } };
  if (liked) return { Sentiment: "POSITIVE", SentimentScore: { Positive: 0.9, Negative: 0.02, Neutral: 0.07, Mixed: 0.01 } };
  if (hated) return { Sentiment: "NEGATIVE", SentimentScore: { Positive: 0.02, Negative: 0.9, Neutral: 0.07, Mixed: 0.01 } };
  return { Sentiment: "NEUTRAL", SentimentScore: { Positive: 0.1, Negative: 0.1, Neutral: 0.79, Mixed: 0.01 } };
}

function languagesOf(text: string): object {
  const guess = /habari/iu.test(text) ? "sw" : /adorei|péssimo/iu.test(text) ? "pt" : "en";
  return { Languages: /\p{L}/u.test(text) ? [{ LanguageCode: "fr", Score: 0.08 }, { LanguageCode: guess, Score: 0.91 }] : [] };
}

function classesOf(text: string): { Name: string; Score: number }[] {
  const { liked, hated } = cuesOf(text);
  if (hated) return [{ Name: "COMPLAINT", Score: 0.5 }, { Name: "CHURN", Score: 0.4 }, { Name: "PRAISE", Score: 0.1 }];
  return liked ? [{ Name: "PRAISE", Score: 0.8 }, { Name: "QUESTION", Score: 0.2 }] : [{ Name: "QUESTION", Score: 0.9 }, { Name: "PRAISE", Score: 0.1 }];
}

const PERSONAL: readonly [type: string, pattern: RegExp, score: number][] = [
  ["NAME", /Ana Sousa|José|Zé/gu, 0.99],
  ["ADDRESS", /12 Elm Street[^.\n]*/gu, 0.95],
  ["DATE_TIME", /yesterday|ayer/gu, 0.99],
  ["AGE", /42 years old/gu, 0.98],
  ["CREDIT_DEBIT_NUMBER", /4111-XXXX/gu, 0.97],
  ["USERNAME", /perhaps_a_user/gu, 0.3],
  ["EMAIL", /\[EMAIL\]/gu, 0.8],
];

/** Offsets in code points, as the service gives them. */
function entitiesOf(text: string): object[] {
  return PERSONAL.flatMap(([Type, pattern, Score]) =>
    [...text.matchAll(pattern)].map((match) => {
      const BeginOffset = charactersOf(text.slice(0, match.index));
      return { Score, Type, BeginOffset, EndOffset: BeginOffset + charactersOf(match[0]) };
    }),
  );
}

function json(body: object): ProtocolAnswer {
  return { status: 200, headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" }, body: JSON.stringify(body) };
}

function error(status: number, type: string, message: string): ProtocolAnswer {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": type, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" };
  return { status, headers, body: JSON.stringify({ __type: type, Message: message }) };
}
