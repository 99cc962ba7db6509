import { AudioRefusedError } from "../../../../core/contracts/audio-refusal.ts";
import { seededRandom } from "../../../../core/seeded-random.ts";
import { decodeAudio } from "../../../../core/audio/decode/decode-audio.ts";
import { fixture, inChunks } from "./audio-files.ts";
import { oggCrc32 } from "../../../../core/audio/decode/checksums.ts";

const NAMES = ["mulaw-8k-stereo.wav", "s16-16k-mono.wav", "flac-16-16k-stereo.flac", "flac-24-44k-mono.flac", "mp3-cbr-8k-mono.mp3", "mp3-vbr-44k-stereo.mp3", "opus-mono.opus", "opus-stereo.opus", "vorbis-16k-mono.ogg", "vorbis-44k-stereo.ogg"] as const;
const FILES = Object.fromEntries(NAMES.map((name) => [name, fixture(name)]));
// Headers, and with Ogg the setup and the first packets.
const HEADER_BYTES = 120;
const KEPT_BYTES = 6_000;
const INTERESTING = [0, 1, 0x7f, 0x80, 0xfe, 0xff] as const;

// A WebAssembly decoder starts with 16 to 28 MiB of zeros, which takes longer than all else here: most files are only opened.
const DECODED_SHARE = 0.3;

export interface FuzzReport {
  files: number;
  opened: number;
  heard: number;
  refused: Record<string, number>;
  /** Errors that are no refusals, with what makes them again. */
  crashes: string[];
  /** Of the processor. */
  slowestMs: number;
  longestSamples: number;
}

/** Changes 1 to 8 bytes of a sound file, most of them in its headers; half of the Ogg files get right checksums again. */
export function mutated(random: () => number): { name: string; bytes: Uint8Array } {
  const name = NAMES[Math.floor(random() * NAMES.length)] ?? NAMES[0];
  const whole = FILES[name] ?? fixture(name);
  const bytes = whole.slice(0, random() < 0.5 ? whole.length : KEPT_BYTES);
  for (let count = 1 + Math.floor(random() * 8); count > 0; count--) {
    const at = Math.floor(random() * (random() < 0.7 ? HEADER_BYTES : Math.min(bytes.length, KEPT_BYTES)));
    bytes[at] = random() < 0.5 ? (INTERESTING[Math.floor(random() * INTERESTING.length)] ?? 0) : random() * 256;
  }
  if (random() < 0.6) repairOggChecksums(bytes);
  return { name, bytes: random() < 0.1 ? bytes.subarray(0, random() * 200) : bytes };
}

function repairOggChecksums(bytes: Uint8Array): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = file.indexOf("OggS"); start >= 0 && start + 27 < file.length; ) {
    const next = file.indexOf("OggS", start + 4);
    const page = bytes.subarray(start, next < 0 ? undefined : next);
    file.writeUInt32LE(0, start + 22);
    file.writeUInt32LE(oggCrc32(page), start + 22);
    start = next;
  }
}

/** Decodes so many broken files. */
export async function fuzz(files: number, seed: number): Promise<FuzzReport> {
  const random = seededRandom(seed);
  const report: FuzzReport = { files, opened: 0, heard: 0, refused: {}, crashes: [], slowestMs: 0, longestSamples: 0 };
  for (let index = 0; index < files; index++) {
    const { name, bytes } = mutated(random);
    const start = process.cpuUsage();
    try {
      const { format, blocks } = await decodeAudio(inChunks(bytes, 4_096), { maximumSeconds: 60, maximumBytes: 2 ** 24 });
      report.opened++;
      if (format.lossy && random() > DECODED_SHARE) continue;
      let samples = 0;
      for await (const block of blocks) samples += block[0]?.length ?? 0;
      report.longestSamples = Math.max(report.longestSamples, samples);
      report.heard++;
    } catch (error) {
      if (error instanceof AudioRefusedError) report.refused[error.code] = (report.refused[error.code] ?? 0) + 1;
      else report.crashes.push(`${name}, file ${index} of seed ${seed}: ${String(error)}`);
    }
    const { user, system } = process.cpuUsage(start);
    report.slowestMs = Math.max(report.slowestMs, (user + system) / 1_000);
  }
  return report;
}
