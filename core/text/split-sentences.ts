/*
 * Text cut into pieces that together are the text again, to the last character. All patterns match what they begin on and are judged afterwards: a
 * pattern that could fail late would take quadratic time on adversarial texts.
 */

/** Ends of sentences with what closes them and the white space behind; and blank lines, which end paragraphs. */
const SENTENCE_ENDS = /[.!?…‼⁇⁈⁉。！？｡।॥؟۔։።။]+["'”’»›)\]}」』）】]*\s*|\n[^\S\n]*\n\s*/gu;
/** Scripts that need no space after a sentence. */
const ENDS_WITHOUT_SPACE = /[。！？｡।॥؟۔։።။]/u;
const CLAUSE_ENDS = /[,;:،؛、，；：]+\s*|\s[-–—]+\s+/gu;
const CLAUSES_WITHOUT_SPACE = /[、，；：،؛]/u;
const WORD_ENDS = /\s+/gu;

/** Written with a full stop that ends no sentence; single letters (initials, "z. B.") are recognised without a list. */
const ABBREVIATIONS = new Set(
  (
    "mr mrs ms dr prof st vs e.g i.e cf inc ltd co corp approx dept " +
    "sr sra srta sras srs dra drs profa exmo exma ltda cia av depto obs " +
    "ud uds vd dña dto gral mme mlle cie env bd " +
    "z.b u.a d.h bzw ca usw evtl ggf inkl exkl zzgl str hr fr " +
    "sig sigg dott dott.ssa ing avv ecc"
  ).split(" "),
);
/** Abbreviations only before a number: "No. 7", but "No. Never again." */
const BEFORE_NUMBERS = new Set("no nr nº n núm num art p pág pag fig vol cap tel ext abs".split(" "));

const LONGEST_ABBREVIATION = 12;

/** @returns the sentences, each with the white space behind it; `join("")` gives the text back. Nothing for an empty text. */
export function splitSentences(text: string): string[] {
  return cutAfter(text, SENTENCE_ENDS, (end, from, to) => {
    if (to === text.length || end.startsWith("\n") || ENDS_WITHOUT_SPACE.test(end)) return true;
    if (!/\s$/u.test(end)) return false;
    if (/^(?:\.{2,}|…)/u.test(end)) return !/^\p{Ll}/u.test(text.slice(to, to + 2));
    return !end.startsWith(".") || !isAbbreviation(text, from, to);
  });
}

function isAbbreviation(text: string, stop: number, next: number): boolean {
  const word = /(?:^|[\s("'“«])([\p{L}\p{M}.º]+|\p{Nd}{1,2})$/u.exec(text.slice(Math.max(0, stop - LONGEST_ABBREVIATION), stop))?.[1];
  if (word === undefined) return false;
  // "am 3. Mai", "1. First": an end of a sentence that is missed now and then costs less than one in the middle.
  if (/^\p{Nd}/u.test(word)) return true;
  // "so do I." ends a sentence; "J. Smith" and "z. B." do not.
  if (/^\p{L}$/u.test(word)) return word !== "I";
  const lower = word.toLowerCase();
  return ABBREVIATIONS.has(lower) || (BEFORE_NUMBERS.has(lower) && /^\p{Nd}/u.test(text.slice(next, next + 2)));
}

/**
 * Cuts a text into as few parts as fit `maximumBytes` of UTF-8 each, all about the same length. Cuts lie at ends of sentences; inside a sentence that is
 * too long by itself at the end of a clause, then between words, and inside a word only where that alone is too long.
 */
export function splitIntoParts(text: string, maximumBytes: number): string[] {
  if (!Number.isInteger(maximumBytes) || maximumBytes < LARGEST_CHARACTER_BYTES) throw new RangeError(`A part needs room for at least one character: ${LARGEST_CHARACTER_BYTES} bytes or more, not ${maximumBytes}.`);
  return fit(text, maximumBytes, 0);
}

const LARGEST_CHARACTER_BYTES = 4;

const FINER: readonly ((text: string) => string[])[] = [
  splitSentences,
  (text) => cutAfter(text, CLAUSE_ENDS, (end) => /\s/u.test(end) || CLAUSES_WITHOUT_SPACE.test(end)),
  (text) => cutAfter(text, WORD_ENDS, () => true),
  splitCharacters,
  (text) => Array.from(text),
];

function fit(text: string, maximumBytes: number, level: number): string[] {
  if (Buffer.byteLength(text) <= maximumBytes) return [text];
  const pieces = FINER[level]!(text).flatMap((piece) => fit(piece, maximumBytes, level + 1));
  return pack(pieces, maximumBytes);
}

/** Joins neighbours into the fewest parts that fit, then evens their lengths out: the smallest limit that needs no more parts. */
function pack(pieces: readonly string[], maximumBytes: number): string[] {
  const sizes = pieces.map((piece) => Buffer.byteLength(piece));
  const fewest = joined(sizes, maximumBytes).length;
  let tooSmall = sizes.reduce((largest, size) => Math.max(largest, size), 0) - 1;
  let enough = maximumBytes;
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (joined(sizes, middle).length > fewest) tooSmall = middle;
    else enough = middle;
  }
  let start = 0;
  return joined(sizes, enough).map((count) => pieces.slice(start, (start += count)).join(""));
}

/** How many pieces each part takes when it takes as many as fit. */
function joined(sizes: readonly number[], maximumBytes: number): number[] {
  const counts: number[] = [];
  let room = 0;
  for (const size of sizes) {
    if (counts.length === 0 || size > room) {
      counts.push(0);
      room = maximumBytes;
    }
    counts[counts.length - 1]! += 1;
    room -= size;
  }
  return counts;
}

/** Characters as readers see them: a letter with its marks, an emoji with its modifiers. */
function splitCharacters(text: string): string[] {
  const characters: string[] = [];
  let joins = false;
  for (const point of text) {
    const belongs = joins || /^(?:\p{M}|\p{Emoji_Modifier}|\u200d)$/u.test(point);
    if (belongs && characters.length > 0) characters[characters.length - 1] += point;
    else characters.push(point);
    joins = point === "\u200d";
  }
  return characters;
}

function cutAfter(text: string, ends: RegExp, isEnd: (end: string, from: number, to: number) => boolean): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(ends)) {
    const to = match.index + match[0].length;
    if (!isEnd(match[0], match.index, to)) continue;
    pieces.push(text.slice(start, to));
    start = to;
  }
  if (start < text.length) pieces.push(text.slice(start));
  return pieces;
}
