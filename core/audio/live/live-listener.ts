import { fromPcm16, toPcm16 } from "../wav-file.ts";
import { Resampler } from "../resampler.ts";
import { SpeechSegmenter } from "../speech/speech-segmenter.ts";
import type { TrackState } from "./live-session.ts";

/** A stretch of speech that is over, in samples of 16 kHz from the conversation's start. */
export interface LiveSegment {
  track: number;
  startSample: number;
  endSample: number;
  samples: Int16Array;
}

/**
 * The tracks are heard in turns of a tenth of a second, counted from the conversation's start. So the order in which segments of two tracks
 * close, which is how they are numbered, does not depend on how the chunks were cut or batched.
 */
const TURN_SAMPLES = 1_600;

interface Track {
  resampler: Resampler;
  segmenter: SpeechSegmenter;
  tail: Int16Array;
  start: number;
}

/** Hears a live conversation from where its state says, all tracks side by side. To be closed. */
export class LiveListener {
  readonly #tracks: Track[];
  #fed: number;

  private constructor(tracks: Track[], fed: number) {
    this.#tracks = tracks;
    this.#fed = fed;
  }

  /** @param states one a track, as `states()` gave them; none heard yet: `newTracks()`. */
  static async open(sampleRate: number, states: readonly TrackState[]): Promise<LiveListener> {
    const tracks: Track[] = [];
    for (const { fed, resampler, start, tail } of states) {
      const segmenter = await SpeechSegmenter.open(start);
      // What these samples closed was handed out when they were heard first.
      segmenter.push(tail.subarray(0, fed - start));
      tracks.push({ resampler: new Resampler(sampleRate, undefined, resampler ?? undefined), segmenter, tail, start });
    }
    return new LiveListener(tracks, states[0]?.fed ?? 0);
  }

  /** @param channels one array a track, of one length, at the source's rate. @returns the segments that closed, in their order. */
  hear(channels: readonly Int16Array[]): LiveSegment[] {
    for (const [index, track] of this.#tracks.entries()) append(track, track.resampler.push(fromPcm16(channels[index]!)));
    const heard = Math.min(...this.#tracks.map(({ start, tail }) => start + tail.length));
    const closed = this.#listen(heard - (heard % TURN_SAMPLES));
    for (const track of this.#tracks) forget(track);
    return closed;
  }

  /** Hears what is left; nothing may be heard afterwards. */
  end(): LiveSegment[] {
    for (const track of this.#tracks) append(track, track.resampler.end());
    const closed = this.#listen(Math.max(0, ...this.#tracks.map(({ start, tail }) => start + tail.length)));
    const last = this.#tracks.flatMap(({ segmenter }, track) => segmenter.end().map((segment) => ({ track, ...segment })));
    return [...closed, ...last];
  }

  states(): TrackState[] {
    return this.#tracks.map(({ resampler, start, tail }) => ({ resampler: resampler.state(), tail, start, fed: this.#fed }));
  }

  close(): void {
    for (const { segmenter } of this.#tracks) segmenter.close();
  }

  #listen(end: number): LiveSegment[] {
    const closed: LiveSegment[] = [];
    while (this.#fed < end) {
      const turn = Math.min(end, this.#fed + TURN_SAMPLES);
      for (const [track, { segmenter, start, tail }] of this.#tracks.entries()) {
        for (const segment of segmenter.push(tail.subarray(this.#fed - start, turn - start))) closed.push({ track, ...segment });
      }
      this.#fed = turn;
    }
    return closed;
  }
}

export function newTracks(channels: number): TrackState[] {
  return Array.from({ length: channels }, () => ({ resampler: null, tail: new Int16Array(0), start: 0, fed: 0 }));
}

function append(track: Track, samples: Float32Array): void {
  const tail = new Int16Array(track.tail.length + samples.length);
  tail.set(track.tail);
  tail.set(toPcm16(samples), track.tail.length);
  track.tail = tail;
}

function forget(track: Track): void {
  const { settledSample } = track.segmenter;
  track.tail = track.tail.slice(settledSample - track.start);
  track.start = settledSample;
}
