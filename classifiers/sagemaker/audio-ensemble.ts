import { linearPool } from "../../core/classification/linear-pool.ts";
import { LOW_SERVICE_CONFIDENCE } from "../../core/classification/sentiment-of-scores.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import type { Flag, ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { AudioClassification, AudioClassified, AudioClassifier, AudioFailure, SpeechToClassify } from "../audio-classifier.ts";
import { inLanes } from "../calling/in-lanes.ts";
import { failureOfSdkError } from "../calling/sdk-failure.ts";
import { composedIdentity } from "../composed-identity.ts";
import { failureOfRefusedAudio } from "./audio-failures.ts";
import type { AudioEndpoint, Opinion } from "./audio-opinion.ts";

/** Stretches of speech in hand at a time, at most 320 KB each; how many calls an endpoint gets is its own limit's matter. */
const LANES = 16;
/** From this share of the weights on, members that are of low confidence make the whole so. */
const LOW_CONFIDENCE_SHARE = 0.5;

export interface EnsembleMember {
  endpoint: AudioEndpoint;
  /** Above 0. */
  weight: number;
}

type Weighed = Opinion & { weight: number };

/**
 * One endpoint, or several that are heard together: their valences are pooled (docs/audio-classification.md). Where members fail, the others
 * answer, flagged `fallback`; one that has only not answered yet, or for which there was no time, is waited for.
 */
export class AudioEnsemble implements AudioClassifier {
  readonly model: ModelIdentity;
  readonly #members: readonly EnsembleMember[];

  constructor(members: readonly EnsembleMember[]) {
    this.#members = members;
    this.model = identityOf(members.map(({ endpoint, weight }) => ({ model: endpoint.model, weight })));
  }

  classify(speech: readonly SpeechToClassify[], signal?: AbortSignal): Promise<readonly AudioClassification[]> {
    return inLanes(speech, LANES, (one) => this.#hear(one, signal));
  }

  async #hear(speech: SpeechToClassify, signal: AbortSignal | undefined): Promise<AudioClassification> {
    const shared = { ...speech, wav: once(() => speech.wav()) };
    const asked = await Promise.allSettled(this.#members.map(({ endpoint }) => endpoint.hear(shared, signal)));
    const replies = asked.flatMap((one, index) => (one.status === "fulfilled" ? [{ reply: one.value, weight: this.#members[index]!.weight }] : []));
    const spentUsd = replies.reduce((sum, { reply }) => sum + reply.spentUsd, 0);
    const progress = replies.reduce((sum, { reply }) => sum + reply.progress, 0);
    const failed = (failure: AudioFailure): AudioClassification => ({ kind: "failed", failure, spentUsd, progress });

    // What keeps the speech or the kept answers from being read is no member's failure.
    const unreadable = asked.find((one) => one.status === "rejected");
    if (unreadable !== undefined) return failed(failureOfReading(unreadable.reason));
    const pending = replies.flatMap(({ reply }) => (reply.kind === "pending" ? [reply.since] : []));
    const failures = replies.flatMap(({ reply }) => (reply.kind === "failed" ? [reply.failure] : []));
    const opinions = replies.flatMap(({ reply, weight }) => (reply.kind === "answered" ? [{ ...reply, weight }] : []));
    const cutShort = signal?.aborted === true ? failures.find(({ code }) => code === "timed_out") : undefined;
    if (cutShort !== undefined) return failed(cutShort);
    if (pending.length > 0) return { kind: "pending", since: pending.toSorted()[0]!, spentUsd, progress };
    if (opinions.length === 0) return failed(failures.find(({ retryable }) => retryable) ?? failures[0]!);
    return { ...pooled(opinions, failures.length > 0), spentUsd, progress };
  }
}

function pooled(opinions: readonly Weighed[], isFallback: boolean): Omit<AudioClassified, "spentUsd" | "progress"> {
  const [first] = opinions;
  // A mean of calibrated probabilities is itself not calibrated (Ranjan and Gneiting, "Combining probability forecasts", JRSS B 72, 2010).
  const scoresFrom = opinions.length === 1 ? first!.answer.scores : "service";
  const { sentiment, emotions } = linearPool(opinions.map(({ weight, answer }) => ({ weight, scores: answer.valence, emotions: answer.probabilities })), scoresFrom);
  const total = opinions.reduce((sum, { weight }) => sum + weight, 0);
  const low = opinions.reduce((sum, { weight, answer }) => sum + (answer.lowConfidence ? weight : 0), 0);
  const isUnsure = low / total >= LOW_CONFIDENCE_SHARE || (opinions.length > 1 && sentiment.confidence < LOW_SERVICE_CONFIDENCE);
  const flags: Flag[] = [...(isUnsure ? (["low_confidence"] as const) : []), ...(isFallback ? (["fallback"] as const) : [])];
  return {
    kind: "classified",
    sentiment,
    ...(emotions !== undefined && { emotions }),
    model: identityOf(opinions.map(({ answer: { model }, weight }) => ({ model: { provider: "sagemaker", id: model.name, version: model.version }, weight }))),
    flags,
    cost: { usd: opinions.reduce((sum, { usd }) => sum + usd, 0) },
    modelMs: opinions.reduce((sum, { modelMs }) => sum + modelMs, 0),
  };
}

function identityOf(members: readonly { model: ModelIdentity; weight: number }[]): ModelIdentity {
  if (members.length === 1) return members[0]!.model;
  return composedIdentity("ensemble", members.map(({ model }) => model), members.map(({ weight }) => weight), " + ");
}

function failureOfReading(error: unknown): AudioFailure {
  return error instanceof AudioRefusedError ? failureOfRefusedAudio(error) : failureOfSdkError(error);
}

/** Members read the same bytes, and only those that need them do. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}

