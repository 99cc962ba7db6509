import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt } from "./audio-format.ts";
import type { OpenedAudio, SampleBlocks } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import type { OggCodec } from "./ogg-codec.ts";
import { OggReader } from "./ogg.ts";
import type { OggPage } from "./ogg.ts";
import { openOpus } from "./opus.ts";
import { SampleWindow } from "./sample-window.ts";
import { openVorbis } from "./vorbis.ts";

// The first bytes of a stream's first packet.
const OTHER_CODECS: readonly (readonly [string, string])[] = [
  ["\u{7f}FLAC", "FLAC in Ogg"],
  ["Speex   ", "Speex"],
  ["\u{80}theora", "Theora video"],
  ["fishead\0", "Ogg Skeleton"],
  ["PCM     ", "PCM in Ogg"],
  ["CELT    ", "CELT"],
];

/**
 * An Ogg file of one Opus or Vorbis stream.
 *
 * @throws AudioRefusedError `audio_unknown_codec` (named), `audio_truncated`, `audio_corrupt`, `audio_lying_header`, `audio_unsupported`
 */
export async function openOgg(source: ByteSource): Promise<OpenedAudio> {
  const reader = new OggReader(source);
  const page = await reader.next();
  const [head, ...others] = page?.packets ?? [];
  if (head === undefined || others.length > 0) throw new AudioRefusedError("audio_corrupt", "Ogg: the first page does not hold exactly one packet");
  const codec = await openCodec(head, reader);
  return { format: codec.format, blocks: () => oggBlocks(reader, codec) };
}

async function openCodec(head: Uint8Array, reader: OggReader): Promise<OggCodec> {
  if (asciiAt(head, 0, 8) === "OpusHead") return openOpus(head, reader);
  if (asciiAt(head, 0, 7) === "\u{1}vorbis") return openVorbis(head, reader);
  const known = OTHER_CODECS.find(([start]) => asciiAt(head, 0, start.length) === start);
  throw new AudioRefusedError("audio_unknown_codec", `Ogg with ${known?.[1] ?? "a codec that is neither Opus nor Vorbis"}`);
}

/** Decodes page by page: a page's granule position says how many samples there are up to its end. */
async function* oggBlocks(reader: OggReader, { decoder: makeDecoder, format, preSkip }: OggCodec): SampleBlocks {
  const decoder = await makeDecoder();
  const positions = new GranulePositions(preSkip);
  try {
    for (let page = await reader.next(); page !== undefined; page = await reader.next()) {
      const blocks: Float32Array[][] = [];
      for (const packet of page.packets) blocks.push(await decoder.decode(packet));
      const window = positions.windowOf(page, blocks.reduce((sum, block) => sum + (block[0]?.length ?? 0), 0));
      for (const block of blocks) yield window(block);
    }
  } catch (error) {
    if (error instanceof AudioRefusedError) throw error;
    throw new AudioRefusedError("audio_corrupt", `${format.codec}: the decoder gave up (${String(error)})`);
  } finally {
    decoder.free();
  }
}

/** Compares what pages say with what was decoded. RFC 7845, section 4, and the Vorbis I specification, appendix A.2. */
class GranulePositions {
  readonly #start: SampleWindow;
  #decoded = 0;
  #origin: number | undefined;

  constructor(preSkip: number) {
    this.#start = new SampleWindow(preSkip);
  }

  /** @returns what cuts a page's blocks, in order */
  windowOf({ granule, last }: OggPage, decoded: number): (block: Float32Array[]) => Float32Array[] {
    this.#decoded += decoded;
    let head = 0;
    let keep = Number.POSITIVE_INFINITY;
    if (granule !== undefined) {
      if (granule < 0) throw new AudioRefusedError("audio_lying_header", `Ogg: a page at position ${granule}`);
      // A stream may begin late (it was joined) or early (its first samples only prime the decoder).
      const origin = (this.#origin ??= last ? Math.max(0, granule - this.#decoded) : granule - this.#decoded);
      if (this.#decoded === decoded && origin < 0) head = -origin;
      const surplus = this.#decoded - (granule - origin);
      if (surplus < 0) throw new AudioRefusedError("audio_corrupt", `Ogg: ${-surplus} samples are missing before position ${granule}`);
      if (last && surplus > decoded) throw new AudioRefusedError("audio_lying_header", `Ogg: the last page ends ${surplus} samples before its own ${decoded} began`);
      if (last) keep = decoded - head - surplus;
    }
    const page = new SampleWindow(head, keep);
    return (block) => this.#start.next(page.next(block));
  }
}
