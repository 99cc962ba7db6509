import { describe, expect, it } from "vitest";
import { FRAME_LENGTH, powerSpectrum, SPECTRUM_BINS } from "../../../../core/audio/speech/power-spectrum.ts";
import { seededRandom } from "../../../../core/seeded-random.ts";

function spectrumOf(sample: (n: number) => number): Float64Array {
  const power = new Float64Array(SPECTRUM_BINS);
  powerSpectrum(Float32Array.from({ length: FRAME_LENGTH }, (_, n) => sample(n)), power);
  return power;
}

describe("powerSpectrum", () => {
  it("equals the sum that defines the discrete Fourier transform", () => {
    const random = seededRandom(1);
    const noise = Float32Array.from({ length: FRAME_LENGTH }, () => 2 * random() - 1);
    const power = spectrumOf((n) => noise[n] ?? NaN);
    const expected = Array.from({ length: SPECTRUM_BINS }, (_, k) => {
      let real = 0;
      let imaginary = 0;
      for (const [n, sample] of noise.entries()) {
        const weighted = sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME_LENGTH));
        real += weighted * Math.cos((2 * Math.PI * k * n) / FRAME_LENGTH);
        imaginary += weighted * Math.sin((2 * Math.PI * k * n) / FRAME_LENGTH);
      }
      return ((real * real + imaginary * imaginary) * (k % (FRAME_LENGTH / 2) === 0 ? 1 : 2)) / (FRAME_LENGTH * FRAME_LENGTH * 0.375);
    });

    for (const [k, value] of expected.entries()) expect(power[k]).toBeCloseTo(value, 12);
  });

  it.each([
    [1_000, 1],
    [437, 0.25],
    [7_500, 0.01],
  ])("gives a sine of %i Hz and amplitude %d its mean square", (frequency, amplitude) => {
    const power = spectrumOf((n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / 16_000));

    expect(10 * Math.log10(power.reduce((sum, value) => sum + value, 0) / (amplitude ** 2 / 2))).toBeCloseTo(0, 1);
  });
});
