import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/*
 * Speaks the demo's sample calls with espeak-ng and packs them with ffmpeg, one format each, and writes beside each what is said and when
 * (docs/local-transcribe.md). Only for who wants to change them: recordings and transcripts are in the repository.
 */

interface Line {
  /** Channel of the recording, from 0. */
  track: 0 | 1;
  /** A voice of espeak-ng, with its variant. */
  voice: string;
  /** Words a minute, and pitch from 0 to 99. */
  pace: number;
  pitch: number;
  words: string;
  /** Seconds of silence before it. */
  pause: number;
}

interface Call {
  file: string;
  channels: 1 | 2;
  /** As Amazon Transcribe writes it. */
  language: string;
  /** ffmpeg's options of the finished file. */
  coding: readonly string[];
  lines: readonly Line[];
}

const customer = { track: 0, voice: "en-us+f3", pace: 175, pitch: 60 } as const;
const agent = { track: 1, voice: "en-gb+m3", pace: 150, pitch: 35 } as const;

const CALLS: readonly Call[] = [
  {
    file: "support-call.wav",
    channels: 2,
    language: "en-GB",
    coding: ["-ar", "8000", "-c:a", "pcm_mulaw"],
    lines: [
      { ...agent, pause: 0.6, words: "Good morning, this is the card service. How can I help you today?" },
      { ...customer, pause: 0.7, words: "My card was declined again, at the supermarket, with everybody watching me." },
      { ...agent, pause: 0.6, words: "I am sorry to hear that. Let me look at your account." },
      { ...customer, pace: 210, pitch: 80, pause: 0.5, words: "This is the third time this month! Nobody ever calls me back!" },
      { ...agent, pause: 0.8, words: "I can see what happened. The limit was lowered by mistake, and I have just raised it." },
      { ...customer, pace: 160, pitch: 55, pause: 0.9, words: "Oh. Well, thank you. That was quick." },
    ],
  },
  {
    file: "complaint.flac",
    channels: 1,
    language: "en-US",
    coding: ["-ar", "16000", "-c:a", "flac"],
    lines: [
      { ...customer, voice: "en-us+m5", pace: 190, pitch: 45, pause: 0.5, words: "I have been waiting for the technician since nine o'clock." },
      { ...customer, voice: "en-us+m5", pace: 205, pitch: 60, pause: 0.8, words: "Nobody came, and nobody answers the phone." },
    ],
  },
  {
    file: "elogio.mp3",
    channels: 1,
    language: "pt-BR",
    coding: ["-ar", "22050", "-c:a", "libmp3lame", "-b:a", "32k"],
    lines: [
      { track: 0, voice: "pt-br+f2", pace: 165, pitch: 65, pause: 0.5, words: "Bom dia! Queria agradecer a ajuda de ontem." },
      { track: 0, voice: "pt-br+f2", pace: 170, pitch: 70, pause: 0.7, words: "O problema foi resolvido em cinco minutos, adorei o atendimento." },
    ],
  },
  {
    file: "mailbox.ogg",
    channels: 1,
    language: "de-DE",
    coding: ["-ar", "48000", "-c:a", "libopus", "-b:a", "24k"],
    lines: [
      { track: 0, voice: "de+m2", pace: 155, pitch: 40, pause: 0.5, words: "Guten Tag, ich rufe wegen meiner Rechnung an." },
      { track: 0, voice: "de+m2", pace: 155, pitch: 40, pause: 0.9, words: "Bitte rufen Sie mich morgen zurück." },
    ],
  },
];

const RATE = 22_050;
const WAV_HEADER_BYTES = 44;
/** What espeak-ng's silence before and after the words stays under, of 32,768. */
const SILENCE = 200;

/** When the words in a file of espeak-ng (one channel, 16 bits, `RATE`) begin and end. */
function speechOf(wav: string): { startMs: number; endMs: number } {
  const bytes = readFileSync(wav).subarray(WAV_HEADER_BYTES);
  const loud = Array.from({ length: bytes.length / 2 }, (_, n) => Math.abs(bytes.readInt16LE(n * 2)) > SILENCE);
  return { startMs: Math.round((loud.indexOf(true) / RATE) * 1_000), endMs: Math.round((loud.lastIndexOf(true) / RATE) * 1_000) };
}

const folder = mkdtempSync(join(tmpdir(), "valence-calls-"));
const run = (program: string, parameters: readonly string[]): void => void execFileSync(program, parameters, { stdio: ["ignore", "ignore", "inherit"] });
for (const { channels, coding, file, language, lines } of CALLS) {
  let at = 0;
  const inputs = lines.map((line, index) => {
    const spoken = join(folder, `${file}-${index}.wav`);
    run("espeak-ng", ["-v", line.voice, "-s", String(line.pace), "-p", String(line.pitch), "-w", spoken, line.words]);
    const seconds = Number(execFileSync("ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", spoken]).toString());
    const start = at + line.pause;
    at = start + seconds;
    const speech = speechOf(spoken);
    const utterance = { ...(channels === 2 ? { channel: line.track } : {}), startMs: Math.round(start * 1_000) + speech.startMs, endMs: Math.round(start * 1_000) + speech.endMs, text: line.words };
    return { spoken, start, track: line.track, utterance };
  });
  const tracks = Array.from({ length: channels }, (_, track) => {
    const own = inputs.flatMap((input, index) => (input.track === track ? [{ ...input, index }] : []));
    const delayed = own.map(({ index, start }) => `[${index}]aresample=${RATE},adelay=${Math.round(start * 1000)}[d${index}]`);
    return `${delayed.join(";")};${own.map(({ index }) => `[d${index}]`).join("")}amix=inputs=${own.length}:normalize=0,apad=whole_dur=${at + 0.5}[t${track}]`;
  });
  const joined = channels === 1 ? "[t0]volume=0.7[out]" : "[t0][t1]join=inputs=2:channel_layout=stereo,volume=0.7[out]";
  const output = resolve(import.meta.dirname, "../demo/samples/calls", file);
  run("ffmpeg", ["-v", "error", "-y", ...inputs.flatMap(({ spoken }) => ["-i", spoken]), "-filter_complex", `${tracks.join(";")};${joined}`, "-map", "[out]", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", ...coding, output]);
  writeFileSync(`${output}.transcript.json`, `${JSON.stringify({ language, utterances: inputs.map(({ utterance }) => utterance) }, null, 2)}\n`);
  console.log(`wrote ${output} and what it says`);
}
rmSync(folder, { recursive: true });
