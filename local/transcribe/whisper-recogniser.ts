import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { hearSpeech, type Speech } from "./hear-speech.ts";
import { fittingLanguage, type Recogniser, type Recognition, type RecordingToHear, spreadWords, TranscriptionFailedError, type Utterance, type Wish } from "./recogniser.ts";
import { openWhisper, type WhisperContext, type WhisperResult } from "./whisper-package.ts";

/** So many stretches of speech, the first ones, tell the language: one word alone misleads Whisper. */
const LANGUAGE_STRETCHES = 3;
/** Shorter audio is not heard at all by whisper.cpp; silence is added. */
const SHORTEST_SAMPLES = 16_000 * 1.25;
/** The package never answers where whisper.cpp throws; a stretch of ten seconds takes the largest model less, even on a slow machine. */
const ANSWER_MS = 300_000;
/** What Whisper writes for sounds that are no words: [BLANK_AUDIO], (music), ♪. */
const NO_WORDS = /\[[^\]]*\]|\([^)]*\)|♪/gu;

/**
 * Whisper behind the local Transcribe, one recording at a time. Speech is found first and written down stretch by stretch, so that times
 * are the recording's; within a stretch words are spread by their length. It tells no voices apart and says of no word how sure it is.
 */
export class WhisperRecogniser implements Recogniser {
  readonly #context: WhisperContext;
  /** `whisper-base` of `ggml-base.bin`. */
  readonly #name: string;
  readonly #answerMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(context: WhisperContext, modelFile: string, answerMs = ANSWER_MS) {
    this.#answerMs = answerMs;
    this.#context = context;
    this.#name = `whisper-${basename(modelFile, ".bin").replace(/^ggml-/u, "")}`.slice(0, 64);
  }

  /** @throws Error when the package or the weights are not there, with what to do. */
  static open(modelFile: string): WhisperRecogniser {
    return new WhisperRecogniser(openWhisper(modelFile), modelFile);
  }

  async recognise(recording: RecordingToHear, wish: Wish): Promise<Recognition> {
    const turn = this.#last.then(() => this.#hear(recording, wish));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for the stretch under way; what is left of its recording stays unwritten. */
  async close(): Promise<void> {
    this.#stopped = true;
    await this.#last;
    await this.#context.release();
  }

  async #hear(recording: RecordingToHear, wish: Wish): Promise<Recognition> {
    const utterances: Utterance[] = [];
    const waiting: Speech[] = [];
    let language: { code: string; score: number } | undefined;
    for await (const speech of hearSpeech(recording.bytes(), wish.channelsApart)) {
      waiting.push(speech);
      if (language === undefined && waiting.length < LANGUAGE_STRETCHES) continue;
      language ??= await this.#languageOf(waiting, wish);
      for (const next of waiting.splice(0)) utterances.push(...(await this.#write(next, language.code)));
    }
    language ??= await this.#languageOf(waiting, wish);
    for (const next of waiting) utterances.push(...(await this.#write(next, language.code)));
    return {
      transcriber: this.#name,
      language: language.code,
      languageScore: language.score,
      channels: Math.max(1, ...utterances.map(({ channel }) => channel + 1)),
      utterances: utterances.sort((one, other) => one.startMs - other.startMs || one.channel - other.channel),
    };
  }

  /** What was said, or what most of the first stretches are in. @throws TranscriptionFailedError where that is none of the wished-for. */
  async #languageOf(stretches: readonly Speech[], wish: Wish): Promise<{ code: string; score: number }> {
    const [only, other] = wish.languages;
    if (only !== undefined && (other === undefined || stretches.length === 0)) return { code: only, score: 1 };
    if (stretches.length === 0) return { code: "en-US", score: 0 };
    const heard: string[] = [];
    for (const { samples } of stretches) heard.push((await this.#run(samples, "auto")).language ?? "");
    const votes = (code: string): number => heard.filter((one) => one === code).length;
    const [most = ""] = [...heard].sort((one, two) => votes(two) - votes(one));
    return { code: fittingLanguage(most, wish), score: votes(most) / heard.length };
  }

  async #write({ channel, endMs, samples, startMs }: Speech, language: string): Promise<Utterance[]> {
    const { segments } = await this.#run(samples, language.split("-")[0] ?? "auto");
    const within = (t: number): number => Math.min(endMs, startMs + Math.max(0, t));
    const words = segments.flatMap(({ t0, t1, text }) => spreadWords(text.replaceAll(NO_WORDS, " "), within(t0), Math.max(within(t1), within(t0) + 1)));
    return words.some(({ punctuation }) => !punctuation) ? [{ channel, startMs, endMs, words }] : [];
  }

  async #run(samples: Int16Array, language: string): Promise<WhisperResult> {
    if (this.#stopped) throw new TranscriptionFailedError("The local run is stopping.");
    const padded = new Int16Array(Math.max(samples.length, SHORTEST_SAMPLES));
    padded.set(samples);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => fail(new TranscriptionFailedError(`Whisper (${this.#name}) gave no answer within ${this.#answerMs / 1_000} s: are its weights whole?`)), this.#answerMs);
    });
    // One temperature: the same recording gives the same words.
    const options = { language, maxThreads: Math.max(1, availableParallelism() - 1), temperature: 0, temperatureInc: 0 };
    return Promise.race([this.#context.transcribeData(padded.buffer, options).promise, late]).finally(() => clearTimeout(timer));
  }
}
