import type { TrackQuality } from "../../contracts/preflight-report.ts";
import { FRAME_LENGTH, FRAME_STEP, powerSpectrum, SPECTRUM_BINS } from "../speech/power-spectrum.ts";
import { LevelHistogram } from "./level-histogram.ts";

/** µ-law's largest value is 0.980 of full scale, A-law's 0.984. */
const FULL_SCALE = 0.979;
/** A step of 16 bits: at a clipped peak the samples are equal. */
const EQUAL = 1 / 32_768;
const CLIPPED_RUN = 3;
/** A third of a second outside speech, before it is called a noise floor. */
const LEAST_NOISE_FRAMES = 20;
const ENERGY_SHARE = 0.99;

const HERTZ_PER_BIN = 8_000 / (SPECTRUM_BINS - 1);
/** A telephone passes 300 to 3,400 Hz; what it leaves above is the slope of a filter. */
const UPPER_BAND = [4_300, 7_500] as const;
const TELEPHONE_BAND = [300, 3_400] as const;
/** Speech of a wideband microphone has -15 to -35 dB there, telephony less than -60 dB. */
const UPPER_BAND_DB = -45;

export interface TrackMeasures extends Omit<TrackQuality, "track" | "speaker"> {
  /** The speech ends near 4 kHz, whatever the sampling rate is. */
  narrowband: boolean;
}

/** Measures a track while it is heard, in memory that does not grow. */
export class TrackMeter {
  #peak = 0;
  #sourceSamples = 0;
  #clipped = 0;
  #run = 0;
  #last = 0;
  /** Of frames of 16 ms: those of segments, and all others. */
  readonly #speech = new LevelHistogram();
  readonly #noise = new LevelHistogram();
  readonly #frame = new Int16Array(FRAME_STEP);
  #framed = 0;
  #speechMs = 0;
  #segments = 0;
  readonly #spectrum = new Float64Array(SPECTRUM_BINS);

  /** @param samples in [-1, 1] at the source's own rate: resampling would round clipped peaks off. */
  hearSource(samples: Float32Array): void {
    this.#sourceSamples += samples.length;
    for (const sample of samples) {
      const level = Math.abs(sample);
      if (level > this.#peak) this.#peak = level;
      const goesOn = level >= FULL_SCALE && Math.abs(sample - this.#last) <= EQUAL;
      this.#run = goesOn ? this.#run + 1 : Number(level >= FULL_SCALE);
      if (this.#run === CLIPPED_RUN) this.#clipped += CLIPPED_RUN;
      else if (this.#run > CLIPPED_RUN) this.#clipped += 1;
      this.#last = sample;
    }
  }

  /** @param samples all of the track, at 16 kHz. */
  hear(samples: Int16Array): void {
    for (let read = 0; read < samples.length; ) {
      const count = Math.min(samples.length - read, FRAME_STEP - this.#framed);
      this.#frame.set(samples.subarray(read, read + count), this.#framed);
      read += count;
      this.#framed += count;
      if (this.#framed < FRAME_STEP) break;
      this.#noise.add(meanSquare(this.#frame));
      this.#framed = 0;
    }
  }

  /**
   * @param samples of a segment, 16 kHz, which were or will be among those of `hear`. Segments begin at a whole frame of the
   * track, so their frames are the very ones that `hear` counted, and can be taken out there.
   */
  addSegment(samples: Int16Array, durationMs: number): void {
    this.#segments += 1;
    this.#speechMs += durationMs;
    for (let start = 0; start + FRAME_STEP <= samples.length; start += FRAME_STEP) {
      const power = meanSquare(samples.subarray(start, start + FRAME_STEP));
      this.#speech.add(power);
      this.#noise.add(power, -1);
    }
    this.#addSpectrum(samples);
  }

  /** @param durationMs of the whole recording. */
  measures(durationMs: number): TrackMeasures {
    const speech = this.#speech.activeDbfs();
    const noise = this.#noise.frames < LEAST_NOISE_FRAMES ? null : this.#noise.medianDbfs();
    return {
      speechLevelDbfs: rounded(speech),
      peakDbfs: this.#peak > 0 ? rounded(20 * Math.log10(this.#peak)) : null,
      clippedShare: this.#sourceSamples > 0 ? this.#clipped / this.#sourceSamples : 0,
      snrDb: speech === null || noise === null ? null : rounded(signalToNoise(speech, noise)),
      speechMs: this.#speechMs,
      speechShare: durationMs > 0 ? Math.min(1, this.#speechMs / durationMs) : 0,
      bandwidthHz: this.#bandwidth(),
      segments: this.#segments,
      narrowband: this.#power(TELEPHONE_BAND) > 0 && 10 * Math.log10((this.#power(UPPER_BAND) + 1e-30) / this.#power(TELEPHONE_BAND)) < UPPER_BAND_DB,
    };
  }

  #addSpectrum(samples: Int16Array): void {
    const window = new Float32Array(FRAME_LENGTH);
    const power = new Float64Array(SPECTRUM_BINS);
    for (let start = 0; start + FRAME_LENGTH <= samples.length; start += FRAME_LENGTH) {
      for (let n = 0; n < FRAME_LENGTH; n += 1) window[n] = (samples[start + n] as number) / 32_768;
      powerSpectrum(window, power);
      for (let bin = 0; bin < SPECTRUM_BINS; bin += 1) this.#spectrum[bin] = (this.#spectrum[bin] as number) + (power[bin] as number);
    }
  }

  #power([from, to]: readonly [number, number]): number {
    return this.#spectrum.subarray(Math.round(from / HERTZ_PER_BIN), Math.round(to / HERTZ_PER_BIN)).reduce((sum, power) => sum + power, 0);
  }

  #bandwidth(): number | null {
    const wanted = ENERGY_SHARE * this.#spectrum.reduce((sum, power) => sum + power, 0);
    if (wanted === 0) return null;
    let energy = 0;
    const bin = this.#spectrum.findIndex((power) => (energy += power) >= wanted);
    return Math.round(bin * HERTZ_PER_BIN);
  }
}

/** Of a level of speech with the noise in it, and that of the noise. */
function signalToNoise(speechDbfs: number, noiseDbfs: number): number {
  // Above half a dB of noise nothing is left to tell speech by.
  return 10 * Math.log10(Math.max(0.1, 10 ** ((speechDbfs - noiseDbfs) / 10) - 1));
}

function meanSquare(samples: Int16Array): number {
  let sum = 0;
  for (let n = 0; n < samples.length; n += 1) sum += (samples[n] as number) ** 2;
  return sum / samples.length / 2 ** 30;
}

function rounded(decibels: number | null): number | null {
  return decibels === null ? null : Math.round(decibels * 10) / 10;
}
