import type { Finding } from "./find-personal-data.ts";
import { type FoldedText, LETTER, LETTER_OR_NUMBER, LOCAL_PART_MARK } from "./folded-text.ts";

// RFC 5321: at most 64 octets before the @ and 255 after it; RFC 1035: 63 a label. The limits also bound the work around every @.
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 255;
const LONGEST_LABEL = 63;

const AT = 0x40;
const DOT = 0x2e;
const HYPHEN = 0x2d;
/** A quotation mark or a full stop before an address belongs to the sentence. */
const OPENING_MARKS = new Set(Array.from(".'`*_~!", (mark) => mark.charCodeAt(0)));

/** Mail addresses, international ones too. */
export function findEmails(text: FoldedText, findings: Finding[]): void {
  const { codes, length } = text;
  for (let at = 0; at < length; at += 1) {
    if (codes[at] !== AT) continue;
    const start = startOfLocalPart(text, at);
    const end = start === at ? undefined : endOfDomain(text, at + 1);
    if (end !== undefined) findings.push({ type: "EMAIL", start, end });
  }
}

function startOfLocalPart({ codes, kinds }: FoldedText, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL_PART && (kinds[start - 1]! & (LETTER_OR_NUMBER | LOCAL_PART_MARK)) !== 0) start -= 1;
  while (start < at && OPENING_MARKS.has(codes[start]!)) start += 1;
  return start;
}

/** Two labels or more; the last begins with a letter and has two characters or more. */
function endOfDomain({ codes, kinds, length }: FoldedText, from: number): number | undefined {
  const limit = Math.min(length, from + LONGEST_DOMAIN);
  let found: number | undefined;
  for (let label = from; label < limit; ) {
    let end = label;
    while (end < limit && end - label < LONGEST_LABEL && ((kinds[end]! & LETTER_OR_NUMBER) !== 0 || codes[end] === HYPHEN)) end += 1;
    let last = end;
    while (last > label && codes[last - 1] === HYPHEN) last -= 1;
    if (label > from && last - label >= 2 && (kinds[label]! & LETTER) !== 0) found = last;
    if (end === label || codes[label] === HYPHEN || codes[end] !== DOT) break;
    label = end + 1;
  }
  return found;
}
