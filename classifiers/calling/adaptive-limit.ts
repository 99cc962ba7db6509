/**
 * How many calls may be in flight: one more for a limit's worth of good answers, half when the service is overloaded. Additive increase
 * and multiplicative decrease share a service fairly among clients that know nothing of each other (Chiu and Jain, "Analysis of the
 * increase and decrease algorithms for congestion avoidance in computer networks", 1989); the step 1/limit an answer is TCP's (RFC 5681).
 */
export class AdaptiveLimit {
  readonly #maximum: number;
  #limit: number;
  #inFlight = 0;
  /** Grows with every halving: calls that started before one say nothing new about the service. */
  #epoch = 0;
  readonly #waiting: ((slot: Slot) => void)[] = [];

  /** Starts at `maximum` calls, ≥ 1: that is what the configuration holds the service to be good for. */
  constructor(maximum: number) {
    this.#maximum = Math.max(1, maximum);
    this.#limit = this.#maximum;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Waits, first come first served, for a free slot. @returns the slot, or undefined, at once, when the signal came first. */
  take(signal?: AbortSignal): Promise<Slot | undefined> {
    if (signal?.aborted === true) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const give = (slot: Slot): void => {
        signal?.removeEventListener("abort", leave);
        resolve(slot);
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        resolve(undefined);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(give);
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#inFlight < this.limit) {
      const give = this.#waiting.shift();
      if (give === undefined) return;
      this.#inFlight += 1;
      give(this.#slot());
    }
  }

  #slot(): Slot {
    const epoch = this.#epoch;
    return {
      release: (sign) => {
        // A limit that is not used up proves nothing about a higher one.
        if (sign === "answered" && this.#inFlight >= this.limit) this.#limit = Math.min(this.#maximum, this.#limit + 1 / this.#limit);
        if (sign === "overloaded" && epoch === this.#epoch) {
          this.#limit = Math.max(1, this.#limit / 2);
          this.#epoch += 1;
        }
        this.#inFlight -= 1;
        this.#fill();
      },
    };
  }
}

/** One call's place; `overloaded` on throttling and time-outs, `unclear` when the call says nothing about the service's load. */
export interface Slot {
  release(sign: "answered" | "overloaded" | "unclear"): void;
}
