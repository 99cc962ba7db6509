/** Cuts what an encoder put before and behind the audio out of a stream of blocks. */
export class SampleWindow {
  #skip: number;
  #keep: number;

  /** @param skip samples to leave out at the start @param keep samples that follow; all when absent */
  constructor(skip: number, keep = Number.POSITIVE_INFINITY) {
    this.#skip = skip;
    this.#keep = keep;
  }

  /** @returns what of the next samples lies inside; may be empty */
  next(channels: Float32Array[]): Float32Array[] {
    const length = channels[0]?.length ?? 0;
    const start = Math.min(this.#skip, length);
    const end = Math.min(length, start + this.#keep);
    this.#skip -= start;
    this.#keep -= end - start;
    return start === 0 && end === length ? channels : channels.map((channel) => channel.subarray(start, end));
  }
}
