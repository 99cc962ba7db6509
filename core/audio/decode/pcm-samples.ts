import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { viewOf } from "./audio-format.ts";
import type { PcmCodec } from "./audio-format.ts";

// 24 dB over full scale. Mixing floats overshoots by a few dB; integers stored as floats miss by 90.
const GREATEST_FLOAT = 16;

/** ITU-T G.711, A-law: every second bit inverted, 4 bits of mantissa, 3 of exponent. @returns 16-bit samples by code */
function aLawTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const bits = code ^ 0x55;
    const exponent = (bits >> 4) & 7;
    const mantissa = ((bits & 15) << 4) + 8;
    const magnitude = exponent === 0 ? mantissa : (mantissa + 0x1_00) << (exponent - 1);
    return ((bits & 0x80) === 0 ? -magnitude : magnitude) / 32_768;
  });
}

/** ITU-T G.711, µ-law: all bits inverted, a bias of 132 on the 16-bit scale. */
function muLawTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const bits = ~code & 0xff;
    const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
    // 0 - 0 is 0 where -0 would not be.
    return ((bits & 0x80) === 0 ? magnitude : 0 - magnitude) / 32_768;
  });
}

const A_LAW = aLawTable();
const MU_LAW = muLawTable();

function checkedFloat(value: number): number {
  if (Math.abs(value) <= GREATEST_FLOAT) return value;
  throw new AudioRefusedError("audio_corrupt", `a float sample of ${value}, where full scale is 1`);
}

/** By codec: bytes a sample, and how one is read, full scale ±1. */
const READERS: Record<PcmCodec, { bytes: number; read: (view: DataView, offset: number) => number }> = {
  pcm_u8: { bytes: 1, read: (view, offset) => (view.getUint8(offset) - 128) / 128 },
  pcm_s16le: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) / 32_768 },
  pcm_s24le: { bytes: 3, read: (view, offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65_536) / 8_388_608 },
  pcm_s32le: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) / 2_147_483_648 },
  pcm_f32le: { bytes: 4, read: (view, offset) => checkedFloat(view.getFloat32(offset, true)) },
  pcm_f64le: { bytes: 8, read: (view, offset) => checkedFloat(view.getFloat64(offset, true)) },
  mulaw: { bytes: 1, read: (view, offset) => MU_LAW[view.getUint8(offset)] ?? 0 },
  alaw: { bytes: 1, read: (view, offset) => A_LAW[view.getUint8(offset)] ?? 0 },
};

export function bytesPerSample(codec: PcmCodec): number {
  return READERS[codec].bytes;
}

/**
 * @param bytes interleaved samples, a whole number of each channel's
 * @returns one array a channel; floats as they are stored, also beyond ±1
 * @throws AudioRefusedError `audio_corrupt` for NaN, infinite and absurdly large floats
 */
export function readSamples(bytes: Uint8Array, codec: PcmCodec, channels: number): Float32Array[] {
  const { bytes: width, read } = READERS[codec];
  const length = bytes.length / (width * channels);
  const view = viewOf(bytes);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(length);
    for (let index = 0, offset = channel * width; index < length; index++, offset += channels * width) samples[index] = read(view, offset);
    return samples;
  });
}
