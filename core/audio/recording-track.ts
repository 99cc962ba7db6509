import { TrackMeter } from "./quality/track-meter.ts";
import { Resampler, SPEECH_RATE } from "./resampler.ts";
import { type SpeechSegment, SpeechSegmenter } from "./speech/speech-segmenter.ts";
import { toPcm16 } from "./wav-file.ts";

/** One channel of a recording on its way through resampler, meter and segmenter. */
export class RecordingTrack {
  readonly track: number;
  readonly meter: TrackMeter;
  readonly #resampler: Resampler;
  readonly #segmenter: SpeechSegmenter;

  private constructor(track: number, resampler: Resampler, segmenter: SpeechSegmenter) {
    this.track = track;
    this.meter = new TrackMeter();
    this.#resampler = resampler;
    this.#segmenter = segmenter;
  }

  static async open(track: number, sampleRate: number): Promise<RecordingTrack> {
    return new RecordingTrack(track, new Resampler(sampleRate), await SpeechSegmenter.open());
  }

  /** @returns a track that goes on from here as if it had heard the same; what is decided already stays with this one. */
  async fork(track: number, sampleRate: number): Promise<RecordingTrack> {
    const { settledSample, undecided } = this.#segmenter;
    const fork = new RecordingTrack(track, new Resampler(sampleRate, SPEECH_RATE, this.#resampler.state()), await SpeechSegmenter.open(settledSample));
    fork.meter.hear(undecided);
    fork.#segmenter.push(undecided);
    return fork;
  }

  /** Every segment to come ends behind this sample (of 16 kHz). */
  get settledSample(): number {
    return this.#segmenter.settledSample;
  }

  /** @param samples at the recording's rate. @returns the segments that closed. */
  push(samples: Float32Array): SpeechSegment[] {
    this.meter.hearSource(samples);
    const heard = toPcm16(this.#resampler.push(samples));
    this.meter.hear(heard);
    return this.#segmenter.push(heard);
  }

  end(): SpeechSegment[] {
    const heard = toPcm16(this.#resampler.end());
    this.meter.hear(heard);
    return [...this.#segmenter.push(heard), ...this.#segmenter.end()];
  }

  close(): void {
    this.#segmenter.close();
  }
}
