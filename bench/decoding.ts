import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeAudio } from "../core/audio/decode/decode-audio.ts";
import { FIXTURES } from "../test/core/audio/decode/audio-files.ts";
import { HAS_FFMPEG } from "../test/core/audio/decode/ffmpeg.ts";

const SECONDS = 300;
const ROUNDS = 3;

/** What ffmpeg is told for each file: the formats of calls, and the heaviest of each codec. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  "8 kHz stereo µ-law.wav": ["-ar", "8000", "-c:a", "pcm_mulaw"],
  "44.1 kHz stereo 16-bit.wav": ["-ar", "44100", "-c:a", "pcm_s16le"],
  "16 kHz stereo.flac": ["-ar", "16000", "-c:a", "flac"],
  "44.1 kHz stereo.flac": ["-ar", "44100", "-c:a", "flac"],
  "16 kHz stereo.mp3": ["-ar", "16000", "-c:a", "libmp3lame", "-b:a", "48k"],
  "44.1 kHz stereo.mp3": ["-ar", "44100", "-c:a", "libmp3lame", "-q:a", "3"],
  "16 kHz stereo speech.opus": ["-ar", "16000", "-c:a", "libopus", "-b:a", "32k"],
  "48 kHz stereo.opus": ["-ar", "48000", "-c:a", "libopus", "-b:a", "96k"],
  "44.1 kHz stereo vorbis.ogg": ["-ar", "44100", "-c:a", "libvorbis"],
};

async function timesRealTime(file: string): Promise<number> {
  const started = process.cpuUsage();
  const { format, blocks } = await decodeAudio(createReadStream(file), { maximumSeconds: 2 * SECONDS, maximumBytes: 2 ** 30 });
  let samples = 0;
  for await (const [first] of blocks) samples += first?.length ?? 0;
  const { user, system } = process.cpuUsage(started);
  return samples / format.sampleRate / ((user + system) / 1_000_000);
}

function makeFiles(folder: string): void {
  const loop = ["-stream_loop", "-1", "-i", join(FIXTURES, "flac-16-16k-stereo.flac")];
  for (const [name, encoder] of Object.entries(FILES)) execFileSync("ffmpeg", ["-v", "error", ...loop, "-t", String(SECONDS), ...encoder, join(folder, name)]);
}

/** How much faster than they play the formats are decoded, in time of the processor; the median of three rounds. */
export async function benchDecoding(): Promise<void> {
  const folder = HAS_FFMPEG ? mkdtempSync(join(tmpdir(), "valence-bench-")) : FIXTURES;
  if (HAS_FFMPEG) makeFiles(folder);
  else console.log("  ffmpeg is not installed: the fixtures of about a second, most of which goes into starting the decoder");
  try {
    for (const name of readdirSync(folder).filter((file) => !/\.(json|ts)$/u.test(file))) {
      const factors: number[] = [];
      for (let round = 0; round < ROUNDS; round++) factors.push(await timesRealTime(join(folder, name)));
      const median = factors.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
      console.log(`  ${name.padEnd(28)} ${Math.round(median).toLocaleString("en").padStart(6)} × real time`);
    }
    console.log(`  (process at ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB)`);
  } finally {
    if (HAS_FFMPEG) rmSync(folder, { recursive: true });
  }
}
