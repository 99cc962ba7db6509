/** Made-up personal data with valid check digits, computed here by other means than the code under test uses. */
export type Random = () => number;

export function randomDigits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10)).join("");
}

/** 16 digits, Visa or Mastercard. */
export function cardNumber(random: Random): string {
  const prefix = random() < 0.5 ? `4${randomDigits(random, 1)}` : `5${1 + Math.floor(random() * 5)}`;
  const body = prefix + randomDigits(random, 13);
  return only(body, (candidate) => luhnSum(candidate) % 10 === 0);
}

export function cpf(random: Random): string {
  const body = `${randomDigits(random, 8)}${Math.floor(random() * 10)}`;
  return body === body[0]!.repeat(9) ? cpf(random) : withModulo11(body, [11, 12]);
}

export function cnpj(random: Random): string {
  const body = `${randomDigits(random, 8)}0001`;
  const first = modulo11(body, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
  return `${body}${first}${modulo11(body + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])}`;
}

export function iban(country: string, account: string): string {
  const numeric = `${account}${country}00`.replace(/[A-Z]/gu, (letter) => String(letter.charCodeAt(0) - 55));
  const check = 98n - (BigInt(numeric) % 97n);
  return `${country}${String(check).padStart(2, "0")}${account}`;
}

function withModulo11(body: string, lengths: readonly number[]): string {
  let digits = body;
  for (const length of lengths) {
    digits += modulo11(digits, Array.from(digits, (_, position) => length - 1 - position));
  }
  return digits;
}

function modulo11(digits: string, weights: readonly number[]): string {
  const sum = weights.reduce((total, weight, position) => total + weight * Number(digits[position]), 0);
  return String(sum % 11 < 2 ? 0 : 11 - (sum % 11));
}

function luhnSum(digits: string): number {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  return Array.from(digits).toReversed().reduce((sum, digit, position) => sum + (position % 2 === 1 ? doubled[Number(digit)]! : Number(digit)), 0);
}

function only(body: string, accepts: (candidate: string) => boolean): string {
  return Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find((candidate) => accepts(candidate))!;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)]!;
}

function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

export function isLuhn(digits: string): boolean {
  return /^\d+$/u.test(digits) && luhnSum(digits) % 10 === 0;
}

export function isCnpjByHand(digits: string): boolean {
  if (!/^\d{14}$/u.test(digits)) return false;
  const first = modulo11(digits.slice(0, 12), [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
  return digits.endsWith(first + modulo11(digits.slice(0, 12) + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
}

/** Prefixes and total lengths of the schemes. */
const BRANDS: readonly (readonly [prefixes: readonly string[], length: number])[] = [
  [["4"], 13],
  [["4"], 16],
  [["4"], 19],
  [["51", "52", "53", "54", "55", "2221", "2720", "2500"], 16],
  [["34", "37"], 15],
  [["300", "305", "36", "38", "39"], 14],
  [["6011", "644", "649", "65", "622126"], 16],
  [["3528", "3589", "3540"], 16],
  [["62"], 16],
  [["62"], 19],
  [["5018", "5020", "5893", "6304", "6759", "6763"], 16],
  [["6304", "6759"], 18],
  [["6759", "6761"], 19],
  [["401178", "431274", "438935", "451416", "504175", "509000", "627780", "636297", "636368", "650031", "655000"], 16],
  [["606282", "384100", "384140", "384160"], 16],
  [["2200", "2204"], 16],
  [["508", "81", "82", "60"], 16],
];

/** A card of any scheme, with its check digit. */
export function cardOfBrand(random: Random): string {
  const [prefixes, length] = pick(BRANDS, random);
  const prefix = pick(prefixes, random);
  return only(prefix + randomDigits(random, length - prefix.length - 1), (candidate) => luhnSum(candidate) % 10 === 0);
}

/** ISO 13616: total length by country; where letters stand in the bank's part, how many lead it. */
const IBAN_LENGTHS: Record<string, number> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20,
  EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30,
  KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23,
  PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26,
  UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
};
const BANK_LETTERS: Record<string, number> = { GB: 4, IE: 4, NL: 4, RO: 4, LV: 4, BG: 4, GI: 4, MT: 4, KW: 4, QA: 4, JO: 4, AZ: 4, BH: 4, PK: 4, PS: 4, MU: 4, SC: 4, IT: 1, SM: 1 };

export function ibanOf(country: string, random: Random): string {
  const letters = Array.from({ length: BANK_LETTERS[country] ?? 0 }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join("");
  return iban(country, letters + randomDigits(random, IBAN_LENGTHS[country]! - 4 - letters.length));
}

/** Twelve digits and capital letters, at least one of these, and two check digits: each character is worth its ASCII code less 48. */
export function alphanumericCnpj(random: Random): string {
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const body = Array.from({ length: 12 }, () => alphabet[Math.floor(random() * alphabet.length)]!).join("");
  if (/^\d+$/u.test(body)) return alphanumericCnpj(random);
  const check = (characters: string, weights: readonly number[]): string => {
    const sum = weights.reduce((total, weight, position) => total + weight * (characters.charCodeAt(position) - 48), 0);
    return String(sum % 11 < 2 ? 0 : 11 - (sum % 11));
  };
  const first = check(body, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
  return `${body}${first}${check(body + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])}`;
}

export function email(random: Random): string {
  const name = pick(["ana", "joão", "maria.silva", "o'neil", "peter_parker", "X", "josé-luis", "a.b.c", "müller", "info"], random);
  const tag = pick(["", "", String(between(random, 1, 99)), "+shop", "-x", `.${between(random, 1950, 2010)}`], random);
  const domain = pick(["example", "mail.example", "sub-domain.example", "exámple", "1and2", "correio.exemplo"], random);
  return `${name}${tag}@${domain}.${pick(["com", "com.br", "io", "co.uk", "es", "pt", "museum", "xn--p1ai"], random)}`;
}

/** `#` any digit, `M` 2 to 9, `L` 2 to 5, `N` 1 to 9. */
const PHONES: readonly string[] = [
  // United States and Canada
  "(M##) M##-####", "M##-M##-####", "M##.M##.####", "M## M## ####", "1-M##-M##-####", "+1 M## M## ####", "+1 (M##) M##-####", "+1-M##-M##-####", "+1MMMMMMM###",
  // Brazil
  "(NN) 9####-####", "(NN)9####-####", "NN 9####-####", "NN 9#### ####", "(NN) 9 ####-####", "NN 9 #### ####", "(NN) L###-####", "0NN 9####-####", "9####-####", "NN98#######",
  "+55 NN 9####-####", "+55 (NN) 9####-####", "+55 NN 9 #### ####", "+55NN9########", "+55 NN L###-####", "0800 ### ####", "0055 NN 9####-####",
  // Spain
  "6## ### ###", "6## ## ## ##", "91 ### ## ##", "+34 6## ### ###", "+34 6## ## ## ##", "+346########", "0034 6## ### ###",
  // Portugal
  "9## ### ###", "21# ### ###", "+351 9## ### ###", "+351 21# ### ###", "+3519########",
  // Mexico, Argentina, Chile, Colombia, Peru
  "55 NN## ####", "+52 55 #### ####", "+52 1 55 #### ####", "(55) #### ####", "+54 9 11 ####-####", "+54 11 ####-####", "(011) 4###-####", "9 #### ####", "+56 9 #### ####", "3## ### ####", "+57 3## ### ####",
  "9## ### ###", "+51 9## ### ###",
  // Great Britain, France, Germany, Italy
  "020 7### ####", "07### ######", "07### ### ###", "0161 ### ####", "01632 ######", "+44 7### ######", "+44 20 7### ####", "+44 (0)20 7### ####", "(020) 7### ####",
  "06 ## ## ## ##", "06.##.##.##.##", "06-##-##-##-##", "+33 6 ## ## ## ##", "+33 (0)6 ## ## ## ##", "0151 ########", "0151 #######", "030 ########", "030/######", "030 23### ###", "030 #### ###", "030 ### ## ##", "0151/########", "+49 151 ########", "+49 (0)151 ########",
  "+49 30 ######", "333 ### ####", "333 #######", "+39 333 ### ####", "+39 06 #### ####",
];

export function phone(random: Random): string {
  return pick(PHONES, random).replaceAll(/[#MLN]/gu, (place) => String(place === "#" ? between(random, 0, 9) : place === "M" ? between(random, 2, 9) : place === "L" ? between(random, 2, 5) : between(random, 1, 9)));
}

export function ipAddress(random: Random): string {
  if (random() < 0.5) return Array.from({ length: 4 }, () => between(random, 0, 255)).join(".");
  const group = (): string => between(random, 1, 0xffff).toString(16);
  const groups = (count: number): string => Array.from({ length: count }, group).join(":");
  return pick([groups(8), `2001:db8::${groups(between(random, 1, 5))}`, `fe80::${groups(4)}`, `::ffff:${Array.from({ length: 4 }, () => between(random, 0, 255)).join(".")}`, groups(8).toUpperCase()], random);
}
