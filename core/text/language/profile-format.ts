/**
 * The languages told apart by their letter groups. Fixed order: profiles name a language by its position.
 * Languages with a script of their own are told by it and need no profile (see `scripts.ts`).
 */
export const PROFILED_LANGUAGES = (
  "ar bg ca cs da de en es fa fi fr hi hu it mr ms nl no pl pt ro ru sv tr uk ur vi"
).split(" ");

/**
 * One letter group: at most four bytes of lower-case UTF-8, big-endian in `bytes`; `shape` is its length, plus 8 at
 * the start of a word, plus 16 at its end.
 */
export interface LetterGroup {
  bytes: number;
  shape: number;
}

export const WORD_START = 8;
export const WORD_END = 16;

/** Scores are kept less this, the smallest there is, so that they fit a byte (the source does the same). */
export const BASE_SCORE = 53;

/** Serial form, before compression: shape, the bytes, how many languages, then language and score of each. */
export function* readProfiles(serial: Uint8Array): Generator<{ group: LetterGroup; from: number; languages: number }> {
  let position = 0;
  while (position < serial.length) {
    const shape = serial[position]!;
    const length = shape & 7;
    let bytes = 0;
    for (let index = 1; index <= length; index += 1) bytes = ((bytes << 8) | serial[position + index]!) >>> 0;
    const languages = serial[position + length + 1]!;
    const from = position + length + 2;
    yield { group: { bytes, shape }, from, languages };
    position = from + 2 * languages;
  }
}
