import { brotliDecompressSync } from "node:zlib";
import { BASE_SCORE, PROFILED_LANGUAGES, readProfiles, WORD_END, WORD_START } from "./profile-format.ts";
import { PROFILES } from "./profiles.ts";

/** What the letter groups of a text say; scores are comparable within one text only. */
export interface LetterGroupScores {
  /** undefined when no group is known. */
  best: string | undefined;
  bestScore: number;
  /** The score of the runner-up, 0 when there is none. */
  nextScore: number;
  /** How many letter groups the text has. */
  groups: number;
}

// After eld 2.1 (Nito T.M.): words are cut into groups of four bytes that overlap by one; every known group of a text
// counts once for each language that has it. A start of a text is enough: more letters do not change the answer.
const CHARACTERS_READ = 1000;
const BYTES_READ = 350;
const LONGEST_WORD = 70;

/** Scores a text against the profiles. Linear in its first 1,000 characters. */
export function scoreLetterGroups(text: string): LetterGroupScores {
  table ??= new ProfileTable();
  const scoring = table.begin();
  const lower = text.slice(0, CHARACTERS_READ).toLowerCase();
  let length = 0;
  let read = 0;
  for (let position = 0; position < lower.length; position += 1) {
    const code = lower.charCodeAt(position);
    const kind = kindOf(code);
    if (kind === LETTER || (kind === APOSTROPHE && joinsLetters(lower, position))) {
      const before = length;
      length = appendUtf8(code, length);
      read += length - before;
    } else {
      if (length > 0) scoreWord(length);
      length = 0;
      read += 1;
      if (read > BYTES_READ) break;
    }
  }
  if (length > 0) scoreWord(length);
  return scoring.result();
}

const word = new Uint8Array(CHARACTERS_READ * 3);

function appendUtf8(code: number, length: number): number {
  if (code < 0x80) {
    word[length] = code;
    return length + 1;
  }
  if (code < 0x800) {
    word[length] = 0xc0 | (code >> 6);
    word[length + 1] = 0x80 | (code & 0x3f);
    return length + 2;
  }
  word[length] = 0xe0 | (code >> 12);
  word[length + 1] = 0x80 | ((code >> 6) & 0x3f);
  word[length + 2] = 0x80 | (code & 0x3f);
  return length + 3;
}

function scoreWord(length: number): void {
  const end = Math.min(length, LONGEST_WORD);
  let start = 0;
  for (; start + 4 < end; start += 3) table!.count(groupBytes(start, 4), 4 | (start === 0 ? WORD_START : 0));
  const last = Math.max(0, end === 3 ? 0 : end - 4);
  table!.count(groupBytes(last, end - last), (end - last) | (start === 0 ? WORD_START : 0) | WORD_END);
}

function groupBytes(start: number, length: number): number {
  let bytes = 0;
  for (let index = start; index < start + length; index += 1) bytes = ((bytes << 8) | word[index]!) >>> 0;
  return bytes;
}

const LETTER = 1;
const APOSTROPHE = 2;
const OTHER = 3;
/** By UTF-16 unit, filled as units are met. Characters beyond the basic plane count as no letters, as in the source. */
const kinds = new Uint8Array(0x10000);

function kindOf(code: number): number {
  const known = kinds[code]!;
  if (known !== 0) return known;
  const character = String.fromCharCode(code);
  const kind = /\p{L}/u.test(character) ? LETTER : /['`’]/u.test(character) ? APOSTROPHE : OTHER;
  kinds[code] = kind;
  return kind;
}

/** An apostrophe (or several) right before a letter, or at the very end, belongs to the word. */
function joinsLetters(text: string, position: number): boolean {
  let next = position + 1;
  while (next < text.length && kindOf(text.charCodeAt(next)) === APOSTROPHE) next += 1;
  return next === text.length || kindOf(text.charCodeAt(next)) === LETTER;
}

const SLOTS = 0x10000;

/** Open addressing over typed arrays: no objects per group, so a look-up costs a few memory reads. */
class ProfileTable {
  readonly #serial = brotliDecompressSync(Buffer.from(PROFILES, "base64"));
  readonly #bytes = new Uint32Array(SLOTS);
  /** 0 marks an empty slot. */
  readonly #shapes = new Uint8Array(SLOTS);
  readonly #from = new Uint32Array(SLOTS);
  readonly #languages = new Uint8Array(SLOTS);
  /** The number of the text in which a group was last counted. */
  readonly #countedIn = new Uint32Array(SLOTS);
  readonly #scores = new Uint32Array(PROFILED_LANGUAGES.length);
  #text = 0;
  #groups = 0;

  constructor() {
    for (const { group, from, languages } of readProfiles(this.#serial)) {
      const slot = this.#slotOf(group.bytes, group.shape);
      this.#bytes[slot] = group.bytes;
      this.#shapes[slot] = group.shape;
      this.#from[slot] = from;
      this.#languages[slot] = languages;
    }
  }

  begin(): this {
    this.#text += 1;
    this.#groups = 0;
    this.#scores.fill(0);
    return this;
  }

  count(bytes: number, shape: number): void {
    this.#groups += 1;
    const slot = this.#slotOf(bytes, shape);
    if (this.#shapes[slot] === 0 || this.#countedIn[slot] === this.#text) return;
    this.#countedIn[slot] = this.#text;
    const from = this.#from[slot]!;
    const end = from + 2 * this.#languages[slot]!;
    for (let position = from; position < end; position += 2) {
      this.#scores[this.#serial[position]!]! += this.#serial[position + 1]! + BASE_SCORE;
    }
  }

  result(): LetterGroupScores {
    let best = -1;
    let bestScore = 0;
    let nextScore = 0;
    for (let language = 0; language < this.#scores.length; language += 1) {
      const score = this.#scores[language]!;
      if (score > bestScore) {
        nextScore = bestScore;
        bestScore = score;
        best = language;
      } else if (score > nextScore) {
        nextScore = score;
      }
    }
    return { best: PROFILED_LANGUAGES[best], bestScore, nextScore, groups: this.#groups };
  }

  /** The slot that holds the group, or the empty one where it would go. */
  #slotOf(bytes: number, shape: number): number {
    let slot = (Math.imul(bytes ^ Math.imul(shape, 0x9e3779b1), 0x85ebca6b) >>> 16) & (SLOTS - 1);
    while (this.#shapes[slot] !== 0 && (this.#bytes[slot] !== bytes || this.#shapes[slot] !== shape)) slot = (slot + 1) & (SLOTS - 1);
    return slot;
  }
}

/** Built on first use: a function that is only told languages need not pay for it. */
let table: ProfileTable | undefined;
