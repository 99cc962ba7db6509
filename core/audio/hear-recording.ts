import type { AudioSegment } from "../contracts/audio-job.ts";
import type { AudioRoute } from "../contracts/audio-record.ts";
import { AudioRefusedError } from "../contracts/audio-refusal.ts";
import type { AudioSettings } from "../contracts/audio-settings.ts";
import type { AudioLoss, TrackQuality } from "../contracts/preflight-report.ts";
import type { Flag } from "../contracts/sentiment-result.ts";
import type { DecodedAudio } from "./decode/decode-audio.ts";
import { decideRoute, findLosses, flagsOf } from "./quality/preflight.ts";
import type { TrackMeasures } from "./quality/track-meter.ts";
import { RecordingTrack } from "./recording-track.ts";
import { SPEECH_RATE } from "./resampler.ts";
import type { SpeechSegment } from "./speech/speech-segmenter.ts";

/** Samples that differ by less are the same: dither and rounding of 16 bits. */
const SAME = 1.5 / 32_768;
const SAMPLES_PER_MS = SPEECH_RATE / 1_000;

type Speaker = AudioSettings["speakers"][number];

export interface HeardSegment extends AudioSegment {
  /** 16 kHz. */
  samples: Int16Array;
}

export interface Hearing {
  durationMs: number;
  /** One a channel; one for both where they are identical. Its `speechMs` is the sum of its segments' durations. */
  tracks: TrackQuality[];
  losses: AudioLoss[];
  flags: Flag[];
  route: AudioRoute;
  routeDecidedBy: "record" | "configuration" | "quality";
  segments: AudioSegment[];
}

export interface HearingOptions {
  /** What the record asks for. */
  route?: AudioRoute;
  /** Who speaks on the only channel of a mono recording. */
  speaker?: Speaker;
  /** Called in the order of `index`, one at a time. Until both channels were told apart a segment has no speaker; `Hearing.segments` has it. */
  onSegment: (segment: HeardSegment) => Promise<void>;
}

/**
 * Hears a recording once, from its first to its last sample, in memory that does not grow with its length (but for the list of
 * segments): finds and cuts speech, measures quality, decides the route.
 *
 * A stereo recording whose channels are the same is heard as one track of nobody in particular; a second track begins where they first differ.
 *
 * @throws AudioRefusedError `audio_empty`, `audio_silent`, `audio_too_long`, and what the decoder throws; segments may have been
 * given by then.
 */
export async function hearRecording(decoded: DecodedAudio, settings: AudioSettings, options: HearingOptions): Promise<Hearing> {
  const { format } = decoded;
  const recording = await Recording.open(format.sampleRate, format.channels, settings, options);
  for await (const block of decoded.blocks) await recording.push(block);
  await recording.end();
  const { durationMs, segments, identicalChannels } = recording;
  const measured = recording.measure();
  if (segments.length === 0) throw new AudioRefusedError("audio_silent", `no speech in ${(durationMs / 1_000).toFixed(1)} s; ${measured.map(({ track, peakDbfs }) => `channel ${track} peaks at ${peakDbfs === null ? "digital silence" : `${peakDbfs} dBFS`}`).join(", ")}`);
  const losses = findLosses({ ...format, identicalChannels, speakerKnown: options.speaker !== undefined, tracks: measured }, settings);
  return {
    durationMs,
    tracks: measured.map(withoutVerdicts),
    losses,
    flags: flagsOf(losses),
    ...decideRoute(options.route, settings.route, losses),
    segments,
  };
}

class Recording {
  readonly #sampleRate: number;
  readonly #channels: number;
  readonly #settings: AudioSettings;
  readonly #options: HearingOptions;
  /** The second one comes when the channels first differ. */
  readonly #tracks: RecordingTrack[];
  #received = 0;
  /** Closed, but a segment of the other track may still end before them. */
  #waiting: (SpeechSegment & { track: number })[] = [];
  readonly #segments: AudioSegment[] = [];

  private constructor(first: RecordingTrack, sampleRate: number, channels: number, settings: AudioSettings, options: HearingOptions) {
    this.#tracks = [first];
    this.#sampleRate = sampleRate;
    this.#channels = channels;
    this.#settings = settings;
    this.#options = options;
  }

  static async open(sampleRate: number, channels: number, settings: AudioSettings, options: HearingOptions): Promise<Recording> {
    return new Recording(await RecordingTrack.open(0, sampleRate), sampleRate, channels, settings, options);
  }

  get durationMs(): number {
    return Math.round((this.#received * 1_000) / this.#sampleRate);
  }

  get identicalChannels(): boolean {
    return this.#channels === 2 && this.#tracks.length === 1;
  }

  get segments(): AudioSegment[] {
    return this.#segments.map((segment) => ({ ...segment, ...this.#speakerOf(segment.track) }));
  }

  async push(block: readonly Float32Array[]): Promise<void> {
    const [left = new Float32Array(0), right] = block;
    this.#received += left.length;
    const { maximumMinutes } = this.#settings;
    if (this.#received > maximumMinutes * 60 * this.#sampleRate) throw new AudioRefusedError("audio_too_long", `longer than ${maximumMinutes} minutes`);
    const apart = right && this.#tracks.length === 1 ? firstDifference(left, right) : 0;
    if (right && apart < left.length && this.#tracks.length === 1) {
      this.#hear(0, left.subarray(0, apart));
      const [first] = this.#tracks;
      if (first) this.#tracks.push(await first.fork(1, this.#sampleRate));
      this.#hear(0, left.subarray(apart));
      this.#hear(1, right.subarray(apart));
    } else {
      this.#hear(0, left);
      if (right) this.#hear(1, right);
    }
    await this.#handOut(Math.min(...this.#tracks.map(({ settledSample }) => settledSample)));
  }

  /** @throws AudioRefusedError `audio_empty` */
  async end(): Promise<void> {
    if (this.#received === 0) throw new AudioRefusedError("audio_empty", "a header, and not one sample");
    for (const track of this.#tracks) {
      this.#close(track, track.end());
      track.close();
    }
    await this.#handOut(Infinity);
  }

  measure(): (TrackMeasures & { track: number })[] {
    return this.#tracks.map(({ meter, track }) => ({ track, ...this.#speakerOf(track), ...meter.measures(this.durationMs) }));
  }

  #hear(index: number, samples: Float32Array): void {
    const track = this.#tracks[index];
    if (track) this.#close(track, track.push(samples));
  }

  #close({ meter, track }: RecordingTrack, segments: readonly SpeechSegment[]): void {
    for (const segment of segments) {
      const { startMs, endMs } = milliseconds(segment);
      meter.addSegment(segment.samples, endMs - startMs);
      this.#waiting.push({ ...segment, track });
    }
  }

  /** Numbers and gives away, by their ends, the segments that no other can come before. */
  async #handOut(settledSample: number): Promise<void> {
    const ready = this.#waiting.filter(({ endSample }) => endSample <= settledSample).sort((one, other) => one.endSample - other.endSample || one.track - other.track);
    this.#waiting = this.#waiting.filter(({ endSample }) => endSample > settledSample);
    for (const segment of ready) {
      const numbered: AudioSegment = { index: this.#segments.length, track: segment.track, ...milliseconds(segment) };
      this.#segments.push(numbered);
      await this.#options.onSegment({ ...numbered, ...this.#speakerOf(segment.track), samples: segment.samples });
    }
  }

  #speakerOf(track: number): { speaker?: Speaker } {
    const speaker = this.#tracks.length === 2 ? this.#settings.speakers[track] : this.#options.speaker;
    return speaker === undefined ? {} : { speaker };
  }
}

/** @returns what the contract knows of. */
function withoutVerdicts(measured: TrackMeasures & { track: number }): TrackQuality {
  const { narrowband, ...quality } = measured;
  void narrowband;
  return quality;
}

/** @returns the place of the first sample in which the channels differ; their length where they do not. */
function firstDifference(left: Float32Array, right: Float32Array): number {
  for (let n = 0; n < left.length; n += 1) if (Math.abs((left[n] as number) - (right[n] as number)) > SAME) return n;
  return left.length;
}

function milliseconds({ endSample, startSample }: SpeechSegment): { startMs: number; endMs: number } {
  const startMs = Math.round(startSample / SAMPLES_PER_MS);
  return { startMs, endMs: Math.max(startMs + 1, Math.round(endSample / SAMPLES_PER_MS)) };
}
