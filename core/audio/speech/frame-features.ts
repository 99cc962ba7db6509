import { FRAME_LENGTH, FRAME_STEP, powerSpectrum, SPECTRUM_BINS } from "./power-spectrum.ts";

// Critical bands of hearing from 100 Hz to 7.7 kHz (Zwicker 1961), in Hz.
const BAND_EDGES = [100, 200, 300, 400, 510, 630, 770, 920, 1_080, 1_270, 1_480, 1_720, 2_000, 2_320, 2_700, 3_150, 3_700, 4_400, 5_300, 6_400, 7_700];
export const BANDS = BAND_EDGES.length - 1;

const HERTZ_PER_BIN = 16_000 / FRAME_LENGTH;
const bandStarts = BAND_EDGES.map((edge) => Math.round(edge / HERTZ_PER_BIN));
const FIRST_BIN = bandStarts[0] as number;
const LAST_BIN = bandStarts[BANDS] as number;

/** Frames between two spectra that share no sample. */
const APART = FRAME_LENGTH / FRAME_STEP + 1;

/** What the speech detector looks at in 16 ms of sound. */
export interface FrameFeatures {
  /** Mean square in each critical band. */
  bandPowers: Float64Array;
  /** Their sum: the mean square from 100 Hz to 7.7 kHz. */
  power: number;
  /** Cosine between this frame's power spectrum and that of 48 ms before: 1 for a tone that stays, low for speech and noise. 0 where nothing was before. */
  sameness: number;
}

/**
 * Frames of a track from `start` on, in steps of 16 ms: frame i tells of samples 256 i to 256 i + 256 through a window of 32 ms
 * around them. The first looks at the first 32 ms: what was before the start is not known.
 */
export class FrameReader {
  readonly #window = new Float32Array(FRAME_LENGTH);
  readonly #spectra = Array.from({ length: APART + 1 }, () => new Float64Array(SPECTRUM_BINS));
  #filled = 0;
  #frames = 0;

  /** @param samples 16 kHz; @returns the frames that they completed. */
  push(samples: Int16Array): FrameFeatures[] {
    const features: FrameFeatures[] = [];
    for (let read = 0; read < samples.length; ) {
      const count = Math.min(samples.length - read, FRAME_LENGTH - this.#filled);
      for (let n = 0; n < count; n += 1) this.#window[this.#filled + n] = (samples[read + n] as number) / 32_768;
      read += count;
      this.#filled += count;
      if (this.#filled < FRAME_LENGTH) break;
      features.push(this.#next());
    }
    return features;
  }

  /** @returns the frames that were begun, completed by silence: as many in all as samples fill. Nothing may be pushed afterwards. */
  end(): FrameFeatures[] {
    const features: FrameFeatures[] = [];
    // The first half step of a window belongs to the frame before, if there is one.
    while (this.#filled > (this.#frames === 0 ? 0 : FRAME_STEP / 2)) {
      this.#window.fill(0, this.#filled);
      features.push(this.#next());
    }
    return features;
  }

  #next(): FrameFeatures {
    const features = this.#measure();
    const step = this.#frames === 1 ? FRAME_STEP / 2 : FRAME_STEP;
    this.#window.copyWithin(0, step);
    this.#filled = Math.max(0, this.#filled - step);
    return features;
  }

  #measure(): FrameFeatures {
    const spectrum = this.#spectra[this.#frames % (APART + 1)] as Float64Array;
    powerSpectrum(this.#window, spectrum);
    const bandPowers = new Float64Array(BANDS);
    let power = 0;
    for (let band = 0; band < BANDS; band += 1) {
      let sum = 0;
      for (let bin = bandStarts[band] as number; bin < (bandStarts[band + 1] as number); bin += 1) sum += spectrum[bin] as number;
      bandPowers[band] = sum;
      power += sum;
    }
    const before = this.#frames < APART ? undefined : this.#spectra[(this.#frames - APART) % (APART + 1)];
    this.#frames += 1;
    return { bandPowers, power, sameness: before ? cosine(spectrum, before) : 0 };
  }
}

function cosine(one: Float64Array, other: Float64Array): number {
  let product = 0;
  let oneSquared = 0;
  let otherSquared = 0;
  for (let bin = FIRST_BIN; bin < LAST_BIN; bin += 1) {
    product += (one[bin] as number) * (other[bin] as number);
    oneSquared += (one[bin] as number) ** 2;
    otherSquared += (other[bin] as number) ** 2;
  }
  return product === 0 ? 0 : product / Math.sqrt(oneSquared * otherSquared);
}
