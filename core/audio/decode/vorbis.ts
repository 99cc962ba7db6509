import type { OggPage as ParsedOggPage } from "codec-parser";
import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { asciiAt, checkRateAndChannels, viewOf } from "./audio-format.ts";
import type { OggCodec, PacketDecoder } from "./ogg-codec.ts";
import type { OggReader } from "./ogg.ts";

// What @wasm-audio-decoders/ogg-vorbis keeps for a packet.
const LARGEST_PACKET_BYTES = 128 * 1024;

function corrupt(detail: string): AudioRefusedError {
  return new AudioRefusedError("audio_corrupt", `Vorbis: ${detail}`);
}

/** @param head the identification header, Vorbis I specification, section 4.2.2 @throws AudioRefusedError */
export async function openVorbis(head: Uint8Array, reader: OggReader): Promise<OggCodec> {
  if (head.length < 30) throw corrupt(`an identification header of ${head.length} bytes; it has 30`);
  const view = viewOf(head);
  const [version, channels, sampleRate, blockSizes] = [view.getUint32(7, true), view.getUint8(11), view.getUint32(12, true), view.getUint8(28)];
  if (version !== 0) throw new AudioRefusedError("audio_unsupported", `Vorbis of version ${version}; 0 is known`);
  checkRateAndChannels(sampleRate, channels);
  const [short, long] = [blockSizes & 15, blockSizes >> 4];
  if (short < 6 || long > 13 || short > long) throw new AudioRefusedError("audio_lying_header", `Vorbis with blocks of ${2 ** short} and ${2 ** long} samples; 64 to 8192, in order, are allowed`);
  const setup = await readSetup(reader);
  return { format: { container: "ogg", codec: "vorbis", sampleRate, channels, lossy: true }, preSkip: 0, decoder: () => vorbisDecoder(head, setup, sampleRate, channels) };
}

/** Skips the comment header. @returns the setup header, which ends a page */
async function readSetup(reader: OggReader): Promise<Uint8Array> {
  const headers: Uint8Array[] = [];
  while (headers.length < 2) {
    const page = await reader.next();
    if (page === undefined) throw new AudioRefusedError("audio_empty", "Vorbis: headers without a sample");
    headers.push(...page.packets);
  }
  const [comment, setup, ...more] = headers;
  if (comment === undefined || setup === undefined || more.length > 0 || asciiAt(comment, 0, 7) !== "\u{3}vorbis" || asciiAt(setup, 0, 7) !== "\u{5}vorbis") throw corrupt("the comment and setup headers are not where they belong");
  if (setup.length > LARGEST_PACKET_BYTES) throw new AudioRefusedError("audio_unsupported", `a Vorbis setup of ${setup.length} bytes; ${LARGEST_PACKET_BYTES} are the most`);
  return setup;
}

/** The decoder takes pages as codec-parser makes them; of those it reads just these fields. */
function asParsedPage(data: Uint8Array, packets: readonly Uint8Array[], vorbisSetup?: Uint8Array): ParsedOggPage {
  return { data, codecFrames: packets.map((packet) => ({ data: packet, header: { vorbisSetup } })) } as unknown as ParsedOggPage;
}

async function vorbisDecoder(head: Uint8Array, setup: Uint8Array, sampleRate: number, channels: number): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const decoder = new OggVorbisDecoder();
  await decoder.ready;
  const none = new Uint8Array(0);
  await decoder.decodeOggPages([asParsedPage(head, [])]);
  let isSetUp = false;
  return {
    decode: async (packet) => {
      if (packet.length > LARGEST_PACKET_BYTES) throw corrupt(`a packet of ${packet.length} bytes`);
      const decoded = await decoder.decodeOggPages([asParsedPage(none, [packet], isSetUp ? undefined : setup)]);
      isSetUp = true;
      // It reports no errors; a setup it did not understand shows here, lost packets in the positions of the pages.
      if (decoded.sampleRate !== sampleRate || decoded.channelData.length !== channels) throw corrupt("the decoder does not understand the setup");
      return decoded.channelData;
    },
    free: () => decoder.free(),
  };
}
