import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt, checkRateAndChannels } from "./audio-format.ts";
import type { OpenedAudio, SampleBlocks } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import { HEADER_BYTES, LONGEST_FRAME_BYTES, readFileInformation, readMp3Header } from "./mp3-frame.ts";
import type { Mp3FileInformation, Mp3FrameHeader } from "./mp3-frame.ts";
import { SampleWindow } from "./sample-window.ts";

/** What a layer III decoder adds to the encoder's delay: 528 samples of its filters and one more. */
const DECODER_DELAY = 529;

const TAGS_BEHIND = ["TAG", "APETAGEX", "LYRICSBEGIN", "ID3"] as const;

function truncated(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_truncated", `MP3: ${detail}`);
}

/** @returns whether the source starts with a frame of MP3 that another one follows, or the file's end */
export async function startsWithMp3(source: ByteSource): Promise<boolean> {
  await source.has(LONGEST_FRAME_BYTES + HEADER_BYTES);
  const bytes = source.peek(LONGEST_FRAME_BYTES + HEADER_BYTES);
  const first = readMp3Header(bytes);
  if (first === undefined) return false;
  if (bytes.length < first.bytes + HEADER_BYTES) return true;
  const second = readMp3Header(bytes.subarray(first.bytes));
  return (second !== undefined && isSameStream(first, second)) || isTag(bytes.subarray(first.bytes));
}

function isSameStream(one: Mp3FrameHeader, other: Mp3FrameHeader): boolean {
  return one.sampleRate === other.sampleRate && one.channels === other.channels && one.samples === other.samples;
}

function isTag(bytes: Uint8Array): boolean {
  return TAGS_BEHIND.some((tag) => asciiAt(bytes, 0, tag.length) === tag);
}

/**
 * MP3 from its first frame on. What encoders add at both ends is cut off where they say how much.
 *
 * @throws AudioRefusedError `audio_truncated`, `audio_corrupt`, `audio_lying_header`, `audio_unsupported`
 */
export async function openMp3(source: ByteSource): Promise<OpenedAudio> {
  const header = readMp3Header(source.peek(HEADER_BYTES));
  if (header === undefined) throw new AudioRefusedError("audio_corrupt", "MP3: no frame at the start");
  checkRateAndChannels(header.sampleRate, header.channels);
  if (!(await source.has(header.bytes))) throw truncated(`${source.available} of the first frame's ${header.bytes} bytes are there`);
  const information = readFileInformation(source.peek(header.bytes), header);
  const start = source.position;
  if (information !== undefined) source.take(header.bytes);
  return { format: { container: "mp3", codec: "mp3", sampleRate: header.sampleRate, channels: header.channels, lossy: true }, blocks: () => mp3Blocks(source, header, information ?? {}, start) };
}

function windowOf({ frames, delay, padding }: Mp3FileInformation, samples: number): SampleWindow {
  if (delay === undefined) return new SampleWindow(0);
  return new SampleWindow(delay + DECODER_DELAY, frames === undefined ? undefined : Math.max(0, frames * samples - delay - (padding ?? 0)));
}

async function* mp3Blocks(source: ByteSource, first: Mp3FrameHeader, information: Mp3FileInformation, start: number): SampleBlocks {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder({ enableGapless: false });
  await decoder.ready;
  const window = windowOf(information, first.samples);
  try {
    let frames = 0;
    let decoded = 0;
    for (let frame = await nextFrame(source, first); frame !== undefined; frame = await nextFrame(source, first)) {
      const { channelData, errors, samplesDecoded } = decoder.decode(frame);
      if (errors.length > 0) throw new AudioRefusedError("audio_corrupt", `MP3: frame ${frames}: ${errors[0]?.message}`);
      frames++;
      decoded += samplesDecoded;
      // Mono comes twice.
      yield window.next(channelData.slice(0, first.channels));
    }
    if (decoded !== frames * first.samples) throw new AudioRefusedError("audio_corrupt", `MP3: ${frames} frames gave ${decoded} samples, not ${frames * first.samples}`);
    checkCounts(information, frames, source.position - start);
  } finally {
    decoder.free();
  }
}

/** Some encoders count the frame that holds the count, too. */
function checkCounts({ frames: declared, bytes }: Mp3FileInformation, frames: number, bytesRead: number): void {
  if (declared === undefined) return;
  const isComplete = frames >= declared || (frames === declared - 1 && bytes !== undefined && bytesRead >= bytes);
  if (!isComplete) throw truncated(`the header declares ${declared} frames, there are ${frames}`);
  if (frames > declared) throw new AudioRefusedError("audio_lying_header", `MP3: the header declares ${declared} frames, there are ${frames}`);
}

/** @returns the next frame's bytes, undefined behind the last */
async function nextFrame(source: ByteSource, first: Mp3FrameHeader): Promise<Uint8Array | undefined> {
  if (!(await source.has(HEADER_BYTES)) && source.available === 0) return undefined;
  const header = readMp3Header(source.peek(HEADER_BYTES));
  if (header === undefined) return expectTags(source);
  if (!isSameStream(first, header)) throw new AudioRefusedError("audio_unsupported", `MP3 that changes from ${first.sampleRate} Hz and ${first.channels} channels to ${header.sampleRate} Hz and ${header.channels}`);
  if (!(await source.has(header.bytes))) throw truncated(`the last frame has ${source.available} of its ${header.bytes} bytes`);
  return source.take(header.bytes);
}

async function expectTags(source: ByteSource): Promise<undefined> {
  await source.has(11);
  if (isTag(source.peek(11))) return undefined;
  if (source.available < HEADER_BYTES && source.peek(1)[0] === 0xff) throw truncated("it ends in a frame's header");
  while (await source.has(1)) {
    if (source.take(LONGEST_FRAME_BYTES).some((byte) => byte !== 0)) throw new AudioRefusedError("audio_corrupt", `MP3: neither a frame nor a tag at byte ${source.position}`);
  }
  return undefined;
}
