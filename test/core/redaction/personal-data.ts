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
