import { asciiAt, viewOf } from "./audio-format.ts";

/** kbit/s by the header's index; 0 is "free format", 15 forbidden. ISO/IEC 11172-3 and 13818-3, layer III. */
const RATES_MPEG_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const RATES_MPEG_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
const SAMPLING_RATES = [44_100, 48_000, 32_000] as const;

/** The longest frame, header included: 160 kbit/s at 8 kHz, with padding. */
export const LONGEST_FRAME_BYTES = 1_441;
export const HEADER_BYTES = 4;

export interface Mp3FrameHeader {
  sampleRate: number;
  channels: number;
  /** Samples of each channel. */
  samples: number;
  bytes: number;
  /** Between the header and the audio; where Xing's tag hides. */
  sideInformationBytes: number;
}

/** What the encoder said of the whole file, in a frame of its own. */
export interface Mp3FileInformation {
  /** Audio frames behind this one. */
  frames?: number;
  /** Of the file, from this frame on. */
  bytes?: number;
  /** Samples the encoder put before and behind the audio. */
  delay?: number;
  padding?: number;
}

/** Reads the four bytes of an MP3 frame's header. @returns undefined when it is none, or one of "free format" */
export function readMp3Header(bytes: Uint8Array): Mp3FrameHeader | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  const [version, layer] = [(second >> 3) & 3, (second >> 1) & 3];
  const [rateIndex, samplingIndex] = [third >> 4, (third >> 2) & 3];
  if (first !== 0xff || second >> 5 !== 7 || version === 1 || layer !== 1) return undefined;
  const base = SAMPLING_RATES[samplingIndex];
  const isMpeg1 = version === 3;
  const kilobits = (isMpeg1 ? RATES_MPEG_1 : RATES_MPEG_2)[rateIndex];
  if (base === undefined || kilobits === undefined || kilobits === 0 || (fourth & 3) === 2) return undefined;
  // Version 2 halves the sampling rates, 2.5 halves them again.
  const sampleRate = isMpeg1 ? base : version === 2 ? base / 2 : base / 4;
  const channels = fourth >> 6 === 3 ? 1 : 2;
  const samples = isMpeg1 ? 1_152 : 576;
  const sideInformationBytes = isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
  return { sampleRate, channels, samples, bytes: Math.floor((samples * kilobits * 125) / sampleRate) + ((third >> 1) & 1), sideInformationBytes };
}

/** @param frame the first frame of a file @returns undefined when it holds audio and no tag of Xing's, LAME's or Fraunhofer's (VBRI) */
export function readFileInformation(frame: Uint8Array, { sideInformationBytes }: Mp3FrameHeader): Mp3FileInformation | undefined {
  const view = viewOf(frame);
  const vbri = HEADER_BYTES + 32;
  if (frame.length >= vbri + 18 && asciiAt(frame, vbri, 4) === "VBRI") return { bytes: view.getUint32(vbri + 10), frames: view.getUint32(vbri + 14) };
  let at = HEADER_BYTES + sideInformationBytes;
  const tag = asciiAt(frame, at, 4);
  if ((tag !== "Xing" && tag !== "Info") || frame.length < at + 8) return undefined;
  const flags = view.getUint32(at + 4);
  at += 8;
  const information: Mp3FileInformation = {};
  const next = (): number | undefined => (at + 4 <= frame.length ? view.getUint32((at += 4) - 4) : undefined);
  const frames = (flags & 1) === 0 ? undefined : next();
  const bytes = (flags & 2) === 0 ? undefined : next();
  if (frames !== undefined) information.frames = frames;
  if (bytes !== undefined) information.bytes = bytes;
  at += ((flags & 4) === 0 ? 0 : 100) + ((flags & 8) === 0 ? 0 : 4);
  // LAME's extension: nine characters of a name, twelve bytes, then two numbers of 12 bits.
  if (at + 24 <= frame.length && /^(LAME|L3\.99|Lavf|Lavc)/u.test(asciiAt(frame, at, 9))) {
    const packed = ((frame[at + 21] ?? 0) << 16) | ((frame[at + 22] ?? 0) << 8) | (frame[at + 23] ?? 0);
    information.delay = packed >> 12;
    information.padding = packed & 0xfff;
  }
  return information;
}
