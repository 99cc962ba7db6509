import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { SageMakerLlmSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { Instrument } from "../calling/instrument.ts";
import { ServiceCaller } from "../calling/service-caller.ts";
import type { LanguageModel, ModelOutcome, ModelRequest } from "../prompting/language-model.ts";
import { chatRequest, readChatReply } from "./llm-chat.ts";
import { failureOfLlmEndpoint, refusesSystemRole } from "./llm-failure.ts";
import { busyTimeUsd, lazyRuntime } from "./sagemaker-runtime.ts";

/** SageMaker itself gives a container 60 s; longer than half of that, an answer of 2,048 tokens means an overloaded instance. */
const REQUEST_MS = 30_000;
const CONNECT_MS = 2_000;
/** A container batches what arrives together; the adaptive limit finds how much is good. */
const MAXIMUM_IN_FLIGHT = 8;
const MAXIMUM_ATTEMPTS = 4;
/** Llama 3 holds 8,192 tokens: with a token for every two bytes, prompt and answer still fit. */
const TEXT_BYTES = 8_000;

/** A language model in a container on a SageMaker endpoint that speaks the messages protocol. */
export class LlmEndpoint implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly maximumTextBytes = TEXT_BYTES;
  readonly #specification: SageMakerLlmSpecification;
  readonly #runtime: () => Promise<SageMakerRuntimeClient>;
  readonly #caller = new ServiceCaller({ service: "SageMaker", failureOf: failureOfLlmEndpoint, requestTimeoutMs: REQUEST_MS, maximumInFlight: MAXIMUM_IN_FLIGHT, maximumAttempts: MAXIMUM_ATTEMPTS });
  #systemRole: boolean;

  constructor(specification: SageMakerLlmSpecification, instrument: Instrument) {
    this.#specification = specification;
    this.#runtime = lazyRuntime(instrument, { connectMs: CONNECT_MS, requestMs: REQUEST_MS });
    this.#systemRole = !/mixtral|mistral/iu.test(specification.model);
    this.identity = { provider: "sagemaker", id: specification.model, version: specification.endpoint };
  }

  async ask(request: ModelRequest, signal: AbortSignal | undefined): Promise<ModelOutcome> {
    const outcome = await this.#caller.call((attemptSignal) => this.#invoke(request, attemptSignal), signal);
    if (!outcome.ok) return outcome;
    const { reply, ...tokens } = readChatReply(outcome.value);
    const usd = busyTimeUsd(this.#specification.usdPerHour, outcome.milliseconds);
    return { ok: true, reply, usage: { usd, milliseconds: outcome.milliseconds, ...tokens } };
  }

  /** One attempt. @returns the container's answer, as text. @throws the SDK's errors. */
  async #invoke(request: ModelRequest, signal: AbortSignal): Promise<string> {
    const client = await this.#runtime();
    const prompt = request.render("json");
    for (let systemRole = this.#systemRole; ; ) {
      const input = { EndpointName: this.#specification.endpoint, ContentType: "application/json", Accept: "application/json", Body: new TextEncoder().encode(chatRequest(prompt, request.temperature, systemRole)) };
      try {
        const { Body } = await client.send(new InvokeEndpointCommand(input), { abortSignal: signal });
        return new TextDecoder().decode(Body);
      } catch (error) {
        if (!systemRole || !refusesSystemRole(error)) throw error;
        systemRole = this.#systemRole = false;
      }
    }
  }
}
