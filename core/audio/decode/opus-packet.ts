import { AudioRefusedError } from "../../contracts/audio-refusal.ts";

// Samples of a frame at 48 kHz by the configuration's place within its mode: RFC 6716, section 3.1, table 2.
const SILK_FRAMES = [480, 960, 1_920, 2_880] as const;
const HYBRID_FRAMES = [480, 960] as const;
const CELT_FRAMES = [120, 240, 480, 960] as const;
const LONGEST_PACKET = 5_760;

function frameSamples(configuration: number): number {
  if (configuration < 12) return SILK_FRAMES[configuration & 3] ?? 0;
  if (configuration < 16) return HYBRID_FRAMES[configuration & 1] ?? 0;
  return CELT_FRAMES[configuration & 3] ?? 0;
}

/** @returns how many samples of each channel a packet holds at 48 kHz, by its first bytes @throws AudioRefusedError `audio_corrupt` */
export function opusPacketSamples(packet: Uint8Array): number {
  const [first, second] = packet;
  if (first === undefined) throw new AudioRefusedError("audio_corrupt", "Opus: an empty packet");
  const code = first & 3;
  if (code === 3 && second === undefined) throw new AudioRefusedError("audio_corrupt", "Opus: a packet without its count of frames");
  const frames = code === 0 ? 1 : code < 3 ? 2 : (second ?? 0) & 63;
  const samples = frames * frameSamples(first >> 3);
  if (samples === 0 || samples > LONGEST_PACKET) throw new AudioRefusedError("audio_corrupt", `Opus: a packet of ${samples} samples; 1 to ${LONGEST_PACKET} are allowed`);
  return samples;
}
