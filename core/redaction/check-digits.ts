/** All functions take digits only. */

/** Luhn, ISO/IEC 7812-1. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    const digit = Number(digits[digits.length - 1 - position]);
    const doubled = position % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

// Issuer prefixes and lengths of the schemes in use, so that one chance in ten of Luhn is not all that speaks for a card.
const CARD_SHAPES = [
  /^4(?:\d{12}|\d{15}|\d{18})$/u, // Visa
  /^(?:5[1-5]|2[2-7])\d{14}$/u, // Mastercard
  /^3[47]\d{13}$/u, // American Express
  /^3(?:0[0-5]|[689]\d)\d{11}$/u, // Diners Club
  /^(?:6|50|5[6-9]|35)\d{14,17}$/u, // Discover, Maestro, Elo, Hipercard, UnionPay, JCB
];

/** A payment card: known prefix, right length, valid check digit. */
export function isCardNumber(digits: string): boolean {
  return CARD_SHAPES.some((shape) => shape.test(digits)) && passesLuhn(digits) && !allTheSame(digits);
}

/** Brazil's number of a person: 11 digits, the last two are check digits (Receita Federal). */
export function isCpf(digits: string): boolean {
  return (
    digits.length === 11 &&
    !allTheSame(digits) &&
    brazilianCheckDigit(digits.slice(0, 9), 11) === digits[9] &&
    brazilianCheckDigit(digits.slice(0, 10), 11) === digits[10]
  );
}

/** Brazil's number of a company: 14 digits, the last two are check digits (Receita Federal). */
export function isCnpj(digits: string): boolean {
  return (
    digits.length === 14 &&
    !allTheSame(digits) &&
    brazilianCheckDigit(digits.slice(0, 12), 9) === digits[12] &&
    brazilianCheckDigit(digits.slice(0, 13), 9) === digits[13]
  );
}

/** Weights 2, 3 … from the right, starting again after the heaviest; modulo 11, where 10 and 11 become 0. */
function brazilianCheckDigit(digits: string, heaviest: number): string {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    sum += Number(digits[digits.length - 1 - position]) * (2 + (position % (heaviest - 1)));
  }
  const rest = 11 - (sum % 11);
  return String(rest > 9 ? 0 : rest);
}

function allTheSame(digits: string): boolean {
  return digits === digits[0]!.repeat(digits.length);
}
