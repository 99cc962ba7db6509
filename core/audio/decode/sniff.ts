import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt, MAXIMUM_METADATA_BYTES } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import { describeUnknown } from "./describe-unknown.ts";
import { startsWithMp3 } from "./mp3.ts";

export type AudioContainer = "wav" | "flac" | "ogg" | "mp3";

const MAGIC: Readonly<Record<string, AudioContainer>> = { RIFF: "wav", RF64: "wav", BW64: "wav", fLaC: "flac", OggS: "ogg" };
const ID3_HEADER_BYTES = 10;
const LONGEST_MAGIC = 64;

/**
 * Tells what a file is by its first bytes. Tags of ID3v2 before them are skipped; nothing else is read away.
 *
 * @throws AudioRefusedError `audio_empty`, `audio_unknown_codec` (says what it looks like), `audio_truncated`
 */
export async function sniff(source: ByteSource): Promise<AudioContainer> {
  if (!(await source.has(1))) throw new AudioRefusedError("audio_empty", "the file has no bytes");
  await skipId3(source);
  await source.has(LONGEST_MAGIC);
  const head = source.peek(LONGEST_MAGIC);
  const container = MAGIC[asciiAt(head, 0, 4)];
  if (container !== undefined) return container;
  if (await startsWithMp3(source)) return "mp3";
  throw new AudioRefusedError("audio_unknown_codec", describeUnknown(source.peek(LONGEST_MAGIC)));
}

/** A tag says its size in four times seven bits, without its own header and footer. */
async function skipId3(source: ByteSource): Promise<void> {
  while ((await source.has(ID3_HEADER_BYTES)) && asciiAt(source.peek(3), 0, 3) === "ID3") {
    const [, , , , , flags = 0, ...size] = source.take(ID3_HEADER_BYTES);
    const bytes = size.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0) + ((flags & 0x10) === 0 ? 0 : ID3_HEADER_BYTES);
    const whole = await source.skip(Math.min(bytes, MAXIMUM_METADATA_BYTES));
    if (!whole) throw new AudioRefusedError("audio_truncated", `the file ends in an ID3 tag of ${bytes} bytes`);
    if (source.position > MAXIMUM_METADATA_BYTES) throw new AudioRefusedError("audio_corrupt", `no samples within the first ${MAXIMUM_METADATA_BYTES} bytes`);
    if (!(await source.has(1))) throw new AudioRefusedError("audio_empty", "an ID3 tag without audio");
  }
}
