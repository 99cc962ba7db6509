import { createHash } from "node:crypto";
import { InvokeEndpointAsyncCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { AudioEndpointSpecification } from "../../core/classification/audio-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { AudioFailure, SpeechToClassify, StoredSpeech } from "../audio-classifier.ts";
import type { ServiceCaller } from "../calling/service-caller.ts";
import { audioEndpointCaller, audioEndpointIdentity } from "./audio-endpoint.ts";
import { failureOfAsyncAnswer, failureOfAudioError } from "./audio-failures.ts";
import { type AudioEndpoint, type EndpointReply, type KeptAnswers, type KeptRequest, MalformedAnswerError, type Opinion, readAudioAnswer } from "./audio-opinion.ts";
import { busyTimeUsd } from "./sagemaker-runtime.ts";

/** How long an answer is waited for; a request that is still queued then expires. An instance that starts from nothing needs some ten minutes. */
const WAIT_SECONDS = 3_600;
/** A request that began in its last second may run for the 15 minutes that SageMaker gives it; what is older comes no more. */
const LOST_SECONDS = WAIT_SECONDS + 20 * 60;
/** Requests about one stretch of speech that may come to nothing: past that it is not the moment that is to blame. */
const MAXIMUM_TRIES = 3;

type Nothing = { spentUsd: 0; progress: 0 };
const NOTHING: Nothing = { spentUsd: 0, progress: 0 };

/**
 * An asynchronous endpoint with the model server. It is told where the speech lies in S3 and writes its answer there; what is kept beside the
 * speech says where to look.
 */
export class AsyncAudioEndpoint implements AudioEndpoint {
  readonly model: ModelIdentity;
  readonly #specification: AudioEndpointSpecification;
  readonly #runtime: () => Promise<SageMakerRuntimeClient>;
  readonly #kept: KeptAnswers;
  readonly #now: () => number;
  readonly #caller: ServiceCaller;

  /** @param now milliseconds since 1970. */
  constructor(specification: AudioEndpointSpecification, runtime: () => Promise<SageMakerRuntimeClient>, kept: KeptAnswers, now: () => number = Date.now) {
    this.model = audioEndpointIdentity(specification);
    this.#specification = specification;
    this.#runtime = runtime;
    this.#kept = kept;
    this.#now = now;
    this.#caller = audioEndpointCaller(specification);
  }

  async hear({ stored, askedBefore }: SpeechToClassify, signal: AbortSignal | undefined): Promise<EndpointReply> {
    const { name } = this.#specification;
    if (stored === undefined) return failed({ code: "denied", retryable: false, reason: `the asynchronous endpoint ${name} hears only what lies in S3` });
    const kept = askedBefore ? await this.#kept.find(stored, name) : undefined;
    if (kept?.kind === "answered") return { ...kept, ...NOTHING };
    if (kept?.kind === "requested") {
      const seconds = (this.#now() - Date.parse(kept.since)) / 1_000;
      const looked = await this.#look(stored, kept);
      if (looked !== undefined) return looked;
      if (seconds < WAIT_SECONDS) return { kind: "pending", since: kept.since, ...NOTHING };
      if (seconds < LOST_SECONDS) return failed(notAnswered(name));
    }
    const tries = kept?.tries ?? 0;
    if (tries >= MAXIMUM_TRIES) return failed({ code: "unanswered", retryable: false, reason: `the asynchronous endpoint ${name} was asked ${tries} times and never answered` });
    return this.#request(stored, tries + 1, signal);
  }

  /** @returns undefined while neither an answer nor a failure is there. */
  async #look(stored: StoredSpeech, request: KeptRequest): Promise<EndpointReply | undefined> {
    const { name, usdPerHour } = this.#specification;
    const body = await this.#kept.read(request.output);
    if (body === undefined) {
      const text = request.failure === undefined ? undefined : await this.#kept.read(request.failure);
      return text === undefined ? undefined : this.#spoilt(stored, request, failureOfAsyncAnswer(text));
    }
    try {
      const answer = readAudioAnswer(body);
      const { inferenceMs } = answer.timings;
      const opinion: Opinion = { kind: "answered", answer, modelMs: inferenceMs, usd: busyTimeUsd(usdPerHour, inferenceMs) };
      const isKept = await this.#kept.keep(stored, name, opinion);
      return { ...opinion, spentUsd: opinion.usd, progress: isKept ? 1 : 0 };
    } catch (error) {
      if (error instanceof MalformedAnswerError) return this.#spoilt(stored, request, failureOfAudioError(error));
      throw error;
    }
  }

  async #spoilt(stored: StoredSpeech, { tries }: KeptRequest, failure: AudioFailure): Promise<EndpointReply> {
    if (failure.retryable) await this.#kept.keep(stored, this.#specification.name, { kind: "spoilt", tries });
    return failed(failure);
  }

  async #request(stored: StoredSpeech, tries: number, signal: AbortSignal | undefined): Promise<EndpointReply> {
    const { name } = this.#specification;
    const command = new InvokeEndpointAsyncCommand({
      EndpointName: name,
      ContentType: "audio/wav",
      Accept: "application/json",
      InputLocation: `s3://${stored.bucket}/${stored.key}`,
      // The same request made twice has the same id; the next one, after a failure, has another, so that nobody takes the old answer for the new one.
      InferenceId: createHash("sha256").update(JSON.stringify([name, stored.bucket, stored.key, stored.version, tries])).digest("hex").slice(0, 32),
      RequestTTLSeconds: WAIT_SECONDS,
    });
    const outcome = await this.#caller.call(async (abortSignal) => {
      const { OutputLocation, FailureLocation } = await (await this.#runtime()).send(command, { abortSignal });
      if (OutputLocation === undefined) throw new MalformedAnswerError("SageMaker does not say where the answer will be");
      return { OutputLocation, FailureLocation };
    }, signal);
    if (!outcome.ok) return failed(outcome.failure);
    const { OutputLocation: output, FailureLocation: failure } = outcome.value;
    const since = new Date(this.#now()).toISOString();
    const isKept = await this.#kept.keep(stored, name, { kind: "requested", since, output, ...(failure !== undefined && { failure }), tries });
    if (!isKept) return failed({ code: "unavailable", retryable: true, reason: `where the endpoint ${name} will answer could not be kept` });
    return { kind: "pending", since, spentUsd: 0, progress: 1 };
  }
}

function failed(failure: AudioFailure): EndpointReply {
  return { kind: "failed", failure, ...NOTHING };
}

function notAnswered(endpoint: string): AudioFailure {
  return { code: "timed_out", retryable: true, reason: `the asynchronous endpoint ${endpoint} has not answered within ${WAIT_SECONDS} s` };
}
