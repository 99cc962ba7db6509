/** What a character is to the finders; several may hold. */
export const DIGIT = 1;
export const LETTER = 2;
/** `\p{N}` that is not a decimal digit, such as ½. */
export const OTHER_NUMBER = 4;
/** Between the groups of a written number. */
export const SEPARATOR = 8;
export const HEXADECIMAL = 16;
/** Before the @ of a mail address, letters and digits aside. */
export const LOCAL_PART_MARK = 32;
const KNOWN = 128;

export const LETTER_OR_NUMBER = LETTER | DIGIT | OTHER_NUMBER;

/**
 * A text as the finders read it: digits of every script, full-width, mathematical and circled characters and all kinds of dashes and
 * spaces as their ASCII counterparts. A card number typed in full-width digits is a card number.
 */
export interface FoldedText {
  length: number;
  /** The folded text itself. */
  text: string;
  /** Its UTF-16 code units. */
  codes: Uint16Array;
  /** One set of the constants above a code unit. */
  kinds: Uint8Array;
  /** Where each code unit stands in the text as written, and the end; undefined when at the same place. */
  origins: Uint32Array | undefined;
}

// Filled as characters turn up: classifying them all takes 40 ms.
const FOLDED = new Uint16Array(0x10000);
const KINDS = new Uint8Array(0x10000);

export function foldText(text: string): FoldedText {
  const codes = new Uint16Array(text.length);
  const kinds = new Uint8Array(text.length);
  let isFolded = false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (KINDS[code] === 0) learn(code);
    if (code === MATHEMATICAL) return foldWithOrigins(text);
    const foldedCode = FOLDED[code]!;
    isFolded ||= foldedCode !== code;
    codes[position] = foldedCode;
    kinds[position] = KINDS[code]! & ~KNOWN;
  }
  return { length: text.length, text: isFolded ? textOf(codes) : text, codes, kinds, origins: undefined };
}

/** A part of the folded text; what lies outside it is left out. */
export function folded({ text }: FoldedText, start: number, end: number): string {
  return text.slice(Math.max(0, start), end);
}

/** All machines that Node runs on keep the lower byte first; a text decoder would replace half surrogate pairs. */
function textOf(codes: Uint16Array): string {
  return Buffer.from(codes.buffer, codes.byteOffset, codes.byteLength).toString("utf16le");
}

/** The high surrogate of mathematical letters and digits, the only ones of two code units that unfold to one. */
const MATHEMATICAL = 0xd835;

const UNFOLDED_MATHEMATICAL = new Map<number, number>();

/** The letter or digit that a low surrogate stands for; 0 for none. */
function unfoldedMathematical(low: number): number {
  let unfolded = UNFOLDED_MATHEMATICAL.get(low);
  if (unfolded === undefined) {
    const compatible = String.fromCharCode(MATHEMATICAL, low).normalize("NFKC");
    unfolded = compatible.length === 1 ? compatible.charCodeAt(0) : 0;
    if (low >= 0xdc00 && low <= 0xdfff) UNFOLDED_MATHEMATICAL.set(low, unfolded);
  }
  return unfolded;
}

function foldWithOrigins(text: string): FoldedText {
  const codes = new Uint16Array(text.length);
  const kinds = new Uint8Array(text.length);
  const origins = new Uint32Array(text.length + 1);
  let length = 0;
  for (let position = 0; position < text.length; ) {
    let code = text.charCodeAt(position);
    let width = 1;
    if (code === MATHEMATICAL) {
      const unfolded = unfoldedMathematical(text.charCodeAt(position + 1));
      if (unfolded !== 0) {
        code = unfolded;
        width = 2;
      }
    }
    if (KINDS[code] === 0) learn(code);
    codes[length] = FOLDED[code]!;
    kinds[length] = KINDS[code]! & ~KNOWN;
    origins[length] = position;
    length += 1;
    position += width;
  }
  origins[length] = text.length;
  const used = codes.subarray(0, length);
  return { length, text: textOf(used), codes: used, kinds: kinds.subarray(0, length), origins };
}

// Powers and indices ("m²", "H₂O") are no digits of a number.
const RAISED_OR_LOWERED = /[\u00B2\u00B3\u00B9\u2070-\u209F]/u;
const DASHES = /[\u2010-\u2015\u2212]/u;

function learn(code: number): void {
  const character = String.fromCharCode(code);
  const ascii = code < 0x80 ? character : asciiOf(character);
  FOLDED[code] = ascii === undefined ? code : ascii.charCodeAt(0);
  KINDS[code] = KNOWN | kindOf(ascii ?? character);
}

function asciiOf(character: string): string | undefined {
  if (RAISED_OR_LOWERED.test(character)) return undefined;
  if (DASHES.test(character)) return "-";
  if (/\p{Zs}/u.test(character)) return " ";
  const compatible = character.normalize("NFKC");
  if (/^[!-~]$/u.test(compatible)) return compatible;
  return /^\p{Nd}$/u.test(compatible) ? String(digitValue(compatible.charCodeAt(0))) : undefined;
}

/** Unicode keeps the ten digits of a script together, zero first. */
function digitValue(code: number): number {
  let value = 0;
  while (/\p{Nd}/u.test(String.fromCharCode(code - value - 1))) value += 1;
  return value % 10;
}

function kindOf(character: string): number {
  let kind = 0;
  if (/\d/u.test(character)) kind |= DIGIT;
  else if (/\p{N}/u.test(character)) kind |= OTHER_NUMBER;
  if (/[\p{L}\p{M}]/u.test(character)) kind |= LETTER;
  if (/[0-9a-f]/iu.test(character)) kind |= HEXADECIMAL;
  if (/[ .()/-]/u.test(character)) kind |= SEPARATOR;
  // Less what RFC 5322 also allows but only links use: / = ? & # { | }
  if (/[.!$%'*+^_`~-]/u.test(character)) kind |= LOCAL_PART_MARK;
  return kind;
}
