/** Samples between the beginnings of two frames: 16 ms at 16 kHz. */
export const FRAME_STEP = 256;
/** Samples a frame looks at: 32 ms at 16 kHz. */
export const FRAME_LENGTH = 512;
/** From 0 Hz to 8 kHz, 31.25 Hz apart. */
export const SPECTRUM_BINS = FRAME_LENGTH / 2 + 1;

const HALF = FRAME_LENGTH / 2;
const window = Float64Array.from({ length: FRAME_LENGTH }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME_LENGTH));
const cosines = Float64Array.from({ length: HALF }, (_, k) => Math.cos((2 * Math.PI * k) / FRAME_LENGTH));
const sines = Float64Array.from({ length: HALF }, (_, k) => Math.sin((2 * Math.PI * k) / FRAME_LENGTH));
const reversed = Uint16Array.from({ length: HALF }, (_, n) => {
  let bits = 0;
  for (let bit = 1; bit < HALF; bit <<= 1) bits = (bits << 1) | ((n & bit) === 0 ? 0 : 1);
  return bits;
});
// A sine's two halves of the spectrum, and what the Hann window takes away (its squares sum to 3/8 of its length).
const SCALE = 2 / (FRAME_LENGTH * FRAME_LENGTH * 0.375);

const real = new Float64Array(HALF);
const imaginary = new Float64Array(HALF);

/**
 * The power spectrum of 512 samples in [-1, 1] under a Hann window, written into `power` (257 bins). The bins sum to the mean
 * square of the samples. A radix-2 transform of the even and odd samples as one complex signal of half the length, taken apart
 * afterwards (Press et al., Numerical Recipes, 3rd edition, section 12.3).
 */
export function powerSpectrum(samples: Float32Array, power: Float64Array): void {
  for (let n = 0; n < HALF; n += 1) {
    const place = reversed[n] as number;
    real[place] = (samples[2 * n] as number) * (window[2 * n] as number);
    imaginary[place] = (samples[2 * n + 1] as number) * (window[2 * n + 1] as number);
  }
  transform();
  power[0] = (((real[0] as number) + (imaginary[0] as number)) ** 2 * SCALE) / 2;
  power[HALF] = (((real[0] as number) - (imaginary[0] as number)) ** 2 * SCALE) / 2;
  for (let k = 1; k < HALF; k += 1) {
    const mirror = HALF - k;
    const evenReal = ((real[k] as number) + (real[mirror] as number)) / 2;
    const evenImaginary = ((imaginary[k] as number) - (imaginary[mirror] as number)) / 2;
    const oddReal = ((imaginary[k] as number) + (imaginary[mirror] as number)) / 2;
    const oddImaginary = ((real[mirror] as number) - (real[k] as number)) / 2;
    const cosine = cosines[k] as number;
    const sine = sines[k] as number;
    const sumReal = evenReal + cosine * oddReal + sine * oddImaginary;
    const sumImaginary = evenImaginary + cosine * oddImaginary - sine * oddReal;
    power[k] = (sumReal * sumReal + sumImaginary * sumImaginary) * SCALE;
  }
}

function transform(): void {
  for (let size = 2; size <= HALF; size *= 2) {
    const half = size / 2;
    const stride = FRAME_LENGTH / size;
    for (let offset = 0; offset < half; offset += 1) {
      const cosine = cosines[offset * stride] as number;
      const sine = sines[offset * stride] as number;
      for (let upper = offset; upper < HALF; upper += size) {
        const lower = upper + half;
        const turnedReal = (real[lower] as number) * cosine + (imaginary[lower] as number) * sine;
        const turnedImaginary = (imaginary[lower] as number) * cosine - (real[lower] as number) * sine;
        real[lower] = (real[upper] as number) - turnedReal;
        imaginary[lower] = (imaginary[upper] as number) - turnedImaginary;
        real[upper] = (real[upper] as number) + turnedReal;
        imaginary[upper] = (imaginary[upper] as number) + turnedImaginary;
      }
    }
  }
}
