import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { SageMakerEncoderSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelIdentity, SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { nameEmoji } from "../../core/text/name-emoji.ts";
import { askInBatches, failTogether, type Reply } from "../ask-in-batches.ts";
import { type Instrument, uninstrumented } from "../calling/instrument.ts";
import { ServiceCaller } from "../calling/service-caller.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../text-classifier.ts";
import { type EncoderAnswer, readEncoderAnswer } from "./encoder-answer.ts";
import { failureOfEncoderError } from "./encoder-failures.ts";
import { busyTimeUsd, lazyRuntime } from "./sagemaker-runtime.ts";

/** SageMaker gives a container 60 seconds; a serverless endpoint may need most of them to start. An encoder that is awake needs far less. */
const CONNECT_MS = 1_000;
const REQUEST_MS = 15_000;
const MAXIMUM_IN_FLIGHT = 8;
const MAXIMUM_ATTEMPTS = 4;

const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * An encoder with a classification head on a SageMaker endpoint, in a container that speaks Hugging Face's protocol for the task
 * text-classification: `{"inputs": [text, …], "parameters": {"top_k": null}}` in, `[[{"label", "score"}, …], …]` out.
 */
export class SageMakerEncoderClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #specification: SageMakerEncoderSpecification;
  readonly #labels: ReadonlyMap<string, SentimentLabel>;
  readonly #caller: ServiceCaller;
  readonly #runtime: () => Promise<SageMakerRuntimeClient>;

  constructor(specification: SageMakerEncoderSpecification, instrument: Instrument = uninstrumented) {
    this.model = { provider: "sagemaker", id: specification.model, version: specification.endpoint };
    this.#specification = specification;
    this.#labels = new Map(Object.entries(specification.labels));
    this.#runtime = lazyRuntime(instrument, { connectMs: CONNECT_MS, requestMs: REQUEST_MS });
    this.#caller = new ServiceCaller({
      service: `SageMaker endpoint ${specification.endpoint}`,
      failureOf: failureOfEncoderError,
      requestTimeoutMs: CONNECT_MS + REQUEST_MS,
      maximumInFlight: MAXIMUM_IN_FLIGHT,
      maximumAttempts: MAXIMUM_ATTEMPTS,
    });
  }

  async classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]> {
    const known = texts.filter(({ language }) => this.#knows(language));
    const replies = await askInBatches(known, this.#specification.textsPerCall, (batch) => this.#askBatch(batch, signal));
    let next = 0;
    return texts.map(({ language }) => (this.#knows(language) ? this.#outcome(replies[next++]!) : this.#unsupported(language)));
  }

  /** A text whose language nobody knows is asked about: the container needs no language, and the result is flagged as uncertain. */
  #knows(language: string): boolean {
    const { languages } = this.#specification;
    return languages === undefined || language === "und" || languages.includes(language.split("-")[0]!.toLowerCase());
  }

  async #askBatch(batch: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<readonly Reply<EncoderAnswer>[]> {
    const { endpoint, nameEmoji: namesEmoji, usdPerHour } = this.#specification;
    const inputs = batch.map(({ text, language }) => (namesEmoji ? nameEmoji(text, language) : text).replace(LONE_SURROGATES, "\uFFFD"));
    const command = new InvokeEndpointCommand({
      EndpointName: endpoint,
      ContentType: "application/json",
      Accept: "application/json",
      Body: JSON.stringify({ inputs, parameters: { top_k: null } }),
    });
    const outcome = await this.#caller.call(async (abortSignal) => {
      const { Body } = await (await this.#runtime()).send(command, { abortSignal });
      return Body.transformToString();
    }, signal);
    if (!outcome.ok) return failTogether(outcome.failure, batch.length);
    const milliseconds = outcome.milliseconds / batch.length;
    const usd = busyTimeUsd(usdPerHour, milliseconds);
    return readEncoderAnswer(outcome.value, batch.length, this.#labels).map((read) => (read.ok ? { ...read, milliseconds, usd } : { ...read, usd }));
  }

  #outcome(reply: Reply<EncoderAnswer>): TextClassification {
    if (reply.ok) return { ok: true, ...reply.answer, model: this.model, cost: { usd: reply.usd }, modelMs: reply.milliseconds };
    return { ok: false, failure: reply.failure, ...(reply.usd > 0 && { cost: { usd: reply.usd } }) };
  }

  #unsupported(language: string): TextClassification {
    const reason = `the model was trained for ${this.#specification.languages?.join(", ")}, the text is in ${language}`;
    return { ok: false, failure: { code: "unsupported_language", retryable: false, reason } };
  }
}
