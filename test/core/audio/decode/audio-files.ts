import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeAudio } from "../../../../core/audio/decode/decode-audio.ts";
import type { AudioFormat, DecodeLimits, HeaderlessFormat } from "../../../../core/audio/decode/decode-audio.ts";

/** Files made by hand, byte by byte, with checksums computed another way than the decoder does. */

export const FIXTURES = join(import.meta.dirname, "../fixtures");
const LIMITS: DecodeLimits = { maximumSeconds: 600, maximumBytes: 64 * 1024 * 1024 };

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, name)));
}

export async function* inChunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export interface Heard {
  format: AudioFormat;
  tracks: Float32Array[];
  longestBlock: number;
}

/** Decodes a whole file. */
export async function hear(bytes: Uint8Array, { chunk, limits, headerless }: { chunk?: number; limits?: Partial<DecodeLimits>; headerless?: HeaderlessFormat } = {}): Promise<Heard> {
  const { format, blocks } = await decodeAudio(inChunks(bytes, chunk), { ...LIMITS, ...limits }, headerless);
  const parts: Float32Array[][] = [];
  for await (const block of blocks) parts.push(block);
  const tracks = Array.from({ length: format.channels }, (_, channel) => joined(parts.map((block) => block[channel] ?? new Float32Array(0))));
  return { format, tracks, longestBlock: Math.max(0, ...parts.map((block) => block[0]?.length ?? 0)) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function bytes(...parts: readonly (string | number | ArrayLike<number>)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : typeof part === "string" ? Array.from(part, (character) => character.charCodeAt(0)) : Array.from(part))));
}

export function littleEndian(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256);
}

export function bigEndian(value: number, width: number): number[] {
  return littleEndian(value, width).reverse();
}

export function chunk(name: string, content: ArrayLike<number>, size = content.length): Uint8Array {
  return bytes(name, littleEndian(size, 4), content, content.length % 2 === 1 ? [0] : []);
}

export interface WavFields {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  byteRate?: number;
  blockAlign?: number;
  /** Behind the 16 bytes of the format chunk. */
  extension?: ArrayLike<number>;
  data?: ArrayLike<number>;
  dataSize?: number;
  riffSize?: number;
  before?: ArrayLike<number>;
  after?: ArrayLike<number>;
}

/** A WAV file that is right in all that is not given otherwise: 16-bit PCM, mono, 8 kHz, 400 samples. */
export function wav({ tag = 1, channels = 1, sampleRate = 8_000, bits = 16, blockAlign = channels * Math.ceil(bits / 8), byteRate = sampleRate * blockAlign, extension = [], data = new Uint8Array(800).fill(7), dataSize, riffSize, before = [], after = [] }: WavFields = {}): Uint8Array {
  const format = chunk("fmt ", bytes(littleEndian(tag, 2), littleEndian(channels, 2), littleEndian(sampleRate, 4), littleEndian(byteRate, 4), littleEndian(blockAlign, 2), littleEndian(bits, 2), extension));
  const body = bytes("WAVE", before, format, chunk("data", data, dataSize), after);
  return bytes("RIFF", littleEndian(riffSize ?? body.length, 4), body);
}

/** What follows the format chunk of WAVE_FORMAT_EXTENSIBLE. */
export function extensible(subFormat: number, validBits: number, tail: ArrayLike<number> = [0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]): Uint8Array {
  return bytes(littleEndian(22, 2), littleEndian(validBits, 2), littleEndian(0, 4), littleEndian(subFormat, 2), tail);
}

/** The remainder bit by bit, most significant first. */
export function bitwiseCrc(data: ArrayLike<number>, polynomial: bigint, width: bigint): number {
  const top = 1n << (width - 1n);
  let remainder = 0n;
  for (const byte of Array.from(data)) {
    remainder ^= BigInt(byte) << (width - 8n);
    for (let bit = 0; bit < 8; bit++) remainder = ((remainder & top) === 0n ? remainder << 1n : (remainder << 1n) ^ polynomial) & ((1n << width) - 1n);
  }
  return Number(remainder);
}

export interface OggFields {
  packets: readonly ArrayLike<number>[];
  sequence: number;
  granule?: bigint;
  /** 1 continued, 2 first, 4 last. */
  flags?: number;
  serial?: number;
}

export function oggPage({ packets, sequence, granule = 0n, flags = 0, serial = 1 }: OggFields): Uint8Array {
  const lacing = packets.flatMap((packet) => [...Array.from({ length: Math.floor(packet.length / 255) }, () => 255), packet.length % 255]);
  const position = bigEndian(Number(BigInt.asUintN(32, granule)), 4).reverse().concat(littleEndian(Number(BigInt.asUintN(32, granule >> 32n)), 4));
  const page = bytes("OggS", 0, flags, position, littleEndian(serial, 4), littleEndian(sequence, 4), [0, 0, 0, 0], lacing.length, lacing, ...packets);
  return withOggChecksum(page);
}

/** Sets a page's checksum right, in place. */
export function withOggChecksum(page: Uint8Array): Uint8Array {
  page.fill(0, 22, 26);
  page.set(littleEndian(bitwiseCrc(page, 0x04_c1_1d_b7n, 32n), 4), 22);
  return page;
}

export function opusHead({ channels = 1, preSkip = 0, family = 0, version = 1, gain = 0 } = {}): Uint8Array {
  return bytes("OpusHead", version, channels, littleEndian(preSkip, 2), littleEndian(48_000, 4), littleEndian(gain, 2), family);
}

/** An Opus file of packets that each say "120 ms, nothing encoded": two bytes for 5,760 samples. */
export function opusOfSilence(packetCount: number, head = opusHead()): Uint8Array {
  const packet = [0b1111_1011, 0b0000_0110];
  const pages = [oggPage({ packets: [head], sequence: 0, flags: 2 }), oggPage({ packets: [bytes("OpusTags", new Uint8Array(8))], sequence: 1 })];
  for (let done = 0; done < packetCount; ) {
    const count = Math.min(255, packetCount - done);
    done += count;
    pages.push(oggPage({ packets: Array.from({ length: count }, () => packet), sequence: pages.length, granule: BigInt(done * 5_760), flags: done === packetCount ? 4 : 0 }));
  }
  return Uint8Array.from(Buffer.concat(pages));
}

/** STREAMINFO, in a FLAC file's first metadata block. */
export function flacHeader({ sampleRate = 8_000, channels = 1, bits = 16, totalSamples = 0 } = {}): Uint8Array {
  const packed = (BigInt(sampleRate) << 44n) | (BigInt(channels - 1) << 41n) | (BigInt(bits - 1) << 36n) | BigInt(totalSamples);
  return bytes("fLaC", 0x80, bigEndian(34, 3), bigEndian(16, 2), bigEndian(65_535, 2), bigEndian(0, 6), bigEndian(Number(packed >> 32n), 4), bigEndian(Number(packed & 0xff_ff_ff_ffn), 4), new Uint8Array(16));
}

/** One FLAC frame around subframes that are given as a string of bits; its header takes rate and bits from STREAMINFO. */
export function flacFrame(blockSize: number, number: number, subframes: string, assignment = 0): Uint8Array {
  const header = bytes(0xff, 0xf8, 0x70, assignment << 4, new TextEncoder().encode(String.fromCodePoint(number)), bigEndian(blockSize - 1, 2));
  const withCheck = bytes(header, bitwiseCrc(header, 0x07n, 8n));
  const padded = subframes.padEnd(Math.ceil(subframes.length / 8) * 8, "0");
  const body = bytes(withCheck, Array.from({ length: padded.length / 8 }, (_, index) => Number.parseInt(padded.slice(index * 8, index * 8 + 8), 2)));
  return bytes(body, bigEndian(bitwiseCrc(body, 0x80_05n, 16n), 2));
}

/** A number as bits, two's complement. */
export function bits(value: number, width: number): string {
  return BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, "0");
}
