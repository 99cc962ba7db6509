import type { ComprehendSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import { type Instrument, uninstrumented } from "../calling/instrument.ts";
import type { Reply } from "../ask-in-batches.ts";
import type { ClassificationFailure, TextClassification, TextClassifier, TextToClassify } from "../text-classifier.ts";
import type { ComprehendAnswer, ComprehendModel } from "./comprehend-access.ts";
import { comprehendCaller, lazyComprehendClient } from "./comprehend-client.ts";
import { CustomClasses } from "./custom-classes.ts";
import { SentimentModel } from "./sentiment-model.ts";

/** Of one document, in bytes of UTF-8 (guidelines and quotas: 5 KB). Longer texts are for `splittingLongTexts`; here they fail, they are not cut. */
export const MAXIMUM_DOCUMENT_BYTES = 5_000;

/** The service's API version: what stands behind it AWS does not say. */
const VERSION = "2017-11-27";

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Amazon Comprehend: its built-in sentiment model, or the endpoint of a custom classifier. Region, endpoint and credentials are the SDK's own. */
export class ComprehendClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #asked: ComprehendModel;

  constructor(specification: ComprehendSpecification, instrument: Instrument = uninstrumented) {
    const { endpointArn, classes } = specification;
    const access = { client: lazyComprehendClient(instrument), caller: comprehendCaller(endpointArn === undefined ? "batches" : "documents") };
    this.model = { provider: "comprehend", id: endpointArn === undefined ? "sentiment" : endpointArn.slice(endpointArn.lastIndexOf(":") + 1), version: VERSION };
    this.#asked = endpointArn === undefined ? new SentimentModel(access, specification.detectLanguage) : new CustomClasses(access, endpointArn, classes);
  }

  async classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]> {
    const outcomes = texts.map((text) => (Buffer.byteLength(text.text) > MAXIMUM_DOCUMENT_BYTES ? tooLong(text) : undefined));
    // Half a surrogate pair cannot be written as UTF-8; the length in bytes is the same.
    const sendable = texts.flatMap(({ text, language }, position) => (outcomes[position] === undefined ? [{ position, text: text.replace(LONE_SURROGATES, "\uFFFD"), language }] : []));
    const replies = await this.#asked.ask(sendable, signal);
    sendable.forEach(({ position }, order) => {
      const reply = replies[order];
      if (reply !== undefined) outcomes[position] = this.#outcome(reply);
    });
    return outcomes.map((outcome) => outcome ?? failed({ code: "unanswered", retryable: true, reason: "Comprehend: no reply" }, 0));
  }

  #outcome(reply: Reply<ComprehendAnswer>): TextClassification {
    if (!reply.ok) return failed(reply.failure, reply.usd);
    return { ok: true, ...reply.answer, model: this.model, cost: { usd: reply.usd }, modelMs: reply.milliseconds };
  }
}

function failed(failure: ClassificationFailure, usd: number): TextClassification {
  return { ok: false, failure, ...(usd > 0 && { cost: { usd } }) };
}

function tooLong({ text }: TextToClassify): TextClassification {
  const reason = `the text has ${Buffer.byteLength(text)} bytes of UTF-8, Comprehend takes ${MAXIMUM_DOCUMENT_BYTES}: split it at its sentences`;
  return failed({ code: "too_long", retryable: false, reason }, 0);
}
