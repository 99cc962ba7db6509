import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { BitReader } from "./bit-reader.ts";
import { crc16, crc8 } from "./checksums.ts";
import { decodeSubframe } from "./flac-subframe.ts";

/** What STREAMINFO says of every frame. */
export interface FlacStreamInfo {
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
  /** Samples of each channel; 0: not known when it was written. */
  totalSamples: number;
}

export interface FlacFrameHeader {
  blockSize: number;
  /** Which of RFC 9639's channel assignments: 0–7 independent, 8 left and side, 9 side and right, 10 mid and side. */
  assignment: number;
  bytes: number;
  /** Of a stream with blocks of varying size: the first sample; otherwise the number of the frame. */
  position: number;
  variable: boolean;
}

/** Sync, codes, a number of up to 7 bytes, block size and rate of up to 2 each, checksum. */
export const LONGEST_HEADER_BYTES = 16;

const RATES: readonly (number | undefined)[] = [undefined, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
const SAMPLE_BITS: readonly (number | undefined)[] = [undefined, 8, 12, undefined, 16, 20, 24, 32];

function corrupt(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_corrupt", `FLAC: ${detail}`);
}

function blockSizeOf(code: number, bits: BitReader): number {
  if (code === 0) throw corrupt("the reserved block size");
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code <= 7) return bits.unsigned(code === 6 ? 8 : 16) + 1;
  return 256 << (code - 8);
}

function rateOf(code: number, bits: BitReader, info: FlacStreamInfo): number {
  if (code === 12) return bits.unsigned(8) * 1_000;
  if (code === 13) return bits.unsigned(16);
  if (code === 14) return bits.unsigned(16) * 10;
  if (code === 15) throw corrupt("the forbidden sampling rate");
  return RATES[code] ?? info.sampleRate;
}

/** A number in the encoding that UTF-8 uses, of up to 36 bits. */
function codedNumber(bits: BitReader): number {
  const first = bits.unsigned(8);
  if (first < 0x80) return first;
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) throw corrupt("a frame without a number");
  let value = first & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const next = bits.unsigned(8);
    if (next >> 6 !== 2) throw corrupt("a broken frame number");
    value = value * 64 + (next & 0x3f);
  }
  return value;
}

/** RFC 9639, section 9.1. @param bytes at most `LONGEST_HEADER_BYTES` @throws BitsOverrunError, AudioRefusedError */
export function readFrameHeader(bytes: Uint8Array, info: FlacStreamInfo): FlacFrameHeader {
  const bits = new BitReader(bytes);
  if (bits.unsigned(15) !== 0x7f_fc) throw corrupt("no frame where one should start");
  const variable = bits.unsigned(1) === 1;
  const [sizeCode, rateCode, assignment, bitsCode] = [bits.unsigned(4), bits.unsigned(4), bits.unsigned(4), bits.unsigned(3)];
  if (bits.unsigned(1) !== 0 || assignment > 10 || bitsCode === 3) throw corrupt("reserved values in a frame's header");
  const position = codedNumber(bits);
  const blockSize = blockSizeOf(sizeCode, bits);
  const sampleRate = rateOf(rateCode, bits, info);
  const length = bits.byteOffset;
  if (bits.unsigned(8) !== crc8(bytes.subarray(0, length))) throw corrupt("a frame's header does not match its checksum");
  const channels = assignment < 8 ? assignment + 1 : 2;
  const bitsPerSample = SAMPLE_BITS[bitsCode] ?? info.bitsPerSample;
  if (sampleRate !== info.sampleRate || channels !== info.channels || bitsPerSample !== info.bitsPerSample) {
    throw new AudioRefusedError("audio_lying_header", `FLAC: a frame of ${sampleRate} Hz, ${channels} channels, ${bitsPerSample} bits in a stream of ${info.sampleRate} Hz, ${info.channels} channels, ${info.bitsPerSample} bits`);
  }
  return { blockSize, assignment, bytes: length + 1, position, variable };
}

/**
 * Decodes one frame.
 *
 * @param bytes from the frame's first byte on; may reach behind its end
 * @returns samples by channel, full scale ±1, and how many bytes the frame has
 * @throws BitsOverrunError when the frame is longer than the bytes, AudioRefusedError `audio_corrupt`
 */
export function decodeFrame(bytes: Uint8Array, header: FlacFrameHeader, { channels, bitsPerSample }: FlacStreamInfo): { samples: Float32Array[]; bytes: number } {
  const bits = new BitReader(bytes);
  for (let index = 0; index < header.bytes; index++) bits.unsigned(8);
  const { assignment, blockSize } = header;
  // The side channel of a stereo pair is a difference and needs one bit more.
  const sideChannel = assignment === 9 ? 0 : assignment > 7 ? 1 : -1;
  const tracks = Array.from({ length: channels }, (_, channel) => decodeSubframe(bits, blockSize, bitsPerSample + (channel === sideChannel ? 1 : 0)));
  bits.skipToByte();
  const length = bits.byteOffset;
  if (bits.unsigned(16) !== crc16(bytes.subarray(0, length))) throw corrupt("a frame does not match its checksum");
  const [first, second] = tracks;
  if (first !== undefined && second !== undefined) joinStereo(first, second, assignment);
  const scale = 2 ** (bitsPerSample - 1);
  return { samples: tracks.map((track) => scaled(track, 1 / scale)), bytes: length + 2 };
}

function scaled(track: Int32Array, factor: number): Float32Array {
  const samples = new Float32Array(track.length);
  for (let index = 0; index < samples.length; index++) samples[index] = (track[index] ?? 0) * factor;
  return samples;
}

/** Turns side and mid back into left and right, in place. RFC 9639, section 4.2. */
function joinStereo(first: Int32Array, second: Int32Array, assignment: number): void {
  if (assignment < 8) return;
  for (let index = 0; index < first.length; index++) {
    const [one, two] = [first[index] ?? 0, second[index] ?? 0];
    if (assignment === 8) second[index] = one - two;
    else if (assignment === 9) first[index] = one + two;
    else {
      // Mid lost its lowest bit, which is that of the side.
      const sum = one * 2 + (two & 1);
      first[index] = (sum + two) / 2;
      second[index] = (sum - two) / 2;
    }
  }
}
