import { isCnpj } from "./check-digits.ts";
import type { Finding } from "./find-personal-data.ts";
import { DIGIT, type FoldedText, LETTER, LETTER_OR_NUMBER } from "./folded-text.ts";

const LENGTH = 14;
/** Which mark may stand after how many characters: 12.ABC.345/01DE-35. */
const MARKS = new Uint8Array(LENGTH);
MARKS.set([0x2e], 2);
MARKS.set([0x2e], 5);
MARKS.set([0x2f], 8);
MARKS.set([0x2d], 12);

/**
 * Brazil's numbers of companies with letters in them, given out since July 2026 (Receita Federal, Instrução Normativa RFB 2.229/2024).
 * Those of digits only are found with the other numbers.
 */
export function findCnpjs(text: FoldedText, findings: Finding[]): void {
  const { kinds, length } = text;
  for (let start = 0; start + LENGTH <= length; start += 1) {
    if ((kinds[start]! & LETTER_OR_NUMBER) === 0 || (start > 0 && (kinds[start - 1]! & LETTER_OR_NUMBER) !== 0)) continue;
    const end = endFrom(text, start);
    if (end !== undefined) findings.push({ type: "CNPJ", start, end });
  }
}

function endFrom({ text, codes, kinds, length }: FoldedText, start: number): number | undefined {
  let position = start;
  let letters = 0;
  for (let count = 0; count < LENGTH; count += 1, position += 1) {
    if (MARKS[count] !== 0 && codes[position] === MARKS[count]) position += 1;
    if (position >= length || !isAsciiLetterOrDigit(codes[position]!)) return undefined;
    if ((kinds[position]! & LETTER) !== 0) letters += 1;
  }
  if (letters === 0 || (position < length && (kinds[position]! & LETTER_OR_NUMBER) !== 0)) return undefined;
  if ((kinds[position - 1]! & kinds[position - 2]! & DIGIT) === 0) return undefined;
  // In small letters only with its marks: unbroken, it would be any word with a number behind it.
  const isMarked = position - start > LENGTH;
  const characters = isMarked ? text.slice(start, position).replaceAll(/[./-]/gu, "").toUpperCase() : text.slice(start, position);
  return (isMarked || !/[a-z]/u.test(characters)) && isCnpj(characters) ? position : undefined;
}

function isAsciiLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
