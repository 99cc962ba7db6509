import type { IncomingMessage } from "node:http";
import type { AudioAnswer } from "../core/contracts/audio-answer.ts";
import type { BodyKind, ChildTimings } from "./child-messages.ts";
import type { InferencePool } from "./inference-pool.ts";
import { type BodyLimits, readBody } from "./read-body.ts";
import { RequestProblem } from "./request-problem.ts";

export interface InvocationLimits {
  body: BodyLimits;
  /** From acceptance, the arrival of the body and the waiting included. */
  maximumSeconds: number;
  /** Requests that may be accepted and unanswered at once: those that are heard and those that wait. */
  places: number;
}

export interface Invocation {
  answer: AudioAnswer;
  bytes: number;
  timings: ChildTimings;
}

/** Accepts questions while there is a place, and has them answered. */
export class Invocations {
  readonly #pool: InferencePool;
  readonly #limits: InvocationLimits;
  #accepted = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(pool: InferencePool, limits: InvocationLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** @throws RequestProblem; CallerGoneError once `gone` is aborted. */
  async answer(request: IncomingMessage, gone: AbortSignal): Promise<Invocation> {
    const kind = bodyKind(request);
    // Before the body is read, so that bodies, too, are bounded.
    if (this.#accepted >= this.#limits.places) throw new RequestProblem("overloaded", `${this.#accepted} requests are being answered or wait; ask again in a second.`);
    const deadline = performance.now() + this.#limits.maximumSeconds * 1000;
    this.#accepted += 1;
    try {
      const body = await readBody(request, this.#limits.body);
      const { answer, timings, queuedMs } = await this.#pool.ask({ body, kind }, deadline, gone);
      return { answer: { ...answer, timings: { queuedMs, inferenceMs: timings.inferenceMs } }, bytes: body.length, timings };
    } finally {
      this.#accepted -= 1;
      if (this.#accepted === 0) this.#whenEmpty?.();
    }
  }

  /** Resolves when everything that was accepted is answered. */
  async drained(): Promise<void> {
    if (this.#accepted > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
  }
}

/** @throws RequestProblem `wrong_content_type`. What the audio is, is told by its bytes: its media type need only say that it is some. */
function bodyKind({ headers }: IncomingMessage): BodyKind {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw new RequestProblem("wrong_content_type", `Content-Encoding ${encoding.slice(0, 40)} is not undone here; send the body as it is.`);
  const type = (headers["content-type"] ?? "application/octet-stream").split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/json") return "json";
  if (type === "application/x-float32") return "float32";
  if (type === "application/octet-stream" || type === "application/ogg" || type.startsWith("audio/")) return "audio";
  throw new RequestProblem("wrong_content_type", `Content-Type ${type.slice(0, 80)} is not heard; send audio/*, application/octet-stream, application/json or application/x-float32.`);
}
