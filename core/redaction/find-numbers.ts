import { isAnnouncedAsPhone, isNamedByItsWord } from "./announced-phone.ts";
import { isCardNumber, isCnpj, isCpf } from "./check-digits.ts";
import { type DigitGroups, digitGroups, shapeOf, withGroup } from "./digit-groups.ts";
import type { Finding, PersonalDataType } from "./find-personal-data.ts";
import { DIGIT, folded, type FoldedText, LETTER, OTHER_NUMBER } from "./folded-text.ts";
import { isWrittenAsPhone, LONGEST_PHONE, mayBePhone, type Opening, PHONE_SHAPES, SHORTEST_PHONE, type WrittenNumber } from "./phone-shapes.ts";

// Nothing known is written in more groups: +33 (0)6 12 34 56 78 has seven.
const MOST_GROUPS = 7;
/** Without a country's code: 2-3-3-4-2, 2-2-2-2-2. */
const MOST_GROUPS_AT_HOME = 5;
const LONGEST = 19;

const HYPHEN = 0x2d;
const DOT = 0x2e;
const UNDERSCORE = 0x5f;
const NUMBER_SIGN = 0x23;
const PLUS = 0x2b;
const COMMA = 0x2c;
const BRACKET = 0x28;
const CLOSING_BRACKET = 0x29;
const SPACE = 0x20;
const ZERO = 0x30;

interface CheckedNumber {
  type: PersonalDataType;
  isValid: (digits: string) => boolean;
}

/** Check-digit numbers by the lengths of their groups. Any grouping would let a list of numbers pass Luhn one time in ten. */
const CHECKED = new Map<number, readonly CheckedNumber[]>();
const CPF = { type: "CPF", isValid: isCpf } as const;
const CNPJ = { type: "CNPJ", isValid: isCnpj } as const;
const CARD = { type: "CARD", isValid: isCardNumber } as const;
// CPF and CNPJ first: two check digits say more than the one of a card.
for (const lengths of ["11", "9-2", "3-3-3-2"]) add(lengths, CPF);
for (const lengths of ["14", "12-2", "8-4-2", "2-3-3-4-2"]) add(lengths, CNPJ);
for (const lengths of ["13", "14", "15", "16", "17", "18", "19"]) add(lengths, CARD);
for (const lengths of ["4-4-4-4", "4-6-5", "4-6-4", "4-4-4-1", "4-4-4-2", "4-4-4-3", "4-4-4-4-1", "4-4-4-4-2", "4-4-4-4-3", "6-13", "8-8", "8-11"]) add(lengths, CARD);

function add(lengths: string, checked: CheckedNumber): void {
  CHECKED.set(shapeOf(lengths), [...(CHECKED.get(shapeOf(lengths)) ?? []), checked]);
}

const THOUSANDS = new Set(["1-3-3", "2-3-3", "3-3-3"].map(shapeOf));

// A look at one byte instead of two maps for nearly every list of numbers.
const KNOWN_SHAPES = new Uint8Array(4096);
for (const shape of [...CHECKED.keys(), ...PHONE_SHAPES, ...THOUSANDS]) KNOWN_SHAPES[hashed(shape)] = 1;

function mayBeKnown(shape: number): boolean {
  return KNOWN_SHAPES[hashed(shape)] === 1;
}

/** Fibonacci hashing to 12 bits. */
function hashed(shape: number): number {
  return Math.imul(shape, 0x9e3779b1) >>> 20;
}

/** Written so, a number with wrong check digits is that and nothing else; only the marks of a CPF tell it from a phone and a count. */
const ONLY_WITH_HYPHEN = new Set(["9-2", "3-3-3-2", "12-2", "8-4-2", "2-3-3-4-2"].map(shapeOf));
const UNMISTAKABLE = new Set(["4-4-4-4", "4-6-5", "4-6-4"].map(shapeOf));

/** Payment cards, CPF, CNPJ and phone numbers: the longest group of digits that is one of them, from the left; none inside `others`, which are in order. */
export function findNumbers(text: FoldedText, findings: Finding[], others: readonly { start: number; end: number }[]): void {
  const groups = digitGroups(text);
  let other = 0;
  for (let first = 0; first < groups.count; ) {
    const start = groups.starts[first]!;
    while (other < others.length && others[other]!.end <= start) other += 1;
    if (other < others.length && others[other]!.start <= start) {
      first += 1;
      continue;
    }
    first += longestFrom(text, groups, first, findings);
  }
}

/** Returns how many groups are settled by it, found or not. */
function longestFrom(text: FoldedText, groups: DigitGroups, first: number, findings: Finding[]): number {
  const start = groups.starts[first]!;
  const before = start === 0 ? 0 : text.kinds[start - 1]!;
  if ((before & OTHER_NUMBER) !== 0 || ((before & LETTER) !== 0 && !isNamedByItsWord(text, start))) return 1;
  let shape = 0;
  let digitCount = 0;
  let wrong = 0;
  let brackets = text.codes[start - 1] === BRACKET || (text.codes[start - 1] === PLUS && text.codes[start - 2] === BRACKET) ? 1 : 0;
  if (brackets === 1 && text.codes[groups.ends[first]!] !== CLOSING_BRACKET) brackets = 0;
  let found: PersonalDataType | undefined;
  let foundCount = 0;
  const opening = openingBefore(text, start, groups.ends[first]!);
  const most = opening === "plus" || opening === "zeros" ? MOST_GROUPS : MOST_GROUPS_AT_HOME;
  // Where digits stand right before it, no word does.
  let announced: number | undefined = groups.follows[first] === 1 ? 0 : undefined;
  for (let count = 1; count <= most && first + count <= groups.count; count += 1) {
    const group = first + count - 1;
    if (count > 1 && groups.follows[group] === 0) break;
    const groupStart = groups.starts[group]!;
    if (count > 1) brackets = bracketsBehind(text, groups.ends[group - 1]!, groupStart, brackets);
    if (brackets < 0) break;
    const end = groups.ends[group]!;
    digitCount += end - groupStart;
    if (digitCount > LONGEST) break;
    shape = withGroup(shape, end - groupStart);
    if (digitCount < SHORTEST_PHONE || isInsideWord(text, end)) continue;
    const isKnown = mayBeKnown(shape);
    const checked = isKnown ? CHECKED.get(shape) : undefined;
    if (checked !== undefined) {
      const digits = digitsOf(text, groups, first, count);
      const type = validType(checked, digits);
      if (type !== undefined) {
        found = type;
        foundCount = count;
        continue;
      }
      const isWrong = UNMISTAKABLE.has(shape) || (ONLY_WITH_HYPHEN.has(shape) && text.codes[groupStart - 1] === HYPHEN);
      if (isWrong && opening !== "plus") wrong = count;
    }
    if (digitCount > LONGEST_PHONE || opening === "numbered" || wrong === count) continue;
    // 255.255.255: an amount, which is seen before anything is made of it.
    if (isKnown && THOUSANDS.has(shape) && text.codes[groups.ends[first]!] === DOT && text.codes[groupStart - 1] === DOT && opening === "none") continue;
    if (opening === "plus" || opening === "zeros" || opening === "bracket" || (isKnown && PHONE_SHAPES.has(shape))) {
      if (isWrittenAsPhone(numberOf(text, groups, first, count, shape), opening)) {
        found = "PHONE";
        foundCount = count;
      }
    }
    if (found === undefined && announced !== 0) {
      announced ??= isAnnouncedAsPhone(text, start) ? 1 : 0;
      if (announced > 0 && mayBePhone(numberOf(text, groups, first, count, shape))) announced = count + 1;
    }
  }
  if (found === undefined && announced !== undefined && announced > 1) {
    found = "PHONE";
    foundCount = announced - 1;
  }
  if (found === undefined || foundCount < wrong) return Math.max(1, wrong);
  const from = found === "PHONE" ? openingOf(text, start, foundCount > 1 ? groups.ends[first]! : -1) : start;
  findings.push({ type: found, start: from, end: groups.ends[first + foundCount - 1]! });
  return foundCount;
}

function validType(checked: readonly CheckedNumber[], digits: string): PersonalDataType | undefined {
  for (const { type, isValid } of checked) if (isValid(digits)) return type;
  return undefined;
}

/** What stands before a number: a plus, a bracket around its first group, a sign of numbering; or its own first two zeros. */
function openingBefore({ codes, kinds }: FoldedText, start: number, firstEnd: number): Opening {
  let position = start - 1;
  if (position >= 0 && (codes[position] === NUMBER_SIGN || codes[position] === UNDERSCORE)) return "numbered";
  // 12,5 and 1,234,567
  if (position >= 1 && codes[position] === COMMA && (kinds[position - 1]! & DIGIT) !== 0) return "numbered";
  while (position >= 0 && start - position < 3 && (codes[position] === BRACKET || codes[position] === SPACE)) position -= 1;
  if (position >= 0 && codes[position] === PLUS && (position === 0 || (kinds[position - 1]! & DIGIT) === 0)) return "plus";
  if (codes[start - 1] === BRACKET && codes[firstEnd] === CLOSING_BRACKET) return "bracket";
  return codes[start] === ZERO && codes[start + 1] === ZERO ? "zeros" : "none";
}

function numberOf(text: FoldedText, groups: DigitGroups, first: number, count: number, shape: number): WrittenNumber {
  const start = groups.starts[first]!;
  return { text, start, end: groups.ends[first + count - 1]!, digits: digitsOf(text, groups, first, count), shape, groups: count, first: groups.ends[first]! - start };
}

function digitsOf(text: FoldedText, groups: DigitGroups, first: number, count: number): string {
  let digits = "";
  for (let group = first; group < first + count; group += 1) digits += folded(text, groups.starts[group]!, groups.ends[group]!);
  return digits;
}

function isInsideWord({ codes, kinds }: FoldedText, end: number): boolean {
  return end < codes.length && ((kinds[end]! & LETTER) !== 0 || codes[end] === UNDERSCORE);
}

/** A phone takes its + and the bracket around its first group along, not one that belongs to the sentence; `firstEnd` is −1 when there is no second group. */
function openingOf({ codes }: FoldedText, start: number, firstEnd: number): number {
  let opening = start;
  let mayTakeBracket = codes[firstEnd] === CLOSING_BRACKET;
  for (; opening > 0 && start - opening < 3; opening -= 1) {
    const before = codes[opening - 1];
    if (before === BRACKET && mayTakeBracket) mayTakeBracket = false;
    else if (before !== PLUS && before !== SPACE) break;
  }
  while (codes[opening] === SPACE) opening += 1;
  return opening;
}

/** How many brackets are open behind the gap; −1 when it closes one that was not opened inside the number. */
function bracketsBehind({ codes }: FoldedText, from: number, to: number, open: number): number {
  for (let position = from; position < to; position += 1) {
    if (codes[position] === BRACKET) open += 1;
    else if (codes[position] === CLOSING_BRACKET) open -= 1;
    if (open < 0) return -1;
  }
  return open;
}
