/** Of tones that would come back mirrored, in dB, with room below the 80 dB that are promised. */
const STOP_BAND_DB = 90;
/** Of the lower Nyquist frequency: up to here nothing is changed. */
const PASS_BAND = 0.875;

export interface PolyphaseFilter {
  /** Output steps for each `decimation` input steps: outputRate / inputRate in lowest terms. */
  interpolation: number;
  decimation: number;
  /** Coefficients a phase, a multiple of 4. */
  taps: number;
  /** `interpolation` rows of `taps` coefficients; row p belongs to outputs that lie p / interpolation after an input sample. */
  coefficients: Float32Array;
}

/**
 * A windowed-sinc low pass between 0.875 and 1.0 of the lower Nyquist frequency, as one row a phase. Window length and shape by
 * Kaiser's formulas (Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd edition, section 7.5.3).
 */
export function designPolyphaseFilter(inputRate: number, outputRate: number): PolyphaseFilter {
  const divisor = greatestCommonDivisor(inputRate, outputRate);
  const interpolation = outputRate / divisor;
  const nyquist = Math.min(inputRate, outputRate) / 2;
  // In cycles per input sample.
  const cutoff = (nyquist * (1 + PASS_BAND)) / 2 / inputRate;
  const transition = (nyquist * (1 - PASS_BAND)) / inputRate;
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);
  // Rounded up to an even number, for taps in fours.
  const halfWidth = 2 * Math.ceil((STOP_BAND_DB - 8) / (2.285 * 2 * Math.PI * transition) / 4);
  const taps = 2 * halfWidth;
  const coefficients = new Float32Array(interpolation * taps);
  const windowScale = besselI0(beta);
  for (let phase = 0; phase < interpolation; phase += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const distance = phase / interpolation + halfWidth - 1 - tap;
      const position = distance / halfWidth;
      const window = besselI0(beta * Math.sqrt(Math.max(0, 1 - position * position))) / windowScale;
      coefficients[phase * taps + tap] = 2 * cutoff * sinc(2 * cutoff * distance) * window;
    }
  }
  return { interpolation, decimation: inputRate / divisor, taps, coefficients };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
