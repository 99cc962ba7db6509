import { shapeOf } from "./digit-groups.ts";
import { folded, type FoldedText } from "./folded-text.ts";

/** Digits as they stand in a text from `start` to `end`, separators between the groups. */
export interface WrittenNumber {
  text: FoldedText;
  start: number;
  end: number;
  /** All groups together. */
  digits: string;
  /** The lengths of the groups. */
  shape: number;
  groups: number;
  /** The length of the first group. */
  first: number;
}

/** E.164 allows 15 digits; the shortest numbers at home have 7. */
export const SHORTEST_PHONE = 7;
export const LONGEST_PHONE = 15;

/** What comes before a number: `bracket` means one around its first group, `zeros` that it begins with two of them. */
export type Opening = "plus" | "bracket" | "zeros" | "numbered" | "none";

/** Whether the number is written as phones are: with a prefix of a country, a bracketed area, or in groups customary at home. */
export function isWrittenAsPhone(number: WrittenNumber, opening: Opening): boolean {
  if (opening === "plus") return fitsCountry(number.digits);
  if (opening === "zeros" && number.groups > 1 && isFromAbroad(number.digits.slice(2))) return !isAmount(number);
  return (opening === "bracket" && isBracketed(number)) || isNational(number);
}

/** Whether a number that a word announces may be one: not a date, not years, not an amount. */
export function mayBePhone(number: WrittenNumber): boolean {
  return !DATES.test(folded(number.text, number.start, number.end)) && !isAmount(number) && !written(number).includes("/");
}

/** Country code → the most digits with it; 0 for others, which may have all that E.164 allows. */
const LONGEST_BY_COUNTRY = new Uint8Array(1000);
for (const [country, longest] of Object.entries({ 1: 11, 33: 11, 34: 11, 39: 13, 44: 12, 49: 13, 51: 11, 52: 13, 54: 13, 55: 13, 56: 11, 57: 12, 351: 12 })) LONGEST_BY_COUNTRY[Number(country)] = longest;

function longestOf(digits: string): number | undefined {
  const one = digits.charCodeAt(0) - 0x30;
  const two = one * 10 + digits.charCodeAt(1) - 0x30;
  const three = two * 10 + digits.charCodeAt(2) - 0x30;
  return LONGEST_BY_COUNTRY[three]! || LONGEST_BY_COUNTRY[two]! || LONGEST_BY_COUNTRY[one]! || undefined;
}

function fitsCountry(digits: string): boolean {
  return digits.length >= 8 && digits.length <= (longestOf(digits) ?? LONGEST_PHONE) + (OPTIONAL_ZERO.test(digits) ? 1 : 0) && !digits.startsWith("0");
}

/** +44 (0)20 …, +33 (0)6 … */
const OPTIONAL_ZERO = /^(?:3[39]|4[49])0/u;

/** Behind 00, which also opens codes and counters: a country that is known, and nearly all its digits. */
function isFromAbroad(digits: string): boolean {
  const longest = longestOf(digits);
  return longest !== undefined && fitsCountry(digits) && digits.length >= longest - 1;
}

/** `(11) 98765-4321`: by the length of what stands in the brackets, how many digits there are with it. */
const BRACKETED: Record<number, RegExp> = {
  1: /^\d{7,9}$/u,
  2: /^\d{8,10}$|^\d\d9\d{8}$|^55\d{10,11}$|^5[12467]\d{8,11}$|^3[34]\d{9}$|^44\d{10}$/u,
  3: /^\d{9,10}$|^0\d{10}$|^351\d{9}$/u,
  4: /^0\d{9,10}$/u,
  5: /^0\d{9,10}$/u,
};

function isBracketed(number: WrittenNumber): boolean {
  return number.groups > 1 && BRACKETED[number.first]?.test(number.digits) === true && !written(number).includes("/") && !isAmount(number);
}

function isNational(number: WrittenNumber): boolean {
  if (NATIONAL.get(number.shape)?.test(number.digits) !== true) return false;
  // A slash writes dates, but Germans put one after the area.
  if (written(number).includes("/") && !(number.groups === 2 && number.digits.startsWith("0"))) return false;
  return !isAmount(number);
}

const AMOUNT = /^\d{1,3}(?:\.\d{3})+$|^\d{1,3}(?: 000)+$/u;
const PRICE_BEFORE = /[$€£¥]\s?$|\d,$/u;
const UNIT_AFTER = /^(?:,\d|\s?(?:[€£$%°]|(?:r\$|usd|eur|brl|reais|real|euros?|d[oó]lares|dollars|pesos|k?g|mg|k?m|[cm]m|m[l²³]|l|litros|[kmg]b|mah|k?wh|pontos|puntos|points|views|visitas|followers|seguidores)(?![\p{L}\p{N}])))/iu;

function isAmount(number: WrittenNumber): boolean {
  const { text, start, end } = number;
  return AMOUNT.test(written(number)) || PRICE_BEFORE.test(folded(text, start - 2, start)) || UNIT_AFTER.test(folded(text, end, end + 14));
}

function written({ text, start, end }: WrittenNumber): string {
  return folded(text, start, end);
}

const DATES = /^(?:19|20)\d\d\D(?:0?[1-9]|1[0-2])\D(?:0?[1-9]|[12]\d|3[01])(?!\d)|^(?:0?[1-9]|[12]\d|3[01])\D(?:0?[1-9]|[12]\d|3[01])\D(?:19|20)\d\d(?!\d)|^(?:19|20)\d\d\D{1,3}(?:19|20)\d\d(?!\d)/u;

/** How numbers are written at home, by the lengths of their groups. */
const NATIONAL = new Map(
  Object.entries({
    "3-3-4": /^[2-9]\d{2}[2-9]\d{6}$|^3\d{9}$|^0\d{9}$/u, // North America, Colombia and Italy mobile, Britain
    "1-3-3-4": /^1[2-9]\d{2}\d{7}$/u, // North America with its prefix
    "2-5-4": /^[1-9][1-9]9\d{8}$|^0\d{10}$/u, // Brazil, mobile
    "3-5-4": /^0[1-9][1-9]9\d{8}$/u, // Brazil, mobile, with trunk prefix
    "2-1-4-4": /^[1-9][1-9]9\d{8}$/u,
    "2-4-4": /^[1-9]\d[2-5]\d{7}$|^[1-9]{2}\d{8}$|^0\d{9}$/u, // Brazil, landline; Mexico; Argentina; Italy
    "5-4": /^9\d{8}$/u, // Brazil, mobile, without area
    "1-4-4": /^9\d{8}$/u, // Chile; Brazil, mobile, without area
    "4-3-4": /^0\d{10}$/u, // Brazil 0800, Britain
    "4-3-3": /^0\d{9}$/u,
    "3-3-3": /^[69]\d{8}$|^2[1-9]\d{7}$|^[78]\d{8}$/u, // Spain, Portugal, Peru
    "3-2-2-2": /^[6-9]\d{8}$/u, // Spain
    "2-3-2-2": /^[89]\d{8}$|^0\d{8}$/u,
    "2-3-3": /^9\d{7}$/u,
    "2-2-2-2-2": /^0[1-9]\d{8}$/u, // France
    "5-6": /^0\d{10}$/u, // Britain
    "5-3-3": /^0\d{10}$/u,
    "3-4-4": /^0\d{10}$/u, // London; Buenos Aires
    "3-8": /^01\d{9}$|^0\d{10}$/u,
    "4-7": /^01\d{9}$/u, // Germany, mobile
    "4-8": /^01\d{10}$/u,
    "3-5-3": /^0\d{10}$/u, // Germany, landline
    "3-4-3": /^0\d{9}$/u,
    "3-3-2-2": /^0\d{9}$/u,
    "3-6": /^0\d{8}$/u,
    "3-7": /^0\d{9}$|^3\d{9}$/u,
    "4-6": /^0\d{9}$/u,
    "11": /^[1-9][1-9]9[6-9]\d{7}$/u, // Brazil, mobile, unbroken: the one bare number plain enough to be taken without a cue
  }).map(([lengths, digits]) => [shapeOf(lengths), digits] as const),
);

/** The shapes of numbers at home. */
export const PHONE_SHAPES: ReadonlySet<number> = new Set(NATIONAL.keys());
