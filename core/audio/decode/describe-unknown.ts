import { asciiAt } from "./audio-format.ts";

/** Where which bytes stand, as characters, and what they mean. The first that fits names the file. */
const SIGNATURES: readonly (readonly [offset: number, bytes: string, name: string])[] = [
  [0, "RIFX", "a big-endian WAV file (RIFX)"],
  [0, "riff", "Sony Wave64"],
  [4, "ftypM4A", "M4A (AAC or ALAC in MP4)"],
  [4, "ftypqt", "a QuickTime film"],
  [4, "ftyp3gp", "3GP (AMR or AAC)"],
  [4, "ftyp", "MP4 (AAC, mostly)"],
  [0, "\u{1a}\u{45}\u{df}\u{a3}", "WebM or Matroska"],
  [0, "#!AMR-WB", "AMR-WB"],
  [0, "#!AMR", "AMR"],
  [0, "#!SILK_V3", "SILK"],
  [1, "#!SILK_V3", "SILK"],
  [0, "FORM", "AIFF"],
  [0, "\u{30}\u{26}\u{b2}\u{75}\u{8e}\u{66}\u{cf}\u{11}", "Windows Media (ASF)"],
  [0, "caff", "Apple's Core Audio Format"],
  [0, ".snd", "Sun AU"],
  [0, "NIST_1A", "NIST SPHERE"],
  [0, "wvpk", "WavPack"],
  [0, "MAC ", "Monkey's Audio"],
  [0, "TTA1", "True Audio"],
  [0, "MThd", "MIDI"],
  [0, "ADIF", "AAC (ADIF)"],
  [0, "\u{0b}\u{77}", "AC-3"],
  [0, "FLV\u{1}", "Flash video"],
  [0, "PK\u{3}\u{4}", "a zip archive"],
  [0, "PK\u{5}\u{6}", "an empty zip archive"],
  [0, "\u{1f}\u{8b}", "gzip"],
  [0, "BZh", "bzip2"],
  [0, "\u{fd}7zXZ", "xz"],
  [0, "7z\u{bc}\u{af}\u{27}\u{1c}", "a 7-Zip archive"],
  [0, "Rar!", "a RAR archive"],
  [0, "\u{28}\u{b5}\u{2f}\u{fd}", "Zstandard"],
  [0, "%PDF", "a PDF document"],
  [0, "\u{89}PNG", "a PNG picture"],
  [0, "\u{ff}\u{d8}\u{ff}", "a JPEG picture"],
  [0, "GIF8", "a GIF picture"],
  [0, "\u{7f}ELF", "a program (ELF)"],
  [0, "PAR1", "Parquet"],
];

const TEXT = /^(?:\u{ef}\u{bb}\u{bf})?[\t\n\r -~\u{80}-\u{ff}]*$/u;

/** @param head the first bytes of a file that is no audio we decode @returns what it looks like, for the refusal */
export function describeUnknown(head: Uint8Array): string {
  const known = SIGNATURES.find(([offset, bytes]) => asciiAt(head, offset, bytes.length) === bytes);
  if (known !== undefined) return known[2];
  const [first = 0, second = 0] = head;
  if (first === 0xff && second >> 5 === 7) return describeMpeg(second);
  const text = asciiAt(head, 0, head.length);
  if (!TEXT.test(text)) return "no audio format that is known here";
  const start = text.trimStart();
  if (/^[[{]/u.test(start)) return "JSON";
  return start.startsWith("<") ? "HTML or XML" : "text";
}

/** @param second the second byte behind a sync word of MPEG audio */
function describeMpeg(second: number): string {
  const layer = (second >> 1) & 3;
  if (layer === 0) return "AAC (ADTS)";
  if (layer === 1) return "MP3 in free format, or something that only begins like MP3";
  return `MPEG audio layer ${layer === 2 ? "II" : "I"}`;
}
