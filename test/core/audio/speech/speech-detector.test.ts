import { beforeAll, describe, expect, it } from "vitest";
import { FRAME_STEP } from "../../../../core/audio/speech/power-spectrum.ts";
import { SpeechDetector } from "../../../../core/audio/speech/speech-detector.ts";
import { findSpeech } from "./find-speech.ts";
import { makeNoise, makeSpeech, meanSquare, NOISES, RATE, readClips, scoreFrames } from "./made-set.ts";
import { pcm } from "./pcm.ts";

let clips: Float32Array[];
beforeAll(async () => {
  clips = [...(await readClips()).values()];
});

function sounding(seconds: number, sample: (time: number) => number): Float32Array {
  return Float32Array.from({ length: seconds * RATE }, (_, n) => sample(n / RATE));
}

const harmonics = (frequency: number, time: number): number => [1, 0.5, 0.3, 0.2].reduce((sum, strength, index) => sum + strength * Math.sin(2 * Math.PI * frequency * (index + 1) * time), 0);

async function share(samples: Float32Array): Promise<number> {
  const { detected } = await findSpeech(pcm(samples));
  return detected.filter(Boolean).length / detected.length;
}

describe("SpeechDetector", () => {
  it.each(
    NOISES.flatMap((noise) => [false, true].flatMap((telephone) => [[noise, telephone ? "8 kHz telephony" : "wideband speech", 20, 0.93] as const, [noise, telephone ? "8 kHz telephony" : "wideband speech", 10, 0.9] as const])),
  )("finds speech in %s noise, %s, at %i dB with a frame F1 of %d or more", async (noise, band, snrDb, least) => {
    const { samples, truth } = makeSpeech({ clips, seed: snrDb + 100, seconds: 20, noise, snrDb, telephone: band === "8 kHz telephony" });
    const { detected } = await findSpeech(pcm(samples));

    expect(scoreFrames(truth, detected).f1).toBeGreaterThanOrEqual(least);
  });

  it.each([-50, -35, -12])("finds speech at %i dBFS", async (levelDbfs) => {
    const { samples, truth } = makeSpeech({ clips, seed: 3, seconds: 20, levelDbfs, noise: "white", snrDb: 25 });
    const { detected } = await findSpeech(pcm(samples));

    expect(scoreFrames(truth, detected).f1).toBeGreaterThanOrEqual(0.93);
  });

  it.each(["white", "pink", "hum"] as const)("takes %s noise for speech in less than a hundredth of the time", async (noise) => {
    const made = makeNoise(noise, 20 * RATE, 9, clips);
    const gain = 0.05 / Math.sqrt(meanSquare(made));

    expect(await share(made.map((sample) => gain * sample))).toBeLessThan(0.01);
  });

  it.each([
    ["a ringing tone", (time: number) => (time % 5 < 1 ? 0.2 * Math.sin(2 * Math.PI * 425 * time) : 0)],
    ["a busy tone", (time: number) => (time % 1 < 0.5 ? 0.2 * Math.sin(2 * Math.PI * 425 * time) : 0)],
    ["two notes at once", (time: number) => 0.1 * (harmonics(261.6, time) + harmonics(392, time))],
    ["a tune", (time: number) => 0.2 * Math.exp(-(time % 0.4)) * harmonics(220 * 2 ** (([0, 4, 7, 12, 7, 4][Math.floor(time / 0.4) % 6] ?? 0) / 12), time)],
  ])("takes %s for speech in less than a tenth of the time", async (_, sample) => {
    expect(await share(sounding(20, sample))).toBeLessThan(0.1);
  });

  it("decides one frame for each 16 ms begun", () => {
    for (const samples of [0, 1, 256, 257, 511, 512, 513, 640, 16_000]) {
      const detector = new SpeechDetector();
      expect([...detector.push(new Int16Array(samples)), ...detector.end()]).toHaveLength(Math.ceil(samples / FRAME_STEP));
    }
  });
});
