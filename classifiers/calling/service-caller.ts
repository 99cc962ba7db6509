import type { ClassificationFailure, FailureCode } from "../text-classifier.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { backOffMs, pause } from "./back-off.ts";
import { type CallEnd, CircuitBreaker, type Passage } from "./circuit-breaker.ts";
import { retryAfterMs } from "./retry-after.ts";

export type CallOutcome<T> =
  /** `milliseconds` that the attempts took together; waiting between them does not count. */
  { ok: true; value: T; milliseconds: number } | { ok: false; failure: ClassificationFailure };

export interface ServiceCallerOptions {
  /** For reasons, e.g. `Bedrock`. */
  service: string;
  failureOf: (error: unknown) => ClassificationFailure;
  /** Of one attempt. */
  requestTimeoutMs: number;
  maximumInFlight: number;
  /** The first one included. */
  maximumAttempts: number;
  breaker?: { failures: number; openMs: number };
  /** Milliseconds that only grow, for the breaker. */
  now?: () => number;
  /** Uniform in [0, 1), for the jitter. */
  random?: () => number;
}

const DEFAULT_BREAKER = { failures: 5, openMs: 30_000 };

/** A service that could not finish within this share of its time before the caller gave up counts as failed; less would blame it for our haste. */
const FAIR_SHARE = 0.25;

/** A malformed answer is here one that the SDK cannot read; what a model writes inside a good one is read later, by the adapters. */
const SERVICE_FAILURES: ReadonlySet<FailureCode> = new Set(["throttled", "unavailable", "timed_out", "denied", "malformed"]);
const OVERLOAD: ReadonlySet<FailureCode> = new Set(["throttled", "timed_out"]);

/** Everything the calls of one classifier share: the adaptive limit, the pauses between attempts, the circuit breaker. */
export class ServiceCaller {
  readonly #options: ServiceCallerOptions;
  readonly #limit: AdaptiveLimit;
  readonly #breaker: CircuitBreaker;

  constructor(options: ServiceCallerOptions) {
    this.#options = options;
    this.#limit = new AdaptiveLimit(options.maximumInFlight);
    this.#breaker = new CircuitBreaker(options.breaker ?? DEFAULT_BREAKER, options.now);
  }

  /**
   * Makes a call and repeats it while its failure is the service's and passing. Ends at once, as `timed_out`, when the signal is
   * aborted, even if the attempt does not listen to its own signal. Never throws.
   */
  async call<T>(attempt: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<CallOutcome<T>> {
    if (signal?.aborted === true) return this.#outOfTime("before the first attempt");
    const passage = this.#breaker.enter();
    if (passage === undefined) return this.#circuitOpen();
    const { outcome, end } = await this.#attempts(attempt, passage, signal);
    passage.end(end);
    return outcome;
  }

  async #attempts<T>(attempt: (signal: AbortSignal) => Promise<T>, passage: Passage, signal: AbortSignal | undefined): Promise<{ outcome: CallOutcome<T>; end: CallEnd }> {
    const { maximumAttempts, requestTimeoutMs, random } = this.#options;
    let milliseconds = 0;
    let end: CallEnd = "unclear";
    for (let number = 1; ; number += 1) {
      const slot = await this.#limit.take(signal);
      if (slot === undefined) return { outcome: this.#outOfTime("while it waited for a free slot"), end };
      if (number === 1 && passage.isOvertaken) {
        slot.release("unclear");
        return { outcome: this.#circuitOpen(), end };
      }
      const one = await this.#once(attempt, signal);
      milliseconds += one.milliseconds;
      if (one.ok) {
        slot.release("answered");
        return { outcome: { ok: true, value: one.value, milliseconds }, end: "success" };
      }
      const isTelling = signal?.aborted !== true || one.milliseconds >= requestTimeoutMs * FAIR_SHARE;
      const { failure } = one;
      slot.release(isTelling && OVERLOAD.has(failure.code) ? "overloaded" : "unclear");
      if (isTelling) end = endOf(failure);
      if (signal?.aborted === true) return { outcome: this.#outOfTime(`during attempt ${number}`), end };
      const isWorthAnother = failure.retryable && failure.code !== "denied" && number < maximumAttempts && !passage.isOvertaken;
      if (!isWorthAnother) return { outcome: { ok: false, failure }, end };
      const rested = await pause(backOffMs(number, failure.code === "throttled", one.retryAfterMs, random), signal);
      if (!rested) return { outcome: this.#outOfTime(`while it waited to try again after this: ${failure.reason}`), end };
    }
  }

  async #once<T>(attempt: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<Attempted<T>> {
    const { service, failureOf, requestTimeoutMs } = this.#options;
    const started = performance.now();
    const deadline = new AbortController();
    const abort = (): void => deadline.abort();
    const timer = setTimeout(abort, requestTimeoutMs);
    signal?.addEventListener("abort", abort, { once: true });
    const over = new Promise<never>((_, reject) => {
      deadline.signal.addEventListener("abort", () => reject(new Error("out of time")), { once: true });
    });
    try {
      const value = await Promise.race([attempt(deadline.signal), over]);
      return { ok: true, value, milliseconds: performance.now() - started };
    } catch (error) {
      const failure: ClassificationFailure = deadline.signal.aborted ? { code: "timed_out", retryable: true, reason: `no answer within ${requestTimeoutMs} ms` } : readFailure(error, failureOf);
      return { ok: false, failure: { ...failure, reason: `${service}: ${failure.reason}` }, retryAfterMs: retryAfterMs(error), milliseconds: performance.now() - started };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  #outOfTime(when: string): { ok: false; failure: ClassificationFailure } {
    return { ok: false, failure: { code: "timed_out", retryable: true, reason: `${this.#options.service}: the caller's time was over ${when}` } };
  }

  #circuitOpen(): { ok: false; failure: ClassificationFailure } {
    return { ok: false, failure: { code: "circuit_open", retryable: true, reason: `${this.#options.service} is not asked for a while: it failed several times in a row` } };
  }
}

type Attempted<T> = { milliseconds: number } & ({ ok: true; value: T } | { ok: false; failure: ClassificationFailure; retryAfterMs: number | undefined });

function readFailure(error: unknown, failureOf: (error: unknown) => ClassificationFailure): ClassificationFailure {
  try {
    return failureOf(error);
  } catch {
    return { code: "unavailable", retryable: true, reason: "an error that cannot be read" };
  }
}

/** What is wrong with one request or one answer is no failure of the service: a text could otherwise close it to all the others. */
function endOf({ code, retryable }: ClassificationFailure): CallEnd {
  if (SERVICE_FAILURES.has(code) && retryable) return "failure";
  return "success";
}
