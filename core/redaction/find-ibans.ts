import type { Finding } from "./find-personal-data.ts";

// Total length by country: ISO 13616 registry.
const LENGTHS: Record<string, number> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22,
  DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28,
  HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25,
  MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29,
  RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29,
  VA: 22, VG: 24, XK: 20, YE: 30,
};

const CANDIDATES = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}(?:[ \u00A0-]?[a-z0-9]){11,29}/giu;

/** International bank account numbers whose length fits the country and whose remainder modulo 97 is 1. */
export function findIbans(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const match of text.matchAll(CANDIDATES)) {
    const length = LENGTHS[match[0].slice(0, 2).toUpperCase()];
    if (length === undefined) continue;
    const written = firstCharacters(match[0], length);
    if (written === undefined || /[\p{L}\p{N}]/u.test(text[match.index + written.length] ?? "")) continue;
    if (remainder97(written) === 1) findings.push({ type: "IBAN", start: match.index, end: match.index + written.length });
  }
  return findings;
}

/** As much of the candidate as holds `length` letters and digits: words that follow are not part of the number. */
function firstCharacters(candidate: string, length: number): string | undefined {
  let count = 0;
  for (let position = 0; position < candidate.length; position += 1) {
    if (/[a-z0-9]/iu.test(candidate[position]!)) count += 1;
    if (count === length) return candidate.slice(0, position + 1);
  }
  return undefined;
}

/** ISO 7064: the first four characters go to the end, letters count from A = 10. */
function remainder97(written: string): number {
  const plain = written.replace(/[^a-z0-9]/giu, "").toUpperCase();
  let remainder = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
