import * as z from "zod";
import { type AudioAnswer, AudioAnswerSchema } from "../../core/contracts/audio-answer.ts";
import { TimestampSchema } from "../../core/contracts/identity.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { AudioFailure, SpeechToClassify, StoredSpeech } from "../audio-classifier.ts";

/** What an endpoint answered, and what that took. */
const OpinionSchema = z.strictObject({ kind: z.literal("answered"), answer: AudioAnswerSchema, modelMs: z.number().min(0), usd: z.number().min(0) });
export type Opinion = z.infer<typeof OpinionSchema>;

/** A request that an asynchronous endpoint has taken, and where it will write; `tries` are the requests made so far, this one included. */
const RequestSchema = z.strictObject({ kind: z.literal("requested"), since: TimestampSchema, output: z.string().min(1), failure: z.string().optional(), tries: z.int().min(1) });
export type KeptRequest = z.infer<typeof RequestSchema>;

/** What is kept of an endpoint beside a stretch of speech, as JSON. `spoilt`: a request came to nothing, and another one may be made. */
export const KeptSchema = z.discriminatedUnion("kind", [OpinionSchema, RequestSchema, z.strictObject({ kind: z.literal("spoilt"), tries: z.int().min(1) })]);
export type Kept = z.infer<typeof KeptSchema>;

/** Where answers are kept, so that nothing is asked, or paid for, twice. */
export interface KeptAnswers {
  /** What is kept of the endpoint; undefined for nothing, or nothing readable. @throws what the store throws. */
  find(speech: StoredSpeech, endpoint: string): Promise<Kept | undefined>;
  /** Never throws. @returns whether it is kept now. */
  keep(speech: StoredSpeech, endpoint: string, kept: Kept): Promise<boolean>;
  /** The text of the object at `s3://bucket/key`, undefined while there is none. @throws what the store throws. */
  read(uri: string): Promise<string | undefined>;
}

export type EndpointReply = (Opinion | { kind: "pending"; since: string } | { kind: "failed"; failure: AudioFailure }) & { spentUsd: number; progress: number };

/** One endpoint, asked about one stretch of speech. */
export interface AudioEndpoint {
  /** As configured. */
  readonly model: ModelIdentity;
  /** @throws what reading the speech or the kept answers throws. */
  hear(speech: SpeechToClassify, signal: AbortSignal | undefined): Promise<EndpointReply>;
}

/** An answer of 200 that is none of the model server's. */
export class MalformedAnswerError extends Error {
  override readonly name = "MalformedAnswerError";
}

/** How far from 1 the three valences may add up to: probabilities are rounded on the way. */
const SUM_TOLERANCE = 0.01;

/** @throws MalformedAnswerError naming what is wrong, never quoting it. */
export function readAudioAnswer(body: string): AudioAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedAnswerError("the container's answer is not JSON");
  }
  const parsed = AudioAnswerSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new MalformedAnswerError(`the container's answer is not the model server's: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`.slice(0, 300));
  }
  const { positive, neutral, negative } = parsed.data.valence;
  if (Math.abs(positive + neutral + negative - 1) > SUM_TOLERANCE) throw new MalformedAnswerError("the valences of the container's answer do not sum to 1");
  return parsed.data;
}
