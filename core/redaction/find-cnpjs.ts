import { isCnpj } from "./check-digits.ts";
import type { Finding } from "./find-personal-data.ts";
import { DIGIT, folded, type FoldedText, LETTER_OR_NUMBER } from "./folded-text.ts";

const LENGTH = 14;
/** After how many characters a mark may stand: 12.ABC.345/01DE-35. */
const MARKS: Record<number, number> = { 2: 0x2e, 5: 0x2e, 8: 0x2f, 12: 0x2d };
const WITH_LETTER = /[A-Z]/iu;
const CHARACTERS = /^[0-9A-Z]{12}\d\d$/u;

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

function endFrom(text: FoldedText, start: number): number | undefined {
  const { codes, kinds, length } = text;
  let position = start;
  let count = 0;
  for (; count < LENGTH && position < length; count += 1, position += 1) {
    if (codes[position] === MARKS[count]) position += 1;
    if (!isAsciiLetterOrDigit(codes[position]!)) return undefined;
  }
  if (count < LENGTH || (position < length && (kinds[position]! & LETTER_OR_NUMBER) !== 0)) return undefined;
  if ((kinds[position - 1]! & kinds[position - 2]! & DIGIT) === 0) return undefined;
  const written = folded(text, start, position);
  if (!WITH_LETTER.test(written)) return undefined;
  const plain = written.length === LENGTH ? written : written.replaceAll(/[./-]/gu, "");
  // In small letters only with its marks: unbroken, it would be any word with a number behind it.
  const characters = plain.length === written.length ? plain : plain.toUpperCase();
  return CHARACTERS.test(characters) && isCnpj(characters) ? position : undefined;
}

function isAsciiLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
