import { BANDS, FrameReader, type FrameFeatures } from "./frame-features.ts";
import { RunningLevels } from "./running-levels.ts";

/** Frames of 16 ms after a frame that are heard before it is decided. */
const LOOK_AHEAD = 12;
/** The noise is first estimated over a second: nothing is decided before. */
const FIRST_ESTIMATE = 62;

/** Frames before and after that a frame's power is averaged with. */
const SMOOTHING = 3;
const QUANTILES = [0.15, 0.95];
const NOISE = 0;
const LOUD = 1;
/** How far speech must stand out of the noise: half as far as the loudest does, within bounds. */
const SHARE_OF_CONTRAST = 0.5;
const LEAST_CONTRAST_DB = 5;
const MOST_CONTRAST_DB = 15;
/** -60 dBFS: what is softer is not heard by anyone, however silent it is around. */
const LEAST_POWER = 1e-6;
/** A tone stays as it is: three quarters of the loud frames around must look like the one 48 ms before. */
const STEADY = 0.98;
const STEADY_SHARE = 0.75;

export interface DecidedFrame {
  speech: boolean;
  /** Mean square from 100 Hz to 7.7 kHz. */
  power: number;
}

interface HeardFrame extends FrameFeatures {
  /** Averaged over the frames around. */
  smoothed: Float64Array;
}

/**
 * Tells speech from what is not, 16 ms by 16 ms. Each critical band has its own noise floor, the level it stays below for 15 % of
 * the time; what counts is the power in units of that floor, averaged over the bands, so that a hum or a rumble weighs no more
 * than it surprises. Speech is what stands out half as far (in dB) as the loudest does, and does not stay the same, as tones do.
 *
 * It knows only what it was given: nothing of how that was cut into blocks.
 */
export class SpeechDetector {
  readonly #reader = new FrameReader();
  readonly #levels = Array.from({ length: BANDS }, () => new RunningLevels(QUANTILES));
  /** Those not yet decided, and as many before as their decision needs. */
  readonly #frames: HeardFrame[] = [];
  /** Counted from the start: frames taken out of `#frames`, frames smoothed, frames decided. */
  #dropped = 0;
  #learnt = 0;
  #decided = 0;

  /** @param samples 16 kHz. @returns the frames that are decided now, in order. */
  push(samples: Int16Array): DecidedFrame[] {
    const decided: DecidedFrame[] = [];
    for (const features of this.#reader.push(samples)) {
      const heard = this.#hear(features);
      this.#learnUpTo(heard - SMOOTHING);
      if (heard < FIRST_ESTIMATE) continue;
      for (let waiting = heard - LOOK_AHEAD - this.#decided; waiting > 0; waiting -= 1) decided.push(this.#decide());
    }
    this.#drop();
    return decided;
  }

  /** @returns the rest; nothing may be pushed afterwards. */
  end(): DecidedFrame[] {
    let heard = this.#dropped + this.#frames.length;
    for (const features of this.#reader.end()) heard = this.#hear(features);
    this.#learnUpTo(heard);
    const decided: DecidedFrame[] = [];
    for (let waiting = heard - this.#decided; waiting > 0; waiting -= 1) decided.push(this.#decide());
    return decided;
  }

  /** @returns how many there are now. */
  #hear(features: FrameFeatures): number {
    this.#frames.push({ ...features, smoothed: new Float64Array(BANDS) });
    return this.#dropped + this.#frames.length;
  }

  #learnUpTo(end: number): void {
    for (; this.#learnt < end; this.#learnt += 1) {
      const place = this.#learnt - this.#dropped;
      const around = this.#frames.slice(Math.max(0, place - SMOOTHING), place + SMOOTHING + 1);
      const { smoothed } = this.#frames[place] as HeardFrame;
      for (const { bandPowers } of around) {
        for (let band = 0; band < BANDS; band += 1) smoothed[band] = (smoothed[band] as number) + (bandPowers[band] as number) / around.length;
      }
      for (let band = 0; band < BANDS; band += 1) (this.#levels[band] as RunningLevels).add(smoothed[band] as number);
    }
  }

  #decide(): DecidedFrame {
    const place = this.#decided - this.#dropped;
    this.#decided += 1;
    return { speech: this.#standsOut(place) && !this.#isTone(place), power: (this.#frames[place] as HeardFrame).power };
  }

  #standsOut(place: number): boolean {
    const { smoothed } = this.#frames[place] as HeardFrame;
    let power = 0;
    let ratio = 0;
    let contrast = 0;
    for (let band = 0; band < BANDS; band += 1) {
      const levels = this.#levels[band] as RunningLevels;
      const noise = levels.quantile(NOISE);
      power += smoothed[band] as number;
      ratio += (smoothed[band] as number) / noise;
      contrast += levels.quantile(LOUD) / noise;
    }
    if (power < LEAST_POWER) return false;
    const needed = Math.min(MOST_CONTRAST_DB, Math.max(LEAST_CONTRAST_DB, SHARE_OF_CONTRAST * decibels(contrast / BANDS)));
    return decibels(ratio / BANDS) >= needed;
  }

  #isTone(place: number): boolean {
    const { power } = this.#frames[place] as HeardFrame;
    // A tone's fading edges tell nothing.
    const loud = this.#frames.slice(Math.max(0, place - LOOK_AHEAD), place + LOOK_AHEAD + 1).filter((frame) => frame.power >= power / 4);
    return loud.filter(({ sameness }) => sameness >= STEADY).length >= STEADY_SHARE * loud.length;
  }

  #drop(): void {
    const needless = this.#decided - LOOK_AHEAD - this.#dropped;
    // Rarely: moving the rest costs as much as what is moved.
    if (needless < 64) return;
    this.#frames.splice(0, needless);
    this.#dropped += needless;
  }
}

function decibels(ratio: number): number {
  return 10 * Math.log10(ratio);
}
