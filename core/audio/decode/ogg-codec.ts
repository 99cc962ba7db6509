import type { AudioFormat } from "./audio-format.ts";

/** One packet to samples; made anew for each file, freed when the file is done. */
export interface PacketDecoder {
  /** @throws AudioRefusedError `audio_corrupt` */
  decode: (packet: Uint8Array) => Promise<Float32Array[]> | Float32Array[];
  free: () => void;
}

/** What a codec's headers say. */
export interface OggCodec {
  format: AudioFormat;
  /** Samples at the start that only prime the decoder. */
  preSkip: number;
  decoder: () => Promise<PacketDecoder>;
}
