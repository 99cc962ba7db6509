/** All functions but `isCnpj` take digits only. */

/** Luhn, ISO/IEC 7812-1. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - position) - ZERO;
    const doubled = position % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const ZERO = 0x30;

// Issuer prefixes and lengths of the schemes in use, so that one chance in ten of Luhn is not all that speaks for a card.
const CARD_SHAPES = [
  /^4(?:\d{12}|\d{15}|\d{18})$/u, // Visa, Elo
  /^(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/u, // Mastercard
  /^220[0-5]\d{12,15}$/u, // Mir
  /^3[47]\d{13}$/u, // American Express
  /^3(?:0[0-59]|[689]\d)\d{11,13}$/u, // Diners Club, Hipercard
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/u, // JCB
  /^(?:6\d|50|5[6-9]|8[12])\d{14,17}$/u, // Discover, UnionPay, Maestro, Elo, Hipercard, RuPay
  /^9792\d{12}$/u, // Troy
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
    brazilianCheckDigit(digits, 9, 11) === digits.charCodeAt(9) - ZERO &&
    brazilianCheckDigit(digits, 10, 11) === digits.charCodeAt(10) - ZERO
  );
}

/**
 * Brazil's number of a company: 14 characters, the last two are check digits; before them digits and, since July 2026, capital
 * letters (Receita Federal, Instrução Normativa RFB 2.229/2024).
 */
export function isCnpj(characters: string): boolean {
  return (
    characters.length === 14 &&
    !allTheSame(characters) &&
    brazilianCheckDigit(characters, 12, 9) === characters.charCodeAt(12) - ZERO &&
    brazilianCheckDigit(characters, 13, 9) === characters.charCodeAt(13) - ZERO
  );
}

/** Of the first `length` characters, each worth its ASCII code less 48; weights 2, 3 … from the right, again after the heaviest; modulo 11, where 10 and 11 become 0. */
function brazilianCheckDigit(characters: string, length: number, heaviest: number): number {
  let sum = 0;
  for (let position = 0; position < length; position += 1) {
    sum += (characters.charCodeAt(length - 1 - position) - ZERO) * (2 + (position % (heaviest - 1)));
  }
  const rest = 11 - (sum % 11);
  return rest > 9 ? 0 : rest;
}

function allTheSame(characters: string): boolean {
  for (let position = 1; position < characters.length; position += 1) if (characters.charCodeAt(position) !== characters.charCodeAt(0)) return false;
  return true;
}
