import { AUDIO_ANSWER_VERSION, type AudioAnswer } from "../../../core/contracts/audio-answer.ts";
import { encodeWav } from "../../../core/audio/wav-file.ts";

export type Mood = "glad" | "angry" | "even" | "torn";

/** What the voices of these tests sound like: the level of all samples says the mood, so that whoever hears them can tell. */
const LEVELS: Record<Mood, number> = { glad: 1_000, angry: -1_000, even: 0, torn: 500 };

/** A WAV file of the model server's form: 16 kHz, mono, PCM of 16 bits. */
export function spokenWav(mood: Mood, durationMs: number): Uint8Array {
  return encodeWav([new Int16Array((16_000 * durationMs) / 1_000).fill(LEVELS[mood])], 16_000);
}

/** @throws Error for anything but what `spokenWav` makes. */
export function heardIn(wav: Buffer): { mood: Mood; durationMs: number } {
  const isForm = wav.toString("latin1", 0, 4) === "RIFF" && wav.readUInt16LE(20) === 1 && wav.readUInt16LE(22) === 1 && wav.readUInt32LE(24) === 16_000 && wav.readUInt16LE(34) === 16;
  if (!isForm || wav.readUInt32LE(40) !== wav.length - 44) throw new Error("not a WAV file of 16 kHz, mono, PCM of 16 bits");
  const level = wav.readInt16LE(44);
  const mood = (Object.keys(LEVELS) as Mood[]).find((one) => LEVELS[one] === level);
  if (mood === undefined) throw new Error(`no mood sounds like ${level}`);
  return { mood, durationMs: (wav.length - 44) / 32 };
}

const EMOTIONS: Record<Mood, [happy: number, neutral: number, angry: number, surprised: number]> = {
  glad: [0.72, 0.09, 0.09, 0.1],
  angry: [0.05, 0.1, 0.8, 0.05],
  even: [0.09, 0.72, 0.09, 0.1],
  torn: [0.4, 0.1, 0.4, 0.1],
};

/** What a model server with happy, neutral, angry and (dropped) surprised answers; below 0.5 it says that it is not sure. */
export function audioAnswer(mood: Mood, durationMs: number, more: Partial<AudioAnswer> = {}): AudioAnswer {
  const [happy, neutral, angry, surprised] = EMOTIONS[mood];
  const rest = happy + neutral + angry;
  const valence = { positive: happy / rest, neutral: neutral / rest, negative: angry / rest };
  const probabilities = { happy, neutral, angry, surprised };
  return {
    schema: AUDIO_ANSWER_VERSION,
    model: { name: "tiny-hubert", version: "1.2.0", family: "hubert" },
    durationMs,
    probabilities,
    valence,
    lowConfidence: Math.max(...Object.values(valence)) < 0.5,
    scores: "calibrated",
    windows: [{ startMs: 0, endMs: durationMs, probabilities, valence }],
    timings: { queuedMs: 1, inferenceMs: 36 },
    ...more,
  };
}
