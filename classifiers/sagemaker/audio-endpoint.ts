import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { AudioEndpointSpecification } from "../../core/classification/audio-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { SpeechToClassify } from "../audio-classifier.ts";
import { ServiceCaller } from "../calling/service-caller.ts";
import { failureOfAudioError } from "./audio-failures.ts";
import { type AudioEndpoint, type EndpointReply, type KeptAnswers, type Opinion, readAudioAnswer } from "./audio-opinion.ts";
import { busyTimeUsd } from "./sagemaker-runtime.ts";

/** SageMaker gives a container 60 seconds, and a serverless endpoint may need most of them to start: who gives up sooner pays for an answer that nobody hears. */
export const AUDIO_CALL_LIMITS = { connectMs: 1_000, requestMs: 60_000 } as const;
/** Of one execution environment; the adaptive limit finds how many of them an endpoint is good for. */
const MAXIMUM_IN_FLIGHT = 8;
const MAXIMUM_ATTEMPTS = 4;

/** A serverless or real-time endpoint with the model server: `audio/wav` in, `AudioAnswer` out. */
export class AtOnceAudioEndpoint implements AudioEndpoint {
  readonly model: ModelIdentity;
  readonly #specification: AudioEndpointSpecification;
  readonly #runtime: () => Promise<SageMakerRuntimeClient>;
  readonly #kept: KeptAnswers | undefined;
  readonly #caller: ServiceCaller;

  constructor(specification: AudioEndpointSpecification, runtime: () => Promise<SageMakerRuntimeClient>, kept?: KeptAnswers) {
    this.model = audioEndpointIdentity(specification);
    this.#specification = specification;
    this.#runtime = runtime;
    this.#kept = kept;
    this.#caller = audioEndpointCaller(specification);
  }

  async hear(speech: SpeechToClassify, signal: AbortSignal | undefined): Promise<EndpointReply> {
    const { name, usdPerHour } = this.#specification;
    const store = speech.stored === undefined ? undefined : this.#kept;
    const kept = speech.askedBefore ? await store?.find(speech.stored!, name) : undefined;
    if (kept?.kind === "answered") return { ...kept, spentUsd: 0, progress: 0 };
    const command = new InvokeEndpointCommand({ EndpointName: name, ContentType: "audio/wav", Accept: "application/json", Body: await speech.wav() });
    const outcome = await this.#caller.call(async (abortSignal) => {
      const { Body } = await (await this.#runtime()).send(command, { abortSignal });
      return readAudioAnswer(Body.transformToString());
    }, signal);
    if (!outcome.ok) return { kind: "failed", failure: outcome.failure, spentUsd: 0, progress: 0 };
    const opinion: Opinion = { kind: "answered", answer: outcome.value, modelMs: outcome.milliseconds, usd: busyTimeUsd(usdPerHour, outcome.value.timings.inferenceMs) };
    const isKept = (await store?.keep(speech.stored!, name, opinion)) === true;
    return { ...opinion, spentUsd: opinion.usd, progress: isKept ? 1 : 0 };
  }
}

/** Which model an endpoint carries is known from its answers only. */
export function audioEndpointIdentity({ name }: AudioEndpointSpecification): ModelIdentity {
  return { provider: "sagemaker", id: name, version: name };
}

export function audioEndpointCaller({ name }: AudioEndpointSpecification): ServiceCaller {
  return new ServiceCaller({
    service: `SageMaker endpoint ${name}`,
    failureOf: failureOfAudioError,
    requestTimeoutMs: AUDIO_CALL_LIMITS.connectMs + AUDIO_CALL_LIMITS.requestMs,
    maximumInFlight: MAXIMUM_IN_FLIGHT,
    maximumAttempts: MAXIMUM_ATTEMPTS,
  });
}
