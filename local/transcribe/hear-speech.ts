import { decodeAudio } from "../../core/audio/decode/decode-audio.ts";
import { Resampler, SPEECH_RATE } from "../../core/audio/resampler.ts";
import { type SpeechSegment, SpeechSegmenter } from "../../core/audio/speech/speech-segmenter.ts";
import { toPcm16 } from "../../core/audio/wav-file.ts";

/** A stretch of speech of at most ten seconds. */
export interface Speech {
  channel: number;
  startMs: number;
  endMs: number;
  /** 16 kHz. */
  samples: Int16Array;
}

/** As the audio-preprocessor's largest recording. */
const LIMITS = { maximumSeconds: 4 * 3_600, maximumBytes: 2 * 1024 ** 3 };

/**
 * The speech of a recording as it is decoded, by the detector that the voice road has, too.
 * @param channelsApart each channel for itself; otherwise their mean, as channel 0
 * @throws AudioRefusedError
 */
export async function* hearSpeech(bytes: AsyncIterable<Uint8Array>, channelsApart: boolean): AsyncGenerator<Speech, void, undefined> {
  const { blocks, format } = await decodeAudio(bytes, LIMITS);
  const tracks = await Promise.all(
    Array.from({ length: channelsApart ? format.channels : 1 }, async (_, channel) => ({ channel, resampler: new Resampler(format.sampleRate), segmenter: await SpeechSegmenter.open() })),
  );
  for await (const block of blocks) {
    for (const { channel, resampler, segmenter } of tracks) {
      const samples = channelsApart ? (block[channel] as Float32Array) : mean(block);
      for (const segment of segmenter.push(toPcm16(resampler.push(samples)))) yield speechOf(channel, segment);
    }
  }
  for (const { channel, resampler, segmenter } of tracks) {
    for (const segment of [...segmenter.push(toPcm16(resampler.end())), ...segmenter.end()]) yield speechOf(channel, segment);
  }
}

function mean(block: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), second] = block;
  return second === undefined ? first : first.map((sample, n) => (sample + (second[n] as number)) / 2);
}

function speechOf(channel: number, { endSample, samples, startSample }: SpeechSegment): Speech {
  const milliseconds = (sample: number): number => Math.round((sample * 1_000) / SPEECH_RATE);
  return { channel, startMs: milliseconds(startSample), endMs: milliseconds(endSample), samples };
}
