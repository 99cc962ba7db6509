import { isCardNumber, isCnpj, isCpf } from "./check-digits.ts";
import type { Finding, PersonalDataType } from "./find-personal-data.ts";
import { looksLikePhone, type WrittenNumber } from "./phone-shapes.ts";

// Digits that may belong together: up to three separators between two of them, an optional + or bracket in front.
const RUNS = /(?:\+[ (]{0,2}|\()?\d(?:[ \u00A0.()/\u2010-\u2013-]{0,3}\d)*/gu;
const GROUPS = /\d+/gu;

// Nothing known is written in more groups: +55 (11) 9 8765 4321 has five, a French phone with its prefix six.
const MOST_GROUPS = 6;
const SHORTEST = 7;
const LONGEST = 19;

interface Group {
  digits: string;
  start: number;
  end: number;
}

/** Payment cards, CPF, CNPJ and phone numbers: the longest group of digits that is one of them, from the left. */
export function findNumbers(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const run of text.matchAll(RUNS)) {
    // Years, amounts and counts: nearly every run ends here.
    if (run[0].length < SHORTEST) continue;
    const groups = groupsOf(run[0], run.index);
    for (let first = 0; first < groups.length; ) {
      const found = longestFrom(text, groups, first);
      if (found === undefined) first += 1;
      else {
        findings.push(found.finding);
        first += found.groups;
      }
    }
  }
  return findings;
}

function groupsOf(run: string, offset: number): Group[] {
  return Array.from(run.matchAll(GROUPS), ({ 0: digits, index }) => ({ digits, start: offset + index, end: offset + index + digits.length }));
}

function longestFrom(text: string, groups: readonly Group[], first: number): { finding: Finding; groups: number } | undefined {
  const start = groups[first]!.start;
  // Digits inside a word or after a sign of numbering (`A4411…`, `#4411…`, `12,5`) are part of something else.
  if (/[\p{L}\p{N}_#,]/u.test(text[start - 1] ?? "")) return undefined;
  let digits = "";
  let found: { finding: Finding; groups: number } | undefined;
  for (let count = 1; count <= MOST_GROUPS && first + count <= groups.length; count += 1) {
    digits += groups[first + count - 1]!.digits;
    if (digits.length > LONGEST) break;
    const { end } = groups[first + count - 1]!;
    if (digits.length < SHORTEST || /[\p{L}_]/u.test(text[end] ?? "") || /^,\d/u.test(text.slice(end, end + 2))) continue;
    const number: WrittenNumber = { text, groups: groups.slice(first, first + count), digits, start, end };
    const type = typeOf(number);
    if (type !== undefined) found = { finding: { type, start: withOpening(text, start, type), end }, groups: count };
  }
  return found;
}

/** CPF and CNPJ first: two check digits say more than the one of a card. */
function typeOf(number: WrittenNumber): PersonalDataType | undefined {
  const shape = number.groups.map((group) => group.digits.length).join("-");
  if ((shape === "3-3-3-2" || shape === "9-2" || shape === "11") && isCpf(number.digits)) return "CPF";
  if ((shape === "2-3-3-4-2" || shape === "12-2" || shape === "8-4-2" || shape === "14") && isCnpj(number.digits)) return "CNPJ";
  if ((shape in CARD_GROUPINGS || number.groups.length === 1) && isCardNumber(number.digits)) return "CARD";
  return looksLikePhone(number, shape) ? "PHONE" : undefined;
}

/** How cards are embossed. Any grouping would let a list of numbers pass Luhn one time in ten. */
const CARD_GROUPINGS: Record<string, true> = { "4-4-4-4": true, "4-4-4-4-3": true, "4-4-4-4-2": true, "4-6-5": true, "4-6-4": true, "4-4-4-1": true };

/** A phone takes its + and its opening bracket along. */
function withOpening(text: string, start: number, type: PersonalDataType): number {
  if (type !== "PHONE") return start;
  let opening = start;
  while (opening > 0 && start - opening < 3 && /[+( ]/u.test(text[opening - 1]!)) opening -= 1;
  while (text[opening] === " ") opening += 1;
  return opening;
}
