/** `unclear`: the call ended without a word about the service, e.g. because its caller gave up. */
export type CallEnd = "success" | "failure" | "unclear";

/** The permission for one call, repeats included. */
export interface Passage {
  /** Whether other calls have opened the circuit since; never true of the call that tries the service out. */
  readonly isOvertaken: boolean;
  /** To be told exactly once. */
  end(end: CallEnd): void;
}

/**
 * Spares a service that fails, and the time of those who wait for it. After `failures` calls in a row without a success the circuit is open:
 * for `openMs` milliseconds nothing is asked. Then one call goes through; it closes the circuit, or opens it for as long again.
 */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #openMs: number;
  readonly #now: () => number;
  #inARow = 0;
  /** In milliseconds of `now`; undefined while closed. */
  #openSince: number | undefined;
  #probing = false;

  /** @param now milliseconds that only grow. */
  constructor(options: { failures: number; openMs: number }, now: () => number = () => performance.now()) {
    this.#failures = options.failures;
    this.#openMs = options.openMs;
    this.#now = now;
  }

  /** @returns undefined while the circuit is open. */
  enter(): Passage | undefined {
    const openSince = this.#openSince;
    const isProbe = openSince !== undefined;
    if (isProbe && (this.#probing || this.#now() - openSince < this.#openMs)) return undefined;
    this.#probing = isProbe;
    const isOvertaken = (): boolean => !isProbe && this.#openSince !== undefined;
    return {
      get isOvertaken() {
        return isOvertaken();
      },
      end: (end) => {
        if (isProbe) this.#probing = false;
        // A call from before the circuit opened says nothing about the service now.
        if (!isOvertaken()) this.#count(end, isProbe);
      },
    };
  }

  #count(end: CallEnd, isProbe: boolean): void {
    if (end === "success") {
      this.#inARow = 0;
      this.#openSince = undefined;
    } else if (end === "failure") {
      this.#inARow += 1;
      if (isProbe || this.#inARow >= this.#failures) this.#openSince = this.#now();
    }
  }
}
