import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { decodeAudio } from "../core/audio/decode/decode-audio.ts";
import { type Hearing, hearRecording, type HeardSegment } from "../core/audio/hear-recording.ts";
import { encodeWav } from "../core/audio/wav-file.ts";
import { type AudioAnswer, AudioAnswerSchema } from "../core/contracts/audio-answer.ts";
import { AudioRefusedError } from "../core/contracts/audio-refusal.ts";
import type { AudioSettings } from "../core/contracts/audio-settings.ts";
import { SENTIMENT_LABELS } from "../core/contracts/sentiment-result.ts";
import { ModelFolderError } from "../model-server/model-folder.ts";
import { startModelServer } from "../model-server/model-server.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { columnsOf, painter, plural, seconds } from "./terminal.ts";
import { timelineLegend, timelineRows, type TimelineSegment, timelineStrips } from "./timeline.ts";

export interface ListenOptions {
  model: string;
  left: "customer" | "agent";
  json?: boolean;
}

const MIB = 1024 * 1024;
const RATE = 16_000;
/** As many as a child each may have waiting: the rest of a long recording waits here. */
const ASKED_AT_A_TIME = 4;

type HeardAnswer = Omit<HeardSegment, "samples"> & { answer: AudioAnswer };

/** `valence listen`: a recording through decoder, speech detector and model server, on this machine and without a pipeline. */
export async function listen(file: string, { json, left, model }: ListenOptions): Promise<ExitCode> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new CommandError(`There is no file ${file}.`, EXIT.usage);
  if (!stat.isFile()) throw new CommandError(`${file} is no file: listen hears one recording at a time.`, EXIT.usage);
  const settings: AudioSettings = {
    speakers: left === "customer" ? ["customer", "agent"] : ["agent", "customer"],
    route: "direct",
    language: "und",
    maximumMinutes: 240,
    maximumMiB: 5_120,
    leastSnrDb: 8,
    quietSeconds: 60,
  };
  const started = Date.now();
  const { answers, hearing } = await hear(file, model, settings);
  if (json === true) console.log(JSON.stringify({ file: basename(file), ...hearing, segments: answers }, undefined, 2));
  else printTimeline(basename(file), hearing, answers, Date.now() - started);
  return EXIT.ok;
}

async function hear(file: string, model: string, settings: AudioSettings): Promise<{ hearing: Hearing; answers: HeardAnswer[] }> {
  const server = await startServer(model);
  try {
    const answers: HeardAnswer[] = [];
    const asking = new Set<Promise<void>>();
    const failures: unknown[] = [];
    const ask = async ({ samples, ...segment }: HeardSegment): Promise<void> => {
      const body = new Uint8Array(encodeWav([samples], RATE));
      const reply = await fetch(`${server.url}/invocations`, { method: "POST", headers: { "content-type": "audio/wav" }, body });
      if (!reply.ok) throw new CommandError(`The model server refused a segment: ${reply.status} ${await reply.text()}`);
      answers.push({ ...segment, answer: AudioAnswerSchema.parse(await reply.json()) });
    };
    const decoded = await decodeAudio(createReadStream(file), { maximumSeconds: settings.maximumMinutes * 60, maximumBytes: settings.maximumMiB * MIB });
    const hearing = await hearRecording(decoded, settings, {
      onSegment: async (segment) => {
        // Kept rather than left to the promise: nobody may wait for it any more when it fails.
        const asked = ask(segment).catch((error: unknown) => void failures.push(error)).finally(() => asking.delete(asked));
        asking.add(asked);
        if (asking.size >= ASKED_AT_A_TIME) await Promise.race(asking);
        if (failures.length > 0) throw failures[0];
      },
    });
    await Promise.all(asking);
    if (failures.length > 0) throw failures[0];
    return { hearing, answers: answers.sort((one, other) => one.index - other.index) };
  } catch (error) {
    if (error instanceof AudioRefusedError) throw new CommandError(`${file} cannot be heard (${error.code}): ${error.message}`, EXIT.inputFailed, { cause: error });
    throw error;
  } finally {
    await server.stop();
  }
}

async function startServer(modelFolder: string): Promise<Awaited<ReturnType<typeof startModelServer>>> {
  try {
    return await startModelServer({ modelFolder, host: "127.0.0.1", port: 0, log: () => undefined });
  } catch (error) {
    if (error instanceof ModelFolderError) throw new CommandError(`${modelFolder} is no model folder that can be used: ${error.message}`, EXIT.usage, { cause: error });
    throw error;
  }
}

function printTimeline(name: string, hearing: Hearing, answers: readonly HeardAnswer[], elapsedMs: number): void {
  const paint = painter(process.stdout);
  const segments = answers.map(timelineSegment);
  const spoken = hearing.tracks.reduce((sum, { speechMs }) => sum + speechMs, 0);
  const [{ model } = { model: undefined }] = answers.map(({ answer }) => answer);
  console.log(`${paint("bold", name)}  ${seconds(hearing.durationMs)}, ${plural(hearing.tracks.length, "track")}, ${seconds(spoken)} of speech in ${plural(segments.length, "segment")}`);
  if (hearing.losses.length > 0) console.log(paint("dim", `Heard with losses: ${hearing.losses.join(", ")} (docs/voice-road.md)`));
  console.log("");
  for (const line of timelineStrips(segments, hearing.durationMs, columnsOf(process.stdout, 96), paint)) console.log(line);
  console.log(`\n${timelineRows(segments, paint).join("\n")}\n\n${timelineLegend(paint).join("\n")}`);
  if (model !== undefined) console.log(paint("dim", `${model.name} ${model.version}, in ${seconds(elapsedMs)}. What it can and cannot tell is in its CARD.md.`));
}

function timelineSegment({ answer, endMs, speaker, startMs, track }: HeardAnswer): TimelineSegment {
  const label = SENTIMENT_LABELS.reduce((best, one) => (answer.valence[one] > answer.valence[best] ? one : best));
  const [[emotion] = []] = Object.entries(answer.probabilities).sort(([, one], [, other]) => other - one);
  return { track, speaker: speaker ?? `track ${track}`, startMs, endMs, label, scores: answer.valence, lowConfidence: answer.lowConfidence, ...(emotion === undefined ? {} : { emotion }) };
}
