import { decodeAudio } from "../core/audio/decode/decode-audio.ts";
import { Resampler, SPEECH_RATE } from "../core/audio/resampler.ts";
import type { AudioLimits, Question } from "./child-messages.ts";
import { RequestProblem } from "./request-problem.ts";

// Lossy decoders and resamplers overshoot full scale a little; integers passed as floats are far beyond.
const LARGEST_SAMPLE = 2;
const BYTES_PER_SAMPLE = 4;

/**
 * The body as mono float32 blocks at 16 kHz, decoded as they are asked for. Several channels become their mean.
 * @throws RequestProblem; AudioRefusedError of the decoder, also while iterating.
 */
export async function* decodeBody({ body, kind }: Question, limits: AudioLimits): AsyncGenerator<Float32Array> {
  if (body.length === 0) throw new RequestProblem("audio_empty", "The body is empty; send audio.");
  if (kind === "audio") yield* decodeFile(body, limits);
  else yield checkedSamples(kind === "json" ? samplesFromJson(body) : samplesFromBytes(body), limits);
}

async function* decodeFile(body: Uint8Array, limits: AudioLimits): AsyncGenerator<Float32Array> {
  const { format, blocks } = await decodeAudio(once(body), limits);
  const resampler = format.sampleRate === SPEECH_RATE ? undefined : new Resampler(format.sampleRate);
  for await (const channels of blocks) {
    const mono = meanOf(channels);
    const samples = resampler === undefined ? mono : resampler.push(mono);
    if (samples.length > 0) yield samples;
  }
  if (resampler !== undefined) yield resampler.end();
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function meanOf(channels: readonly Float32Array[]): Float32Array {
  const [first, ...others] = channels;
  if (first === undefined || others.length === 0) return first ?? new Float32Array(0);
  const mono = new Float32Array(first.length);
  for (let index = 0; index < mono.length; index += 1) {
    let sum = first[index]!;
    for (const channel of others) sum += channel[index]!;
    mono[index] = sum / channels.length;
  }
  return mono;
}

function samplesFromJson(body: Uint8Array): Float32Array {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    throw new RequestProblem("body_malformed", `The body is not JSON: ${(error as Error).message.slice(0, 120)}`);
  }
  const { samplingRate, audio, ...others } = Object(parsed) as { samplingRate?: unknown; audio?: unknown };
  const strangers = Object.keys(others);
  if (samplingRate !== SPEECH_RATE || !Array.isArray(audio) || strangers.length > 0) {
    throw new RequestProblem("body_malformed", `The body must be {"samplingRate": ${SPEECH_RATE}, "audio": [numbers]} and nothing else${strangers.length > 0 ? `; it has "${strangers[0]?.slice(0, 40)}", too` : ""}.`);
  }
  const notNumber = audio.findIndex((value) => typeof value !== "number");
  if (notNumber >= 0) throw new RequestProblem("body_malformed", `audio[${notNumber}] is not a number.`);
  return Float32Array.from(audio as number[]);
}

function samplesFromBytes(body: Uint8Array): Float32Array {
  if (body.length % BYTES_PER_SAMPLE !== 0) throw new RequestProblem("body_malformed", `The body has ${body.length} bytes, which is no whole number of float32 samples.`);
  // A copy: a body need not begin at a multiple of four. All platforms of the runtime are little-endian.
  return new Float32Array(new Uint8Array(body).buffer);
}

function checkedSamples(samples: Float32Array, { maximumSeconds }: AudioLimits): Float32Array {
  if (samples.length === 0) throw new RequestProblem("audio_empty", "The audio has no sample.");
  if (samples.length > maximumSeconds * SPEECH_RATE) throw new RequestProblem("audio_too_long", `The audio has ${(samples.length / SPEECH_RATE).toFixed(1)} s; ${maximumSeconds} s are the most.`);
  const wrong = samples.findIndex((sample) => !(Math.abs(sample) <= LARGEST_SAMPLE));
  if (wrong >= 0) throw new RequestProblem("body_malformed", `Sample ${wrong} is ${samples[wrong]}; samples are numbers between -1 and 1.`);
  return samples;
}
