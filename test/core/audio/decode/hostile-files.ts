import type { AudioRefusalCode } from "../../../../core/contracts/audio-refusal.ts";
import type { DecodeLimits, HeaderlessFormat } from "../../../../core/audio/decode/decode-audio.ts";
import { bigEndian, bits, bytes, chunk, extensible, fixture, flacFrame, flacHeader, oggPage, opusHead, opusOfSilence, wav, withOggChecksum } from "./audio-files.ts";

export interface HostileFile {
  what: string;
  bytes: Uint8Array;
  code: AudioRefusalCode;
  /** Something the detail must say. */
  says?: string;
  limits?: Partial<DecodeLimits>;
  headerless?: HeaderlessFormat;
}

const float32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const changed = (file: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const copy = file.slice();
  copy.set(values, at);
  return copy;
};
const constantFrame = (number: number, blockSize = 4_096): Uint8Array => flacFrame(blockSize, number, `00000000${bits(7, 16)}`);
const raw = { encoding: "pcm_s16le", sampleRate: 8_000, channels: 1 } as const;

const opus = fixture("opus-mono.opus");
const vorbis = fixture("vorbis-16k-mono.ogg");
const flac = fixture("flac-16-16k-stereo.flac");
const mp3 = fixture("mp3-vbr-44k-stereo.mp3");
const secondPage = Buffer.from(opus).indexOf("OggS", 4);
const audioPage = Buffer.from(opus).indexOf("OggS", secondPage + 4);
const mp3Start = Buffer.from(mp3).indexOf(Uint8Array.of(0xff, 0xfb));
const opusTags = oggPage({ packets: [bytes("OpusTags", new Uint8Array(8))], sequence: 1 });
const opusWith = (head: Uint8Array): Uint8Array => opusOfSilence(2, head);
const silence = [0b1111_1011, 0b0000_0110];
const opusPage = (packets: readonly number[][], granule: bigint, flags = 4): Uint8Array => bytes(oggPage({ packets: [opusHead()], sequence: 0, flags: 2 }), opusTags, oggPage({ packets, sequence: 2, granule, flags }));

const nothing: HostileFile[] = [
  { what: "no bytes", bytes: bytes(), code: "audio_empty" },
  { what: "no bytes of headerless audio", bytes: bytes(), code: "audio_empty", headerless: raw },
  { what: "a WAV header of 44 bytes that says 0 bytes of data", bytes: wav({ data: [] }), code: "audio_empty" },
  { what: "a WAV header of 44 bytes that a recorder left", bytes: wav({ data: [], riffSize: 0 }), code: "audio_empty" },
  { what: "a WAV file without data, but with other chunks behind", bytes: wav({ data: [], after: chunk("LIST", new Uint8Array(64)) }), code: "audio_empty" },
  { what: "a WAV file that ends behind its format chunk", bytes: wav().slice(0, 36), code: "audio_empty" },
  { what: "a FLAC header that does not know its length, alone", bytes: flacHeader(), code: "audio_empty" },
  { what: "Opus headers, the last page said to be the last", bytes: bytes(oggPage({ packets: [opusHead()], sequence: 0, flags: 2 }), oggPage({ packets: [bytes("OpusTags", new Uint8Array(8))], sequence: 1, flags: 4 })), code: "audio_empty" },
  { what: "an ID3 tag without audio", bytes: bytes("ID3", 4, 0, 0, [0, 0, 0, 20], new Uint8Array(20)), code: "audio_empty" },
];

const unknown: HostileFile[] = (
  [
    ["a zip archive named .wav", bytes("PK", 3, 4, new Uint8Array(60)), "zip"],
    ["gzip", bytes(0x1f, 0x8b, 8, new Uint8Array(60)), "gzip"],
    ["a PDF document", bytes("%PDF-1.7\n", new Uint8Array(60)), "PDF"],
    ["M4A", bytes(bigEndian(28, 4), "ftypM4A ", new Uint8Array(60)), "M4A"],
    ["MP4", bytes(bigEndian(28, 4), "ftypisom", new Uint8Array(60)), "MP4"],
    ["AAC in ADTS", bytes(0xff, 0xf1, 0x50, 0x80, new Uint8Array(60)), "AAC (ADTS)"],
    ["MPEG audio layer II", bytes(0xff, 0xfd, 0x84, 0xc4, new Uint8Array(60)), "layer II"],
    ["WebM", bytes(0x1a, 0x45, 0xdf, 0xa3, new Uint8Array(60)), "WebM"],
    ["AMR", bytes("#!AMR\n", new Uint8Array(60)), "AMR"],
    ["AIFF", bytes("FORM", bigEndian(60, 4), "AIFF", new Uint8Array(60)), "AIFF"],
    ["Windows Media", bytes(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, new Uint8Array(60)), "Windows Media"],
    ["big-endian WAV", bytes("RIFX", wav().subarray(4)), "big-endian"],
    ["an AVI film", bytes("RIFF", new Uint8Array(4), "AVI ", new Uint8Array(60)), "AVI"],
    ["JSON", bytes('{"audio": [0, 1, 2]}'), "JSON"],
    ["an error page", bytes("<!DOCTYPE html><html><body>404</body></html>"), "HTML"],
    ["text", bytes("The customer called twice."), "text"],
    ["zeros", new Uint8Array(5_000), "no audio format"],
    ["Speex in Ogg", oggPage({ packets: [bytes("Speex   ", new Uint8Array(72))], sequence: 0, flags: 2 }), "Speex"],
    ["FLAC in Ogg", oggPage({ packets: [bytes(0x7f, "FLAC", new Uint8Array(46))], sequence: 0, flags: 2 }), "FLAC in Ogg"],
    ["WAV with Microsoft ADPCM", wav({ tag: 2, bits: 4, blockAlign: 256 }), "Microsoft ADPCM"],
    ["WAV with GSM", wav({ tag: 0x31, bits: 0, blockAlign: 65 }), "GSM 6.10"],
    ["WAV with MP3", wav({ tag: 0x55, bits: 0, blockAlign: 1 }), "MP3"],
    ["WAV with a sub-format nobody knows", wav({ tag: 0xff_fe, extension: extensible(1, 16, new Uint8Array(14)) }), "sub-format"],
  ] as const
).map(([what, file, says]) => ({ what, bytes: file, code: "audio_unknown_codec", says }));

const lying: HostileFile[] = [
  { what: "0 Hz", bytes: wav({ sampleRate: 0 }), code: "audio_lying_header", says: "0 Hz" },
  { what: "0 channels", bytes: wav({ channels: 0, blockAlign: 2 }), code: "audio_lying_header", says: "0 channels" },
  { what: "0 bits", bytes: wav({ bits: 0, blockAlign: 2 }), code: "audio_lying_header" },
  { what: "a block size that contradicts the bits", bytes: wav({ blockAlign: 4 }), code: "audio_lying_header", says: "blocks of 4 bytes" },
  { what: "a byte rate that contradicts the rate", bytes: wav({ byteRate: 16_001 }), code: "audio_lying_header", says: "16001 bytes a second" },
  { what: "A-law of 16 bits", bytes: wav({ tag: 6 }), code: "audio_lying_header" },
  { what: "floats of 16 bits", bytes: wav({ tag: 3 }), code: "audio_lying_header" },
  { what: "more valid bits than bits", bytes: wav({ tag: 0xff_fe, extension: extensible(1, 24) }), code: "audio_lying_header" },
  { what: "an extensible header without its extension", bytes: wav({ tag: 0xff_fe }), code: "audio_lying_header" },
  { what: "data before the format", bytes: bytes("RIFF", [60, 0, 0, 0], "WAVE", chunk("data", [1, 2, 3, 4])), code: "audio_lying_header" },
  { what: "data that is no multiple of a sample", bytes: wav({ data: new Uint8Array(801) }), code: "audio_lying_header" },
  { what: "a format chunk of 4 GiB", bytes: changed(wav(), 16, 0xff, 0xff, 0xff, 0xff), code: "audio_lying_header" },
  { what: "a WAV file sent as headerless", bytes: wav(), code: "audio_lying_header", headerless: raw },
  { what: "FLAC whose first block is a picture", bytes: changed(flacHeader(), 4, 0x06), code: "audio_lying_header" },
  { what: "FLAC of 0 Hz", bytes: flacHeader({ sampleRate: 0 }), code: "audio_lying_header" },
  { what: "FLAC whose frame has other bits", bytes: bytes(flacHeader({ channels: 2 }), constantFrame(0)), code: "audio_lying_header", says: "1 channels" },
  { what: "FLAC with more samples than it declares", bytes: bytes(flacHeader({ totalSamples: 5_000 }), constantFrame(0), constantFrame(1)), code: "audio_lying_header", says: "8192" },
  { what: "MP3 with fewer frames declared than there are", bytes: changed(mp3, Buffer.from(mp3).indexOf("Xing") + 8, 0, 0, 0, 3), code: "audio_lying_header", says: "declares 3 frames" },
  { what: "Opus whose page stands before the start", bytes: opusPage([silence, silence], -9n, 0), code: "audio_lying_header", says: "-9" },
  { what: "Opus whose last page ends before it began", bytes: bytes(opusPage([silence], 5_760n, 0), oggPage({ packets: [silence], sequence: 3, granule: 10n, flags: 4 })), code: "audio_lying_header" },
];

const unsupported: HostileFile[] = [
  { what: "64 channels", bytes: wav({ channels: 64 }), code: "audio_unsupported", says: "64 channels" },
  { what: "65,535 channels", bytes: wav({ channels: 65_535, blockAlign: 65_534, byteRate: 0 }), code: "audio_unsupported" },
  { what: "96 kHz", bytes: wav({ sampleRate: 96_000 }), code: "audio_unsupported", says: "96000 Hz" },
  { what: "4 kHz", bytes: wav({ sampleRate: 4_000 }), code: "audio_unsupported" },
  { what: "4,294,967,295 Hz", bytes: wav({ sampleRate: 0xff_ff_ff_ff }), code: "audio_unsupported" },
  { what: "PCM of 64 bits", bytes: wav({ bits: 64 }), code: "audio_unsupported" },
  { what: "headerless audio of 96 kHz", bytes: new Uint8Array(64), code: "audio_unsupported", headerless: { ...raw, sampleRate: 96_000 } },
  { what: "FLAC of 8 channels", bytes: flacHeader({ channels: 8 }), code: "audio_unsupported" },
  { what: "FLAC of 32 bits", bytes: flacHeader({ bits: 32 }), code: "audio_unsupported" },
  { what: "Opus of 6 channels", bytes: opusWith(opusHead({ channels: 6, family: 1 })), code: "audio_unsupported" },
  { what: "Opus of a mapping family nobody hears", bytes: opusWith(opusHead({ channels: 2, family: 255 })), code: "audio_unsupported" },
  { what: "Opus of a version to come", bytes: opusWith(opusHead({ version: 16 })), code: "audio_unsupported" },
  { what: "two Ogg streams, one behind the other", bytes: bytes(opus, opus), code: "audio_unsupported", says: "one behind the other" },
  { what: "two Ogg streams, one beside the other", bytes: bytes(oggPage({ packets: [opusHead()], sequence: 0, flags: 2 }), oggPage({ packets: [opusHead()], sequence: 0, flags: 2, serial: 2 })), code: "audio_unsupported", says: "beside" },
  { what: "MP3 that changes its rate", bytes: bytes(fixture("mp3-cbr-8k-mono.mp3"), mp3.subarray(mp3Start)), code: "audio_unsupported" },
];

const truncated: HostileFile[] = [
  { what: "more data declared than there is", bytes: wav({ dataSize: 100_000 }), code: "audio_truncated", says: "100000" },
  { what: "2 GiB of data declared, less the sizes of streams", bytes: wav({ dataSize: 0x70_00_00_00 }), code: "audio_truncated" },
  { what: "a stream that ends in the middle of a sample", bytes: wav({ data: new Uint8Array(801), dataSize: 0, riffSize: 0 }).slice(0, -1), code: "audio_truncated" },
  { what: "headerless audio that ends in the middle of a sample", bytes: new Uint8Array(801), code: "audio_truncated", headerless: raw },
  { what: "a chunk of 4 GiB before the data", bytes: changed(wav({ before: chunk("LIST", new Uint8Array(8)) }), 16, 0xff, 0xff, 0xff, 0xff), code: "audio_truncated" },
  { what: "an ID3 tag of 256 MiB", bytes: bytes("ID3", 4, 0, 0, [0x7f, 0x7f, 0x7f, 0x7f], new Uint8Array(100)), code: "audio_truncated" },
  { what: "half a FLAC file", bytes: flac.slice(0, flac.length / 2), code: "audio_truncated" },
  { what: "FLAC that ends between two frames", bytes: bytes(flacHeader({ totalSamples: 8_192 }), constantFrame(0)), code: "audio_truncated", says: "8192" },
  { what: "half an MP3 file", bytes: mp3.slice(0, mp3.length / 2), code: "audio_truncated" },
  { what: "half an MP3 file without Xing's tag", bytes: changed(mp3, Buffer.from(mp3).indexOf("Xing"), 0).slice(0, mp3.length / 2), code: "audio_truncated" },
  { what: "half an Opus file", bytes: opus.slice(0, opus.length / 2), code: "audio_truncated" },
  { what: "Vorbis without its last page", bytes: vorbis.slice(0, Buffer.from(vorbis).lastIndexOf("OggS")), code: "audio_truncated" },
];

const corrupt: HostileFile[] = [
  { what: "a float that is no number", bytes: wav({ tag: 3, bits: 32, data: float32(0, Number.NaN) }), code: "audio_corrupt", says: "NaN" },
  { what: "an infinite float", bytes: wav({ tag: 3, bits: 32, data: float32(0, Number.NEGATIVE_INFINITY) }), code: "audio_corrupt" },
  { what: "integers stored as floats", bytes: wav({ tag: 3, bits: 32, data: float32(0, 12_000) }), code: "audio_corrupt", says: "12000" },
  { what: "an infinite double", bytes: wav({ tag: 3, bits: 64, data: new Uint8Array(Float64Array.of(Number.POSITIVE_INFINITY).buffer) }), code: "audio_corrupt" },
  { what: "a changed byte in FLAC", bytes: changed(flac, 20_000, (flac[20_000] ?? 0) ^ 1), code: "audio_corrupt" },
  { what: "FLAC with a frame left out", bytes: bytes(flacHeader(), constantFrame(0), constantFrame(2)), code: "audio_corrupt", says: "frame 2 where 1" },
  { what: "FLAC with text behind its header", bytes: bytes(flacHeader(), "no frame at all, just words"), code: "audio_corrupt" },
  { what: "MP3 with noise in the middle", bytes: bytes(mp3.subarray(0, 5_000), new Uint8Array(2_000).fill(0x55), mp3.subarray(5_000)), code: "audio_corrupt" },
  { what: "a changed byte in Ogg", bytes: changed(opus, audioPage + 200, (opus[audioPage + 200] ?? 0) ^ 1), code: "audio_corrupt", says: "checksum" },
  { what: "an Ogg page left out", bytes: bytes(opus.subarray(0, secondPage), opus.subarray(audioPage)), code: "audio_corrupt", says: "should be" },
  { what: "an empty Opus packet", bytes: opusPage([[]], 0n), code: "audio_corrupt" },
  { what: "an Opus packet of 63 frames", bytes: opusPage([[0b1111_1011, 63]], 5_760n), code: "audio_corrupt" },
  { what: "an Opus stream with a hole", bytes: bytes(opusPage([silence], 5_760n, 0), oggPage({ packets: [silence], sequence: 3, granule: 96_000n, flags: 4 })), code: "audio_corrupt", says: "missing" },
  { what: "Vorbis whose setup is noise", bytes: vorbisWithNoisySetup(), code: "audio_corrupt" },
];

const tooMuch: HostileFile[] = [
  { what: "a file above the limit of bytes", bytes: new Uint8Array(300_000), code: "audio_too_large", limits: { maximumBytes: 200_000 }, headerless: raw },
  { what: "audio above the limit of seconds", bytes: wav({ data: new Uint8Array(16_002) }), code: "audio_too_long", limits: { maximumSeconds: 1 } },
  { what: "30 minutes of Opus in 45 KB", bytes: opusOfSilence(15_000), code: "audio_too_long", limits: { maximumSeconds: 30 } },
  { what: "8 hours of FLAC in 40 KB", bytes: bytes(flacHeader(), ...Array.from({ length: 2_000 }, (_, number) => constantFrame(number, 65_535))), code: "audio_too_long", limits: { maximumSeconds: 600 } },
];

function vorbisWithNoisySetup(): Uint8Array {
  const file = vorbis.slice();
  const start = Buffer.from(file).indexOf("OggS", 4);
  const end = Buffer.from(file).indexOf("OggS", start + 4);
  const setup = Buffer.from(file).indexOf("\u{5}vorbis", start, "latin1");
  file.fill(0xa5, setup + 7, Math.min(end, setup + 600));
  withOggChecksum(file.subarray(start, end));
  return file;
}

/** Every file comes with the one reason it must be refused for. */
export const HOSTILE_FILES: readonly HostileFile[] = [...nothing, ...unknown, ...lying, ...unsupported, ...truncated, ...corrupt, ...tooMuch];
