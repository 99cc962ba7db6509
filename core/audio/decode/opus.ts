import { AudioRefusedError } from "../../contracts/audio-refusal.ts";
import { checkRateAndChannels, viewOf } from "./audio-format.ts";
import type { OggCodec, PacketDecoder } from "./ogg-codec.ts";
import type { OggReader } from "./ogg.ts";
import { opusPacketSamples } from "./opus-packet.ts";

/** Hz; Opus always decodes at this rate, the rate in the header only says what was encoded. */
const OPUS_RATE = 48_000;

// What opus-decoder keeps for a packet: 120 ms at 256 kbit/s a channel.
const LARGEST_PACKET_BYTES_PER_CHANNEL = 3_840;

/** @param head the identification header, RFC 7845, section 5.1 @throws AudioRefusedError */
export async function openOpus(head: Uint8Array, reader: OggReader): Promise<OggCodec> {
  if (head.length < 19) throw new AudioRefusedError("audio_corrupt", `Opus: a header of ${head.length} bytes; it has at least 19`);
  const view = viewOf(head);
  const [version, channels, preSkip, gain, family] = [view.getUint8(8), view.getUint8(9), view.getUint16(10, true), view.getInt16(16, true), view.getUint8(18)];
  if (version >> 4 !== 0) throw new AudioRefusedError("audio_unsupported", `Opus in Ogg of version ${version}; 0 to 15 are known`);
  checkRateAndChannels(OPUS_RATE, channels);
  if (family !== 0) throw new AudioRefusedError("audio_unsupported", `Opus with the channel mapping family ${family}; 0 (mono and stereo) is heard`);
  await skipComments(reader);
  return {
    format: { container: "ogg", codec: "opus", sampleRate: OPUS_RATE, channels, lossy: true },
    preSkip,
    // The gain is in 256ths of a decibel.
    decoder: () => opusDecoder(channels, 10 ** (gain / (20 * 256))),
  };
}

/** The comment header has pages of its own. */
async function skipComments(reader: OggReader): Promise<void> {
  for (;;) {
    const page = await reader.next();
    if (page === undefined) throw new AudioRefusedError("audio_empty", "Opus: headers without a sample");
    if (page.packets.length > 1) throw new AudioRefusedError("audio_corrupt", "Opus: the comment header shares its last page");
    if (page.packets.length === 1) return;
  }
}

async function opusDecoder(channels: number, gain: number): Promise<PacketDecoder> {
  const { OpusDecoder } = await import("opus-decoder");
  const decoder = new OpusDecoder({ channels, preSkip: 0 });
  await decoder.ready;
  return {
    decode: (packet) => {
      // Known before decoding, so that a broken packet never reaches the decoder.
      const expected = opusPacketSamples(packet);
      if (packet.length > LARGEST_PACKET_BYTES_PER_CHANNEL * channels) throw new AudioRefusedError("audio_unsupported", `an Opus packet of ${packet.length} bytes; ${LARGEST_PACKET_BYTES_PER_CHANNEL * channels} are the most`);
      const { channelData, samplesDecoded } = decoder.decodeFrame(packet);
      if (samplesDecoded !== expected) throw new AudioRefusedError("audio_corrupt", `Opus: a packet of ${expected} samples gave ${samplesDecoded}`);
      if (gain !== 1) for (const samples of channelData) for (let index = 0; index < samples.length; index++) samples[index] = (samples[index] ?? 0) * gain;
      return channelData;
    },
    free: () => decoder.free(),
  };
}
