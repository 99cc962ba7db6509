import type { DecodedAudio } from "../core/audio/decode/decode-audio.ts";
import { hearRecording } from "../core/audio/hear-recording.ts";
import { Resampler } from "../core/audio/resampler.ts";
import { findSpeech } from "../test/core/audio/speech/find-speech.ts";
import { makeSpeech, NOISES, RATE, readClips, scoreFrames } from "../test/core/audio/speech/made-set.ts";
import { pcm } from "../test/core/audio/speech/pcm.ts";

const SEEDS = [1_001, 1_002, 1_003];
const SECONDS = 40;
const TELEPHONY = 8_000;
const CALL_MINUTES = 60;

/** How well speech is found on a made set, how fast tracks are resampled, and what hearing an hour's call takes. */
export async function benchSpeech(): Promise<void> {
  const clips = [...(await readClips()).values()];
  await printAccuracy(clips);
  printResampling();
  await printHour(clips);
}

async function printAccuracy(clips: readonly Float32Array[]): Promise<void> {
  console.log(`  frames of 16 ms, ${SEEDS.length * SECONDS} s a row     speech found: F1 (precision, recall)   in segments, with padding: F1`);
  for (const telephone of [false, true]) {
    for (const noise of NOISES) {
      for (const snrDb of [20, 10, 5]) {
        const truth: boolean[] = [];
        const all = { detected: [] as boolean[], covered: [] as boolean[] };
        for (const seed of SEEDS) {
          const made = makeSpeech({ clips, seed, seconds: SECONDS, noise, snrDb, telephone });
          const found = await findSpeech(pcm(made.samples));
          truth.push(...made.truth);
          all.detected.push(...found.detected.slice(0, made.truth.length));
          all.covered.push(...found.covered.slice(0, made.truth.length));
        }
        const { f1, precision, recall } = scoreFrames(truth, all.detected);
        console.log(`  ${`${telephone ? "telephone" : "wideband"}, ${noise}, ${snrDb} dB`.padEnd(28)} ${f1.toFixed(3)} (${precision.toFixed(3)}, ${recall.toFixed(3)}) ${scoreFrames(truth, all.covered).f1.toFixed(3).padStart(30)}`);
      }
    }
  }
}

function printResampling(): void {
  for (const rate of [8_000, 11_025, 22_050, 44_100, 48_000]) {
    const second = Float32Array.from({ length: rate }, (_, n) => Math.sin(n));
    const resampler = new Resampler(rate);
    const rounds = [20, 60].map((seconds) => {
      const started = performance.now();
      for (let index = 0; index < seconds; index += 1) resampler.push(second);
      return (seconds * 1_000) / (performance.now() - started);
    });
    console.log(`  ${rate} to ${RATE} Hz: ${(rounds[1] ?? NaN).toFixed(0)} × real time a track`);
  }
}

async function printHour(clips: readonly Float32Array[]): Promise<void> {
  const sides = [11, 12].map((seed) => {
    const down = new Resampler(RATE, TELEPHONY);
    return down.push(makeSpeech({ clips, seed, seconds: 60, noise: "white", snrDb: 25 }).samples);
  });
  const length = Math.min(...sides.map((side) => side.length));
  async function* minutes(): AsyncGenerator<Float32Array[]> {
    for (let minute = 0; minute < CALL_MINUTES; minute += 1) for (let start = 0; start < length; start += 65_536) yield sides.map((side) => side.subarray(start, Math.min(length, start + 65_536)));
  }
  const call: DecodedAudio = { format: { container: "wav", codec: "mulaw", sampleRate: TELEPHONY, channels: 2, lossy: false }, blocks: minutes() };
  let highest = 0;
  const started = performance.now();
  const { segments, tracks } = await hearRecording(
    call,
    { speakers: ["customer", "agent"], route: "direct", language: "en", maximumMinutes: 120, maximumMiB: 1_024, leastSnrDb: 8, quietSeconds: 60 },
    { onSegment: async () => void (highest = Math.max(highest, process.memoryUsage.rss())) },
  );
  const seconds = (performance.now() - started) / 1_000;
  const speech = tracks.reduce((sum, { speechMs }) => sum + speechMs, 0) / 60_000;
  console.log(`  an hour of stereo telephony: heard in ${seconds.toFixed(1)} s (${((CALL_MINUTES * 60) / seconds).toFixed(0)} × real time), ${segments.length} segments, ${speech.toFixed(0)} min of speech, process at most ${(highest / 2 ** 20).toFixed(0)} MiB`);
}
