const STEP_DB = 0.25;
const LOWEST_DB = -100;
const STEPS = 401;
/** The margin of ITU-T P.56: what lies further below the speech's level is a pause within it. */
const ACTIVITY_MARGIN_DB = 15.9;

/** How many frames had which level, in steps of 0.25 dB from -100 dBFS; what is softer counts as -100. */
export class LevelHistogram {
  readonly #counts = new Float64Array(STEPS);

  /** @param power a frame's mean square of full scale 1; @param times -1 takes a frame out again. */
  add(power: number, times = 1): void {
    const step = power > 1e-10 ? Math.min(STEPS - 1, Math.round((10 * Math.log10(power) - LOWEST_DB) / STEP_DB)) : 0;
    this.#counts[step] = (this.#counts[step] as number) + times;
  }

  get frames(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** @returns the level that half of the frames lie below, in dBFS; null where no frame or only digital silence was. */
  medianDbfs(): number | null {
    const half = this.frames / 2;
    let below = 0;
    for (let step = 0; step < STEPS; step += 1) {
      below += this.#counts[step] as number;
      if (half > 0 && below >= half) return step === 0 ? null : LOWEST_DB + step * STEP_DB;
    }
    return null;
  }

  /**
   * @returns the root mean square of the frames in which there was activity, in dBFS: those above a threshold that lies 15.9 dB below
   * that very level (after ITU-T P.56, method B, on frames instead of an envelope); null where nothing was heard.
   */
  activeDbfs(): number | null {
    let energy = 0;
    let count = 0;
    let level: number | null = null;
    for (let step = STEPS - 1; step > 0; step -= 1) {
      const frames = this.#counts[step] as number;
      energy += frames * 10 ** ((LOWEST_DB + step * STEP_DB) / 10);
      count += frames;
      if (count > 0) level = 10 * Math.log10(energy / count);
      if (level !== null && level - (LOWEST_DB + step * STEP_DB) >= ACTIVITY_MARGIN_DB) break;
    }
    return level;
  }
}
