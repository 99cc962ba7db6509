import { FRAME_STEP } from "./power-spectrum.ts";
import { SegmentCutter } from "./segment-cutter.ts";
import { type DecidedFrame, SpeechDetector } from "./speech-detector.ts";

/** A stretch of speech, with a little silence around it. Positions at 16 kHz from the start of the track. */
export interface SpeechSegment {
  startSample: number;
  endSample: number;
  samples: Int16Array;
}

/** Samples taken at a time: what is kept stays small however much comes at once. */
const PIECE = 16_000;

/**
 * Finds the speech of one track and cuts it, at pauses, into segments of 1 to 10 s (the last one may be shorter) that never
 * overlap. A segment comes out half a second after its last word at the latest, or when it gets too long. Detector and cutter start anew
 * where the last cut was settled: segments depend on what was heard since then, and on nothing else.
 */
export class SpeechSegmenter {
  #settledSample: number;
  /** What was heard since; the detector has had the first `#detected` samples of it. */
  #samples: Int16Array = new Int16Array(0);
  #detected = 0;
  #detector = new SpeechDetector();
  #cutter = new SegmentCutter();

  private constructor(startSample: number) {
    this.#settledSample = startSample;
  }

  /**
   * @param startSample where the samples to come begin: 0, or another segmenter's `settledSample`.
   * @throws RangeError when it is not a whole number from 0.
   */
  static async open(startSample = 0): Promise<SpeechSegmenter> {
    if (!Number.isSafeInteger(startSample) || startSample < 0) throw new RangeError(`A segmenter starts at a whole number of samples from 0, not at ${startSample}.`);
    return new SpeechSegmenter(startSample);
  }

  /** Up to here everything is decided: a segmenter opened here and fed what follows gives exactly what this one gives. At most 11.5 s behind. */
  get settledSample(): number {
    return this.#settledSample;
  }

  /** A copy of what was heard behind the settled sample. */
  get undecided(): Int16Array {
    return this.#samples.slice();
  }

  /** @param samples 16 kHz, following on the last ones. @returns the segments that closed. */
  push(samples: Int16Array): SpeechSegment[] {
    const segments: SpeechSegment[] = [];
    for (let start = 0; start < samples.length; start += PIECE) {
      this.#samples = joined(this.#samples, samples.subarray(start, start + PIECE));
      segments.push(...this.#detect());
    }
    return segments;
  }

  /** @returns the segments that were still open; nothing may be pushed afterwards. */
  end(): SpeechSegment[] {
    const segments: SpeechSegment[] = [];
    let settled: number;
    do {
      // A cut leaves a new detector, which has not heard what lies behind the cut.
      segments.push(...this.#detect());
      settled = this.#settledSample;
      segments.push(...this.#cut(this.#detector.end()));
    } while (settled !== this.#settledSample);
    const last = this.#cutter.end();
    if (last) segments.push(this.#segment(last));
    this.#startAt(this.#samples.length);
    return segments;
  }

  /** Holds nothing that must be given back; callers need not know. */
  close(): void {
    this.#samples = new Int16Array(0);
  }

  #detect(): SpeechSegment[] {
    const segments: SpeechSegment[] = [];
    while (this.#detected < this.#samples.length) {
      const end = Math.min(this.#detected + FRAME_STEP, this.#samples.length);
      const decided = this.#detector.push(this.#samples.subarray(this.#detected, end));
      this.#detected = end;
      segments.push(...this.#cut(decided));
    }
    return segments;
  }

  /** @returns at most one segment: frames behind a cut are decided anew, by a detector that starts there. */
  #cut(decided: readonly DecidedFrame[]): SpeechSegment[] {
    for (const frame of decided) {
      const cut = this.#cutter.push(frame);
      if (!cut) continue;
      const segments = cut.segment ? [this.#segment(cut.segment)] : [];
      this.#startAt(Math.min(cut.settled * FRAME_STEP, this.#samples.length));
      return segments;
    }
    return [];
  }

  #segment({ start, end }: { start: number; end: number }): SpeechSegment {
    const samples = this.#samples.slice(start * FRAME_STEP, end * FRAME_STEP);
    const startSample = this.#settledSample + start * FRAME_STEP;
    return { startSample, endSample: startSample + samples.length, samples };
  }

  #startAt(offset: number): void {
    this.#settledSample += offset;
    this.#samples = this.#samples.slice(offset);
    this.#detected = 0;
    this.#detector = new SpeechDetector();
    this.#cutter = new SegmentCutter();
  }
}

function joined(one: Int16Array, other: Int16Array): Int16Array {
  const both = new Int16Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
