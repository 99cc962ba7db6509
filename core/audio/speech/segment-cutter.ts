import type { DecidedFrame } from "./speech-detector.ts";

// All in frames of 16 ms.
/** 1 s, rounded up, and 10 s. */
const SHORTEST = 63;
const LONGEST = 625;
/** 64 ms: what is shorter is a click, not a word. */
const LEAST_RUN = 4;
/** Up to 144 ms before and after speech: soft beginnings and endings. */
const PADDING = 9;
/** 0.29 s ends a segment; with the 0.2 s that the detector looks ahead, half a second after the last word. Once 6 s are full 0.19 s do. */
const PAUSE = 18;
const PAUSE_OF_LONG = 12;
const LONG = 375;
/** After 2.5 s without speech the past is forgotten but for the last second, by which the noise is known. */
const SILENCE = 156;
const SILENCE_KEPT = 62;
/** 11 s: no decision takes longer, so nobody need keep more than that. */
const OLDEST = 687;
/** Without a pause to cut at, the quietest place after 5 s. */
const EARLIEST_QUIET = 312;
/** A pause to cut at, where a segment gets too long, lies after 2 s. */
const EARLIEST_PAUSE = 125;

/** In frames since the cutter's start. What comes before `settled` is done with. */
export interface Cut {
  segment?: { start: number; end: number };
  settled: number;
}

/** Decides where the next segment of speech begins and ends. One cutter makes one cut; the next begins where that settled. */
export class SegmentCutter {
  readonly #frames: DecidedFrame[] = [];
  /** Speech frames in a row, up to now. */
  #run = 0;
  #first: number | undefined;
  #last = 0;

  /** @returns the cut that this frame made certain. */
  push(frame: DecidedFrame): Cut | undefined {
    const index = this.#frames.length;
    this.#frames.push(frame);
    this.#run = frame.speech ? this.#run + 1 : 0;
    if (this.#run >= LEAST_RUN) {
      this.#first ??= index + 1 - this.#run;
      this.#last = index;
    }
    const heard = index + 1;
    if (this.#first === undefined) return this.#run === 0 && heard >= SILENCE ? { settled: heard - SILENCE_KEPT } : undefined;
    const start = Math.max(0, this.#first - PADDING);
    const pause = index - this.#last;
    const end = Math.max(this.#last + 1 + Math.min(PADDING, pause >> 1), start + SHORTEST);
    if (this.#run === 0 && heard >= end && pause >= (this.#last - start < LONG ? PAUSE : PAUSE_OF_LONG)) return { segment: { start, end }, settled: end };
    if (heard - start < LONGEST && heard < OLDEST) return undefined;
    const forced = this.#longestPause(start) ?? this.#quietestFrame(start);
    return { segment: { start, end: forced }, settled: forced };
  }

  /** @returns the last segment, where speech was going on; it may be shorter than a second, where there is nothing else. */
  end(): { start: number; end: number } | undefined {
    if (this.#first === undefined) return undefined;
    const heard = this.#frames.length;
    const end = Math.min(heard, Math.max(this.#last + 1 + PADDING, Math.max(0, this.#first - PADDING) + SHORTEST));
    return { start: Math.max(0, Math.min(this.#first - PADDING, end - SHORTEST)), end };
  }

  /** @returns the middle of the longest pause that is more than a moment; of equal ones the last. */
  #longestPause(start: number): number | undefined {
    let longest = LEAST_RUN - 1;
    let middle: number | undefined;
    let length = 0;
    for (let index = start + EARLIEST_PAUSE; index < this.#frames.length; index += 1) {
      length = this.#frames[index]?.speech ? 0 : length + 1;
      if (length < longest + (middle === undefined ? 1 : 0)) continue;
      longest = length;
      middle = index + 1 - (length >> 1);
    }
    return middle;
  }

  #quietestFrame(start: number): number {
    const powerAround = (index: number): number => [-1, 0, 1].reduce((sum, offset) => sum + (this.#frames[index + offset]?.power ?? Infinity), 0);
    let quietest = this.#frames.length;
    let least = Infinity;
    for (let index = start + EARLIEST_QUIET; index < this.#frames.length; index += 1) {
      if (powerAround(index) > least) continue;
      least = powerAround(index);
      quietest = index;
    }
    return quietest;
  }
}
