import { designPolyphaseFilter, type PolyphaseFilter } from "./kaiser-filter.ts";

/** What speech detection and the models of audio hear, in Hz. */
export const SPEECH_RATE = 16_000;
const LOWEST_RATE = 8_000;
const HIGHEST_RATE = 48_000;

/** Where a resampler stands: enough to go on in another process with the very same samples. */
export interface ResamplerState {
  inputRate: number;
  outputRate: number;
  received: number;
  produced: number;
  /** The last input samples, those that outputs to come still need. */
  history: Float32Array;
}

// A stereo call needs one filter twice; a rate nobody expects, such as 11,031 Hz, has a filter of megabytes.
const FILTERS_KEPT = 4;
const filters = new Map<string, PolyphaseFilter>();

/**
 * Changes the sampling rate of one track, however it is cut into blocks: a Kaiser-windowed polyphase filter whose delay is taken
 * back, so that sample n of the output is the moment n / outputRate. Pass band (to 0.875 of the lower Nyquist frequency) within
 * 0.1 dB, aliases and images at −80 dB or less. All outputs together are round(inputs × outputRate / inputRate) samples.
 */
export class Resampler {
  readonly #inputRate: number;
  readonly #outputRate: number;
  readonly #filter: PolyphaseFilter | undefined;
  #history: Float32Array;
  #received: number;
  #produced: number;

  /** @throws RangeError for rates that are not whole numbers from 8,000 to 48,000 Hz, or a state of other rates. */
  constructor(inputRate: number, outputRate: number = SPEECH_RATE, state?: ResamplerState) {
    for (const rate of [inputRate, outputRate]) {
      if (!Number.isInteger(rate) || rate < LOWEST_RATE || rate > HIGHEST_RATE) throw new RangeError(`A sampling rate must be a whole number from ${LOWEST_RATE} to ${HIGHEST_RATE} Hz, not ${rate}.`);
    }
    if (state && (state.inputRate !== inputRate || state.outputRate !== outputRate)) {
      throw new RangeError(`This state is of a resampler from ${state.inputRate} to ${state.outputRate} Hz, not from ${inputRate} to ${outputRate} Hz.`);
    }
    this.#inputRate = inputRate;
    this.#outputRate = outputRate;
    this.#filter = inputRate === outputRate ? undefined : filterFor(inputRate, outputRate);
    this.#received = state?.received ?? 0;
    this.#produced = state?.produced ?? 0;
    // Before the first sample there was silence.
    this.#history = state ? Float32Array.from(state.history) : new Float32Array((this.#filter?.taps ?? 2) / 2 - 1);
  }

  /** @returns the samples that are settled by now; they trail the input by some milliseconds. */
  push(samples: Float32Array): Float32Array {
    this.#received += samples.length;
    if (!this.#filter) {
      this.#produced += samples.length;
      return samples.slice();
    }
    return this.#convolve(this.#filter, samples, Infinity);
  }

  /** @returns what is left; nothing may be pushed afterwards. */
  end(): Float32Array {
    if (!this.#filter) return new Float32Array(0);
    const total = Math.round((this.#received * this.#outputRate) / this.#inputRate);
    return this.#convolve(this.#filter, new Float32Array(this.#filter.taps), total);
  }

  state(): ResamplerState {
    return { inputRate: this.#inputRate, outputRate: this.#outputRate, received: this.#received, produced: this.#produced, history: this.#history.slice() };
  }

  #convolve({ interpolation, decimation, taps, coefficients }: PolyphaseFilter, samples: Float32Array, limit: number): Float32Array {
    const input = new Float32Array(this.#history.length + samples.length);
    input.set(this.#history);
    input.set(samples, this.#history.length);
    // The next output's first tap is at input[0]; see how many outputs have their last tap inside.
    let phase = (this.#produced * decimation) % interpolation;
    const reach = (input.length - taps) * interpolation + interpolation - 1 - phase;
    const count = Math.max(0, Math.min(Math.floor(reach / decimation) + 1, limit - this.#produced));
    const output = new Float32Array(count);
    let start = 0;
    for (let index = 0; index < count; index += 1) {
      output[index] = dot(input, start, coefficients, phase * taps, taps);
      phase += decimation;
      start += Math.floor(phase / interpolation);
      phase %= interpolation;
    }
    this.#produced += count;
    this.#history = input.slice(start);
    return output;
  }
}

/** Four sums, so that the processor need not wait for one addition before the next: twice as fast. `taps` is a multiple of 4. */
function dot(input: Float32Array, start: number, coefficients: Float32Array, row: number, taps: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let tap = 0; tap < taps; tap += 4) {
    first += (input[start + tap] as number) * (coefficients[row + tap] as number);
    second += (input[start + tap + 1] as number) * (coefficients[row + tap + 1] as number);
    third += (input[start + tap + 2] as number) * (coefficients[row + tap + 2] as number);
    fourth += (input[start + tap + 3] as number) * (coefficients[row + tap + 3] as number);
  }
  return first + second + third + fourth;
}

function filterFor(inputRate: number, outputRate: number): PolyphaseFilter {
  const name = `${inputRate}:${outputRate}`;
  const filter = filters.get(name) ?? designPolyphaseFilter(inputRate, outputRate);
  filters.delete(name);
  filters.set(name, filter);
  for (const oldest of filters.keys()) if (filters.size > FILTERS_KEPT) filters.delete(oldest);
  return filter;
}
