export interface AudioWindow {
  startSample: number;
  endSample: number;
  /** How many samples this window is the first to hear: its weight in the answer for the whole. */
  added: number;
  samples: Float32Array;
}

/**
 * Cuts audio into windows of `windowSamples`, one every `hopSamples`, as it arrives; the last one ends where the audio ends, and audio
 * shorter than a window is a window of its own. The `added` of all windows sum to the length. Holds at most a window, a hop and a block.
 */
export class WindowCutter {
  readonly #windowSamples: number;
  readonly #hopSamples: number;
  /** Samples from `#bufferStart` on. Kept back to the start of the last window, because the final one may begin right after it. */
  #buffer = new Float32Array(0);
  #bufferStart = 0;
  #nextStart = 0;
  #heardTo = 0;

  constructor(windowSamples: number, hopSamples: number) {
    this.#windowSamples = windowSamples;
    this.#hopSamples = hopSamples;
  }

  get totalSamples(): number {
    return this.#bufferStart + this.#buffer.length;
  }

  *push(samples: Float32Array): Generator<AudioWindow> {
    this.#append(samples);
    while (this.#nextStart + this.#windowSamples <= this.totalSamples) {
      const start = this.#nextStart;
      this.#nextStart += this.#hopSamples;
      yield this.#window(start, start + this.#windowSamples);
    }
  }

  /** The final window, if the audio did not end with one. */
  *end(): Generator<AudioWindow> {
    if (this.#heardTo < this.totalSamples) yield this.#window(Math.max(0, this.totalSamples - this.#windowSamples), this.totalSamples);
  }

  #append(samples: Float32Array): void {
    const from = Math.max(0, this.#nextStart - this.#hopSamples) - this.#bufferStart;
    const kept = this.#buffer.subarray(from);
    const joined = new Float32Array(kept.length + samples.length);
    joined.set(kept);
    joined.set(samples, kept.length);
    this.#buffer = joined;
    this.#bufferStart += from;
  }

  #window(startSample: number, endSample: number): AudioWindow {
    const added = endSample - this.#heardTo;
    this.#heardTo = endSample;
    // A copy: the runtime may keep the memory while the next block is appended.
    return { startSample, endSample, added, samples: this.#buffer.slice(startSample - this.#bufferStart, endSample - this.#bufferStart) };
  }
}
