/** 0.75 dB from -100 dBFS up. */
const STEP_DB = 0.75;
const LOWEST_DB = -100;
const STEPS = 136;
const STEPS_PER_E_FOLD = 10 / Math.LN10 / STEP_DB;

const stepPowers = Float64Array.from({ length: STEPS }, (_, step) => 10 ** ((LOWEST_DB + (step + 0.5) * STEP_DB) / 10));

/**
 * Quantiles of all the levels added so far, to 0.75 dB; an addition costs the same however many there were, because a quantile
 * only ever moves to a neighbouring level.
 */
export class RunningLevels {
  readonly #shares: readonly number[];
  readonly #counts = new Uint32Array(STEPS);
  /** Where each quantile stands, and how many levels lie below that step. */
  readonly #steps: Int32Array;
  readonly #below: Int32Array;
  #total = 0;

  /** @param shares each from 0 to 1, such as 0.5 for the median. */
  constructor(shares: readonly number[]) {
    this.#shares = shares;
    this.#steps = new Int32Array(shares.length);
    this.#below = new Int32Array(shares.length);
  }

  /** @param power a mean square of full scale 1. */
  add(power: number): void {
    const exact = power > 1e-10 ? Math.log(power * 1e10) * STEPS_PER_E_FOLD : 0;
    const added = Math.min(STEPS - 1, Math.floor(exact));
    this.#counts[added] = (this.#counts[added] as number) + 1;
    this.#total += 1;
    for (let index = 0; index < this.#shares.length; index += 1) {
      let step = this.#steps[index] as number;
      let below = this.#below[index] as number;
      if (added < step) below += 1;
      const rank = (this.#shares[index] as number) * (this.#total - 1);
      while (below > rank) {
        step -= 1;
        below -= this.#counts[step] as number;
      }
      while (below + (this.#counts[step] as number) <= rank) {
        below += this.#counts[step] as number;
        step += 1;
      }
      this.#steps[index] = step;
      this.#below[index] = below;
    }
  }

  /** @returns the quantile of that position in `shares`, as a mean square. */
  quantile(index: number): number {
    return stepPowers[this.#steps[index] as number] as number;
  }
}
