import { describe, expect, it } from "vitest";
import { Resampler, SPEECH_RATE } from "../../../core/audio/resampler.ts";
import { seededRandom } from "../../../core/seeded-random.ts";

const RATES = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
const TONE_SECONDS = 0.5;

function tone(frequency: number, rate: number, seconds = TONE_SECONDS): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, n) => Math.sin((2 * Math.PI * frequency * n) / rate));
}

function resample(samples: Float32Array, inputRate: number, outputRate?: number): Float32Array {
  const resampler = new Resampler(inputRate, outputRate);
  return joined([resampler.push(samples), resampler.end()]);
}

function joined(blocks: readonly Float32Array[]): Float32Array {
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

/** Away from both ends, where the tone begins and stops. */
function middle(samples: Float32Array): Float32Array {
  return samples.subarray(samples.length >> 2, 3 * (samples.length >> 2));
}

function decibels(amplitude: number): number {
  return 20 * Math.log10(Math.max(amplitude, 1e-12));
}

/** The largest difference from the tone that should come out, sample by sample, so that a delay counts as an error too. */
function worstDifference(actual: Float32Array, frequency: number): number {
  const expected = tone(frequency, SPEECH_RATE, actual.length / SPEECH_RATE);
  const differences = middle(actual).map((sample, n) => Math.abs(sample - (middle(expected)[n] ?? NaN)));
  return differences.reduce((worst, difference) => Math.max(worst, difference), 0);
}

function peak(samples: Float32Array): number {
  return samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
}

function sweep(from: number, to: number, steps: number): number[] {
  return Array.from({ length: steps }, (_, step) => from + ((to - from) * step) / (steps - 1));
}

describe("Resampler", () => {
  it.each(RATES)("passes tones up to 0.875 of the lower Nyquist frequency unchanged, undelayed and without images, from %i Hz", (rate) => {
    const top = 0.875 * (Math.min(rate, SPEECH_RATE) / 2);
    const differences = sweep(50, top, 24).map((frequency) => decibels(worstDifference(resample(tone(frequency, rate), rate), frequency)));

    // 0.1 dB of gain would be a difference of -39 dB; images, aliases and delay hide below -80 dB.
    expect(Math.max(...differences)).toBeLessThan(-80);
  });

  it.each(RATES.filter((rate) => rate > SPEECH_RATE))("lets nothing at or above 8 kHz come back, from %i Hz", (rate) => {
    const aliases = sweep(8_000, rate / 2 - 1, 24).map((frequency) => decibels(peak(middle(resample(tone(frequency, rate), rate)))));

    expect(Math.max(...aliases)).toBeLessThan(-80);
  });

  it("makes no image of a tone right below the Nyquist frequency of 8 kHz telephony", () => {
    const output = middle(resample(tone(3_900, 8_000, 1), 8_000));
    const image = output.reduce((sum, sample, n) => sum + sample * Math.sin((2 * Math.PI * 4_100 * n) / SPEECH_RATE), 0);
    const quadrature = output.reduce((sum, sample, n) => sum + sample * Math.cos((2 * Math.PI * 4_100 * n) / SPEECH_RATE), 0);

    expect(decibels((2 * Math.hypot(image, quadrature)) / output.length)).toBeLessThan(-80);
  });

  it.each([...RATES, 8_001, 47_999])("gives round(length × ratio) samples, from %i Hz", (rate) => {
    for (const length of [0, 1, 2, 7, 1_000, 4_321]) {
      expect(resample(new Float32Array(length), rate)).toHaveLength(Math.round((length * SPEECH_RATE) / rate));
    }
  });

  it.each(RATES)("gives the same samples however the input is cut, and across a saved state, from %i Hz", (rate) => {
    const random = seededRandom(rate);
    const noise = Float32Array.from({ length: 6_000 }, () => 2 * random() - 1);
    const whole = resample(noise, rate);
    const pieces: Float32Array[] = [];
    let resampler = new Resampler(rate);
    for (let start = 0; start < noise.length; ) {
      const end = start + Math.floor(random() ** 4 * 2_000);
      pieces.push(resampler.push(noise.subarray(start, end)));
      resampler = new Resampler(rate, SPEECH_RATE, structuredClone(resampler.state()));
      start = end;
    }
    pieces.push(resampler.end());

    expect(joined(pieces)).toEqual(whole);
  });

  it("refuses rates it was not designed for, and a state of other rates", () => {
    expect(() => new Resampler(7_999)).toThrow("whole number from 8000 to 48000 Hz, not 7999");
    expect(() => new Resampler(22_050.5)).toThrow(RangeError);
    expect(() => new Resampler(8_000, SPEECH_RATE, new Resampler(44_100).state())).toThrow("from 44100 to 16000 Hz, not from 8000");
  });
});
