import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import type { BitReader } from "./bit-reader.ts";

// RFC 9639, section 9.2.5: polynomials through the last samples.
const FIXED_COEFFICIENTS: readonly (readonly number[])[] = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function corrupt(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_corrupt", `FLAC: ${detail}`);
}

/** One channel of a frame (RFC 9639, section 9.2). @param sampleBits 4 to 25 @throws BitsOverrunError, AudioRefusedError `audio_corrupt` */
export function decodeSubframe(bits: BitReader, blockSize: number, sampleBits: number): Int32Array {
  if (bits.unsigned(1) !== 0) throw corrupt("a subframe without its padding bit");
  const type = bits.unsigned(6);
  const wasted = bits.unsigned(1) === 1 ? bits.unary() + 1 : 0;
  const width = sampleBits - wasted;
  if (width < 1) throw corrupt(`${wasted} wasted bits in samples of ${sampleBits}`);
  const samples = new Int32Array(blockSize);
  if (type === 0) samples.fill(bits.signed(width));
  else if (type === 1) readVerbatim(bits, samples, blockSize, width);
  else if (type >= 8 && type <= 12) {
    const order = type - 8;
    readVerbatim(bits, samples, order, width);
    readResidual(bits, samples, order);
    predict(samples, FIXED_COEFFICIENTS[order] ?? [], 0);
  } else if (type >= 32) {
    const order = type - 31;
    readVerbatim(bits, samples, order, width);
    const precision = bits.unsigned(4) + 1;
    const shift = bits.signed(5);
    if (precision === 16 || shift < 0) throw corrupt("a forbidden precision or shift of the predictor");
    const coefficients = Array.from({ length: order }, () => bits.signed(precision));
    readResidual(bits, samples, order);
    predict(samples, coefficients, shift);
  } else throw corrupt(`the reserved subframe type ${type}`);
  if (wasted > 0) for (let index = 0; index < blockSize; index++) samples[index] = (samples[index] ?? 0) << wasted;
  return samples;
}

function readVerbatim(bits: BitReader, samples: Int32Array, count: number, width: number): void {
  if (count > samples.length) throw corrupt(`a predictor of order ${count} in a block of ${samples.length}`);
  for (let index = 0; index < count; index++) samples[index] = bits.signed(width);
}

/** Rice-coded differences from the prediction, behind the first `order` samples (RFC 9639, section 9.2.7). */
function readResidual(bits: BitReader, samples: Int32Array, order: number): void {
  const method = bits.unsigned(2);
  if (method > 1) throw corrupt("a reserved coding of the residual");
  const parameterBits = method === 0 ? 4 : 5;
  const escape = 2 ** parameterBits - 1;
  const partitions = 2 ** bits.unsigned(4);
  const partitionSize = samples.length / partitions;
  if (!Number.isInteger(partitionSize) || partitionSize < order) throw corrupt(`${partitions} partitions of a block of ${samples.length}`);
  for (let partition = 0, index = order; partition < partitions; partition++) {
    const end = (partition + 1) * partitionSize;
    const parameter = bits.unsigned(parameterBits);
    if (parameter === escape) {
      const width = bits.unsigned(5);
      for (; index < end; index++) samples[index] = bits.signed(width);
    } else {
      for (; index < end; index++) {
        // Even numbers stand for 0, 1, 2 …, odd ones for -1, -2 …
        const folded = bits.rice(parameter);
        samples[index] = (folded >>> 1) ^ -(folded & 1);
      }
    }
  }
}

/** Adds the prediction to the residuals, in place. Sums stay below 2^53: 25 bits × 15 bits × 32 coefficients. */
function predict(samples: Int32Array, coefficients: readonly number[], shift: number): void {
  const order = coefficients.length;
  const weights = Float64Array.from(coefficients);
  const scale = 2 ** -shift;
  for (let index = order; index < samples.length; index++) {
    let sum = 0;
    for (let lag = 0; lag < order; lag++) sum += (weights[lag] ?? 0) * (samples[index - 1 - lag] ?? 0);
    samples[index] = (samples[index] ?? 0) + Math.floor(sum * scale);
  }
}
