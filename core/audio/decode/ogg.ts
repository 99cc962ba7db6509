import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt, MAXIMUM_METADATA_BYTES, viewOf } from "./audio-format.ts";
import type { ByteSource } from "./byte-source.ts";
import { oggCrc32 } from "./checksums.ts";

const HEADER_BYTES = 27;
const NO_PACKET_ENDS = -1n;

export interface OggPage {
  /** Those that end on this page. */
  packets: Uint8Array[];
  /** The codec's position behind the last of them, in samples for audio; absent when none ends here. */
  granule?: number;
  first: boolean;
  last: boolean;
}

function corrupt(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_corrupt", `Ogg: ${detail}`);
}

/** The pages of one logical stream (RFC 3533), in order, each checked against its checksum. */
export class OggReader {
  readonly #source: ByteSource;
  #serial: number | undefined;
  #sequence = 0;
  #ended = false;
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * @returns undefined behind the last page
   * @throws AudioRefusedError `audio_truncated` when the file ends before a page is marked as the last one, `audio_corrupt`,
   * `audio_unsupported` for files of several streams
   */
  async next(): Promise<OggPage | undefined> {
    const source = this.#source;
    if (this.#ended) return this.#expectNothingMore();
    if (!(await source.has(HEADER_BYTES))) throw this.#truncated();
    const segmentCount = source.peek(HEADER_BYTES)[26] ?? 0;
    if (!(await source.has(HEADER_BYTES + segmentCount))) throw this.#truncated();
    const header = source.peek(HEADER_BYTES + segmentCount);
    if (asciiAt(header, 0, 4) !== "OggS" || header[4] !== 0) throw corrupt(`no page where number ${this.#sequence} should start`);
    const lengths = header.slice(HEADER_BYTES);
    const pageBytes = lengths.reduce((sum, length) => sum + length, header.length);
    if (!(await source.has(pageBytes))) throw this.#truncated();
    const page = source.take(pageBytes).slice();
    const view = viewOf(page);
    const checksum = view.getUint32(22, true);
    view.setUint32(22, 0);
    if (oggCrc32(page) !== checksum) throw corrupt(`page ${this.#sequence} does not match its checksum`);
    const flags = page[5] ?? 0;
    this.#checkOrder(view.getUint32(14, true), view.getUint32(18, true), (flags & 2) !== 0);
    this.#ended = (flags & 4) !== 0;
    const packets = this.#packets(page.subarray(HEADER_BYTES + segmentCount), lengths, (flags & 1) !== 0);
    const granule = view.getBigInt64(6, true);
    const at = granule === NO_PACKET_ENDS ? {} : { granule: Number(granule) };
    return { packets, ...at, first: this.#sequence++ === 0, last: this.#ended };
  }

  #truncated(): AudioRefusedError {
    return new AudioRefusedError("audio_truncated", `Ogg: the file ends in or before page ${this.#sequence}, and no page was marked as the last`);
  }

  async #expectNothingMore(): Promise<undefined> {
    if (!(await this.#source.has(4)) || asciiAt(this.#source.peek(4), 0, 4) !== "OggS") return undefined;
    throw new AudioRefusedError("audio_unsupported", "an Ogg file of several streams, one behind the other; send each as its own file");
  }

  #checkOrder(serial: number, sequence: number, first: boolean): void {
    this.#serial ??= serial;
    if (serial !== this.#serial) throw new AudioRefusedError("audio_unsupported", "an Ogg file of several streams, one beside the other; only audio of one stream is heard");
    if (first !== (this.#sequence === 0)) throw corrupt("a page is marked as the first one, and is not, or the other way round");
    if (sequence !== this.#sequence) throw corrupt(`page ${sequence} where ${this.#sequence} should be`);
  }

  /** Packets are cut into segments of 255 bytes; a shorter one ends a packet, and the last of a page may go on with the next page. */
  #packets(body: Uint8Array, lengths: Uint8Array, continued: boolean): Uint8Array[] {
    if (continued !== this.#begunBytes > 0) throw corrupt(`page ${this.#sequence} ${continued ? "goes on with a packet that did not begin" : "does not go on with the packet before"}`);
    const packets: Uint8Array[] = [];
    let start = 0;
    let end = 0;
    for (const length of lengths) {
      end += length;
      if (length === 255) continue;
      const part = body.subarray(start, end);
      packets.push(this.#begun.length === 0 ? part : concatenated([...this.#begun, part]));
      [this.#begun, this.#begunBytes] = [[], 0];
      start = end;
    }
    if (end === start) return packets;
    this.#begun.push(body.subarray(start, end));
    this.#begunBytes += end - start;
    if (this.#begunBytes > MAXIMUM_METADATA_BYTES) throw corrupt(`a packet of more than ${MAXIMUM_METADATA_BYTES} bytes`);
    return packets;
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
