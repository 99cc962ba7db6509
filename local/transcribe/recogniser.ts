/** A word or a mark of punctuation. */
export interface Word {
  content: string;
  punctuation: boolean;
  startMs: number;
  endMs: number;
  /** 0 to 1; absent where nobody says. */
  confidence?: number;
}

export interface Utterance {
  /** From 0. */
  channel: number;
  /** `spk_0` …, where voices were told apart. */
  speaker?: string;
  startMs: number;
  endMs: number;
  words: Word[];
}

export interface Recognition {
  /** Who wrote it down: `sidecar`, `whisper-ggml-tiny`. */
  transcriber: string;
  /** One of those that the job allows. */
  language: string;
  /** How sure that is, 0 to 1. */
  languageScore: number;
  channels: number;
  /** In the order of their starts. */
  utterances: Utterance[];
}

export interface RecordingToHear {
  key: string;
  bytes: () => AsyncIterable<Uint8Array>;
  /** What lies beside the recording, under its key and this ending. */
  beside: (ending: string) => Promise<Buffer | undefined>;
}

export interface Wish {
  /** Transcribe's codes: the one that was said, or those it may be; empty for any. */
  languages: readonly string[];
  /** Each channel for itself; otherwise all in one. */
  channelsApart: boolean;
}

export interface Recogniser {
  /** @returns undefined when it has nothing to say of this recording. @throws TranscriptionFailedError */
  recognise(recording: RecordingToHear, wish: Wish): Promise<Recognition | undefined>;
}

/** Ends a job as FAILED; the message is its FailureReason. */
export class TranscriptionFailedError extends Error {
  override readonly name = "TranscriptionFailedError";
}

/**
 * The code of Transcribe's among the allowed ones that fits a language: the very same, or the first of the same language.
 * @throws TranscriptionFailedError where none does: Transcribe would write down words of another language.
 */
export function fittingLanguage(spoken: string, { languages }: Wish): string {
  if (languages.length === 0) return spoken;
  const base = (code: string): string => code.split("-")[0]?.toLowerCase() ?? "";
  const fitting = languages.find((code) => code === spoken) ?? languages.find((code) => base(code) === base(spoken));
  if (fitting !== undefined) return fitting;
  throw new TranscriptionFailedError(`The recording is in ${spoken}, and the job was asked for ${languages.join(", ")}: add the language to the stage's transcription.languages, or say the recording's.`);
}

const PUNCTUATION = /^(?<word>.*?)(?<mark>[.,?!;:…。、！？]*)$/su;

/**
 * Words with times spread over an utterance by their numbers of characters; marks of punctuation at a word's end are items of their own,
 * as Transcribe's are.
 */
export function spreadWords(text: string, startMs: number, endMs: number, confidence?: number): Word[] {
  const written = text.trim().split(/\s+/u).filter(Boolean);
  const letters = written.reduce((sum, word) => sum + word.length, 0);
  const sure = confidence === undefined ? {} : { confidence };
  let before = 0;
  return written.flatMap((token) => {
    const { mark = "", word = "" } = PUNCTUATION.exec(token)?.groups ?? {};
    const at = (position: number): number => Math.round(startMs + ((endMs - startMs) * position) / letters);
    const [start, end] = [at(before), at(before + token.length)];
    before += token.length;
    return [
      ...(word === "" ? [] : [{ content: word, punctuation: false, startMs: start, endMs: end, ...sure }]),
      ...(mark === "" ? [] : [{ content: mark, punctuation: true, startMs: end, endMs: end }]),
    ];
  });
}
