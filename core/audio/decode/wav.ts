import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt, checkRateAndChannels, MAXIMUM_METADATA_BYTES, viewOf } from "./audio-format.ts";
import type { OpenedAudio, PcmCodec } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import { pcmBlocks } from "./pcm-blocks.ts";
import { bytesPerSample } from "./pcm-samples.ts";
import { wavCodecName } from "./wav-codec-names.ts";

const TAG_PCM = 0x00_01;
const TAG_FLOAT = 0x00_03;
const TAG_A_LAW = 0x00_06;
const TAG_MU_LAW = 0x00_07;
const TAG_EXTENSIBLE = 0xff_fe;

// The 14 bytes after the format tag in a sub-format GUID of WAVE_FORMAT_EXTENSIBLE (KSDATAFORMAT_SUBTYPE_…).
const SUB_FORMAT_TAIL = "000000001000800000aa00389b71";

// Writers that cannot seek back leave 0, all ones (ffmpeg) or almost 2 GiB (SoX) where the size of the data belongs.
const LEAST_UNKNOWN_SIZE = 0x7f_ff_f0_00;

const PCM_BY_BYTES: Readonly<Record<number, PcmCodec>> = { 1: "pcm_u8", 2: "pcm_s16le", 3: "pcm_s24le", 4: "pcm_s32le" };

interface WavFormat {
  codec: PcmCodec;
  channels: number;
  sampleRate: number;
  bitsPerSample: number;
}

function truncated(where: string): AudioRefusedError {
  return new AudioRefusedError("audio_truncated", `the file ends in ${where}`);
}

function lying(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_lying_header", detail);
}

function codecOf(tag: number, bits: number): PcmCodec {
  if (tag === TAG_PCM) {
    const codec = PCM_BY_BYTES[Math.ceil(bits / 8)];
    if (bits === 0) throw lying("PCM of 0 bits a sample");
    if (codec === undefined) throw new AudioRefusedError("audio_unsupported", `PCM of ${bits} bits; 8, 16, 24 and 32 are heard`);
    return codec;
  }
  if (tag === TAG_FLOAT) {
    if (bits !== 32 && bits !== 64) throw lying(`floats of ${bits} bits; there are 32 and 64`);
    return bits === 32 ? "pcm_f32le" : "pcm_f64le";
  }
  if (tag === TAG_A_LAW || tag === TAG_MU_LAW) {
    if (bits !== 8) throw lying(`A-law or µ-law of ${bits} bits a sample; it has 8`);
    return tag === TAG_A_LAW ? "alaw" : "mulaw";
  }
  throw new AudioRefusedError("audio_unknown_codec", `WAV with ${wavCodecName(tag)}`);
}

/** @param chunk the content of the "fmt " chunk. Rates, sizes and bits must agree with each other. */
function readFormat(chunk: Uint8Array): WavFormat {
  const view = viewOf(chunk);
  let tag = view.getUint16(0, true);
  const [channels, sampleRate, byteRate, blockAlign, bits] = [view.getUint16(2, true), view.getUint32(4, true), view.getUint32(8, true), view.getUint16(12, true), view.getUint16(14, true)];
  if (tag === TAG_EXTENSIBLE) {
    if (chunk.length < 40) throw lying(`an extensible format chunk of ${chunk.length} bytes; it has 40`);
    const validBits = view.getUint16(18, true);
    if (validBits > bits) throw lying(`${validBits} valid bits in samples of ${bits}`);
    tag = view.getUint16(24, true);
    const tail = Array.from(chunk.subarray(26, 40), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (tail !== SUB_FORMAT_TAIL) throw new AudioRefusedError("audio_unknown_codec", `WAV with the sub-format ${tag.toString(16).padStart(4, "0")}-${tail}`);
  }
  const codec = codecOf(tag, bits);
  checkRateAndChannels(sampleRate, channels);
  const expectedAlign = channels * bytesPerSample(codec);
  if (blockAlign !== expectedAlign) throw lying(`blocks of ${blockAlign} bytes, where ${channels} × ${bits} bits make ${expectedAlign}`);
  if (byteRate !== sampleRate * blockAlign) throw lying(`${byteRate} bytes a second, where ${sampleRate} Hz × ${blockAlign} make ${sampleRate * blockAlign}`);
  return { codec, channels, sampleRate, bitsPerSample: bits };
}

/** Reads "ds64" of RF64 and BW64. @returns the size of the data, in bytes */
function readLongSize(chunk: Uint8Array): number {
  if (chunk.length < 24) throw lying(`a ds64 chunk of ${chunk.length} bytes; it has at least 24`);
  return Number(viewOf(chunk).getBigUint64(8, true));
}

/**
 * RIFF/WAVE, RF64 and BW64 from the first byte; chunks before the data are skipped, those behind it are not read.
 *
 * @throws AudioRefusedError `audio_truncated`, `audio_lying_header`, `audio_unsupported`, `audio_unknown_codec`, `audio_empty`, `audio_corrupt`
 */
export async function openWav(source: ByteSource): Promise<OpenedAudio> {
  if (!(await source.has(12))) throw truncated("the RIFF header");
  const riff = source.take(12);
  const declaredEnd = viewOf(riff).getUint32(4, true) + 8;
  if (asciiAt(riff, 8, 4) !== "WAVE") throw new AudioRefusedError("audio_unknown_codec", `a RIFF file of the kind ${JSON.stringify(asciiAt(riff, 8, 4))}, not WAVE`);
  let format: WavFormat | undefined;
  let longSize: number | undefined;
  for (;;) {
    if (!(await source.has(8))) throw source.available === 0 && format !== undefined ? new AudioRefusedError("audio_empty", "a WAV header without data") : truncated("a chunk's header");
    const header = source.take(8);
    const name = asciiAt(header, 0, 4);
    const size = viewOf(header).getUint32(4, true);
    if (name === "data") {
      if (format === undefined) throw lying("data before the format chunk");
      return open(source, format, dataSize(size, longSize, declaredEnd, source.position));
    }
    if (name === "fmt " || name === "ds64") {
      if (size > 1_024 || (name === "fmt " && size < 16)) throw lying(`a ${JSON.stringify(name)} chunk of ${size} bytes`);
      if (!(await source.has(size))) throw truncated(`its ${JSON.stringify(name)} chunk`);
      const content = source.take(size);
      if (name === "ds64") longSize = readLongSize(content);
      else format = readFormat(content);
    } else if (!(await skipChunk(source, size))) throw truncated(`a chunk ${JSON.stringify(name)} of ${size} bytes before the data`);
    // Chunks start at even positions.
    if (size % 2 === 1) await source.skip(1);
  }
}

async function skipChunk(source: ByteSource, size: number): Promise<boolean> {
  const whole = await source.skip(Math.min(size, MAXIMUM_METADATA_BYTES));
  if (whole && source.position > MAXIMUM_METADATA_BYTES) throw new AudioRefusedError("audio_corrupt", `no samples within the first ${MAXIMUM_METADATA_BYTES} bytes`);
  return whole;
}

/** @returns how many bytes of samples follow; undefined: until the file ends */
function dataSize(size: number, longSize: number | undefined, declaredEnd: number, position: number): number | undefined {
  if (longSize !== undefined && size === 0xff_ff_ff_ff) return longSize;
  if (size === 0 && declaredEnd > position && declaredEnd < LEAST_UNKNOWN_SIZE) throw new AudioRefusedError("audio_empty", "a WAV file whose data has 0 bytes");
  return size === 0 || size >= LEAST_UNKNOWN_SIZE ? undefined : size;
}

function open(source: ByteSource, { codec, channels, sampleRate, bitsPerSample }: WavFormat, dataBytes: number | undefined): OpenedAudio {
  const frameBytes = channels * bytesPerSample(codec);
  if (dataBytes !== undefined && dataBytes % frameBytes !== 0) throw lying(`${dataBytes} bytes of samples, which is no multiple of ${frameBytes}`);
  return { format: { container: "wav", codec, sampleRate, channels, bitsPerSample, lossy: false }, blocks: () => pcmBlocks(source, codec, channels, dataBytes) };
}
