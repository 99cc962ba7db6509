import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { checkRateAndChannels, MAXIMUM_METADATA_BYTES, viewOf } from "./audio-format.ts";
import type { OpenedAudio, SampleBlocks } from "./audio-format.ts";
import { BitReader, BitsOverrunError } from "./bit-reader.ts";
import type { ByteSource } from "./byte-source.ts";
import { decodeFrame, LONGEST_HEADER_BYTES, readFrameHeader } from "./flac-frame.ts";
import type { FlacStreamInfo } from "./flac-frame.ts";

const STREAMINFO_BYTES = 34;

function truncated(where: string): AudioRefusedError {
  return new AudioRefusedError("audio_truncated", `FLAC: the file ends in ${where}`);
}

function readStreamInfo(bytes: Uint8Array): FlacStreamInfo {
  const bits = new BitReader(bytes);
  bits.unsigned(32);
  bits.unsigned(32);
  bits.unsigned(16);
  const [sampleRate, channels, bitsPerSample] = [bits.unsigned(20), bits.unsigned(3) + 1, bits.unsigned(5) + 1];
  const totalSamples = bits.unsigned(4) * 2 ** 32 + bits.unsigned(32);
  checkRateAndChannels(sampleRate, channels);
  if (bitsPerSample < 4) throw new AudioRefusedError("audio_lying_header", `FLAC of ${bitsPerSample} bits a sample; it has at least 4`);
  if (bitsPerSample > 24) throw new AudioRefusedError("audio_unsupported", `FLAC of ${bitsPerSample} bits a sample; 4 to 24 are heard`);
  return { sampleRate, channels, bitsPerSample, totalSamples };
}

/**
 * FLAC (RFC 9639), from "fLaC" on. Read here and not by the WebAssembly decoder, which divides 16 bits by 32,767 and 12 or 20 bits by
 * nothing it has set, and which cannot say where a broken frame ends.
 *
 * @throws AudioRefusedError `audio_truncated`, `audio_lying_header`, `audio_unsupported`, `audio_corrupt`
 */
export async function openFlac(source: ByteSource): Promise<OpenedAudio> {
  if (!(await source.has(8 + STREAMINFO_BYTES))) throw truncated("its first metadata block");
  source.take(4);
  let info: FlacStreamInfo | undefined;
  for (let last = false; !last; ) {
    if (!(await source.has(4))) throw truncated("a metadata block's header");
    const header = viewOf(source.take(4)).getUint32(0);
    last = header >>> 31 === 1;
    const [type, size] = [(header >>> 24) & 0x7f, header & 0xff_ff_ff];
    if (info !== undefined) {
      if (!(await source.skip(size))) throw truncated(`a metadata block of ${size} bytes`);
      if (source.position > MAXIMUM_METADATA_BYTES) throw new AudioRefusedError("audio_corrupt", `FLAC: no samples within the first ${MAXIMUM_METADATA_BYTES} bytes`);
      continue;
    }
    if (type !== 0 || size !== STREAMINFO_BYTES) throw new AudioRefusedError("audio_lying_header", `FLAC: a first metadata block of type ${type} and ${size} bytes; STREAMINFO has type 0 and ${STREAMINFO_BYTES}`);
    info = readStreamInfo(source.take(size));
  }
  if (info === undefined) throw truncated("its metadata");
  const streamInfo = info;
  const { sampleRate, channels, bitsPerSample } = streamInfo;
  return { format: { container: "flac", codec: "flac", sampleRate, channels, bitsPerSample, lossy: false }, blocks: () => flacBlocks(source, streamInfo) };
}

async function* flacBlocks(source: ByteSource, info: FlacStreamInfo): SampleBlocks {
  let decoded = 0;
  let previous: number | undefined;
  // What follows the declared samples (tags of other formats, mostly) is not read.
  while (info.totalSamples === 0 || decoded < info.totalSamples) {
    if (!(await source.has(1))) break;
    const { samples, position, blockSize } = await nextFrame(source, info);
    if (previous !== undefined && position !== previous) throw new AudioRefusedError("audio_corrupt", `FLAC: frame ${position} where ${previous} should be`);
    previous = position + blockSize;
    decoded += samples[0]?.length ?? 0;
    yield samples;
  }
  if (decoded < info.totalSamples) throw new AudioRefusedError("audio_truncated", `FLAC: the header declares ${info.totalSamples} samples, the file ends after ${decoded}`);
  if (info.totalSamples > 0 && decoded > info.totalSamples) throw new AudioRefusedError("audio_lying_header", `FLAC: the header declares ${info.totalSamples} samples, there are ${decoded}`);
}

/** @returns the samples, where the frame stands, and how far that moves the next one, in frames or samples as the stream counts */
async function nextFrame(source: ByteSource, info: FlacStreamInfo): Promise<{ samples: Float32Array[]; position: number; blockSize: number }> {
  let whole = await source.has(LONGEST_HEADER_BYTES);
  try {
    const header = readFrameHeader(source.peek(LONGEST_HEADER_BYTES), info);
    // A block that does not shrink is stored verbatim; twice that is more than an encoder writes.
    const bound = 1_024 + Math.ceil((2 * header.blockSize * info.channels * (info.bitsPerSample + 1)) / 8);
    whole = await source.has(bound);
    const frame = decodeFrame(source.peek(bound), header, info);
    source.take(frame.bytes);
    return { samples: frame.samples, position: header.position, blockSize: header.variable ? header.blockSize : 1 };
  } catch (error) {
    if (!(error instanceof BitsOverrunError)) throw error;
    throw whole ? new AudioRefusedError("audio_corrupt", "FLAC: a frame does not end") : truncated("a frame");
  }
}
