// The registered format tags that turn up in call recordings and dictation (RFC 2361 and Microsoft's mmreg.h).
const NAMES: Readonly<Record<number, string>> = {
  0x00_02: "Microsoft ADPCM",
  0x00_08: "DTS",
  0x00_10: "OKI ADPCM",
  0x00_11: "IMA ADPCM",
  0x00_14: "G.723 ADPCM",
  0x00_16: "G.723.1",
  0x00_20: "Yamaha ADPCM",
  0x00_22: "TrueSpeech",
  0x00_31: "GSM 6.10",
  0x00_40: "G.721 ADPCM",
  0x00_45: "G.726 ADPCM",
  0x00_50: "MPEG audio layer I or II",
  0x00_55: "MP3",
  0x00_64: "G.726 ADPCM",
  0x00_65: "G.722 ADPCM",
  0x00_83: "G.729",
  0x00_84: "G.729A",
  0x00_ff: "AAC",
  0x01_60: "Windows Media Audio 1",
  0x01_61: "Windows Media Audio 2",
  0x01_62: "Windows Media Audio Professional",
  0x01_63: "Windows Media Audio Lossless",
  0x16_10: "AAC",
  0x20_00: "AC-3",
  0x67_4f: "Vorbis",
  0xa1_09: "Speex",
  0xf1_ac: "FLAC",
};

/** @returns what a WAV file's format tag stands for, with the tag itself */
export function wavCodecName(tag: number): string {
  return `${NAMES[tag] ?? "an unregistered codec"} (format tag 0x${tag.toString(16).padStart(4, "0")})`;
}
