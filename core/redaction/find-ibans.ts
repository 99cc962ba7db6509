import type { Finding } from "./find-personal-data.ts";
import { DIGIT, type FoldedText, LETTER, LETTER_OR_NUMBER } from "./folded-text.ts";

// Total length by country: ISO 13616 registry.
const LENGTHS: Record<string, number> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22,
  DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28,
  HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25,
  MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29,
  RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29,
  VA: 22, VG: 24, XK: 20, YE: 30,
};

/** The countries whose accounts are known. */
export const IBAN_COUNTRIES = Object.keys(LENGTHS);

// Two letters as one small number, so that a look-up makes no string.
const LENGTH_BY_CODE = new Uint8Array(26 * 26);
for (const [country, length] of Object.entries(LENGTHS)) LENGTH_BY_CODE[(country.charCodeAt(0) - 65) * 26 + country.charCodeAt(1) - 65] = length;

/**
 * International bank account numbers whose length fits the country and whose remainder modulo 97 is 1 (ISO 13616). One that is written in
 * groups of four and is wrong is noted in `wrong`: the digits inside it are no other number.
 */
export function findIbans(text: FoldedText, findings: Finding[], wrong: { start: number; end: number }[]): void {
  const { kinds, length } = text;
  for (let start = 0; start + 4 < length; start += 1) {
    if ((kinds[start]! & LETTER) === 0 || (start > 0 && (kinds[start - 1]! & LETTER_OR_NUMBER) !== 0)) continue;
    if ((kinds[start + 1]! & LETTER) === 0 || (kinds[start + 2]! & kinds[start + 3]! & DIGIT) === 0) continue;
    const candidate = candidateFrom(text, start);
    if (candidate === undefined) continue;
    if (candidate.remainder === 1) findings.push({ type: "IBAN", start, end: candidate.end });
    else if (candidate.inFours) wrong.push({ start, end: candidate.end });
  }
}

interface Candidate {
  end: number;
  remainder: number;
  inFours: boolean;
}

/** As many letters and digits as the country's accounts have, with at most one separator between two of them, and nothing after them. */
function candidateFrom({ codes, kinds, length }: FoldedText, start: number): Candidate | undefined {
  const [first, second] = [value(codes[start]!), value(codes[start + 1]!)];
  if (first < 10 || second < 10) return undefined;
  const wanted = LENGTH_BY_CODE[(first - 10) * 26 + second - 10]!;
  if (wanted === 0) return undefined;
  let position = start + 4;
  let remainder = 0;
  let inFours = true;
  for (let count = 4; count < wanted; count += 1, position += 1) {
    const separated = position < length && isSeparator(codes[position]!);
    if (separated) position += 1;
    inFours &&= separated === (count % 4 === 0);
    const digit = position < length ? value(codes[position]!) : -1;
    if (digit === -1) return undefined;
    remainder = append(remainder, digit);
  }
  if (position < length && (kinds[position]! & LETTER_OR_NUMBER) !== 0) return undefined;
  // ISO 7064: the first four characters come last.
  for (let head = start; head < start + 4; head += 1) remainder = append(remainder, value(codes[head]!));
  return { end: position, remainder, inFours };
}

function append(remainder: number, digit: number): number {
  return (remainder * (digit > 9 ? 100 : 10) + digit) % 97;
}

/** 0–9, A = 10 … Z = 35; −1 for anything else. */
function value(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const upper = code & ~0x20;
  return upper >= 0x41 && upper <= 0x5a && code < 0x80 ? upper - 55 : -1;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0x2e;
}
