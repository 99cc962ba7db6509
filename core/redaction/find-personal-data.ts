import { findCnpjs } from "./find-cnpjs.ts";
import { findEmails } from "./find-emails.ts";
import { findIbans } from "./find-ibans.ts";
import { findIpAddresses } from "./find-ip-addresses.ts";
import { findNumbers } from "./find-numbers.ts";
import { foldText } from "./folded-text.ts";

export type PersonalDataType = "EMAIL" | "PHONE" | "CARD" | "IBAN" | "CPF" | "CNPJ" | "IP";

/** One piece of personal data: `text.slice(start, end)`. */
export interface Finding {
  type: PersonalDataType;
  start: number;
  end: number;
}

// Every kind has one of these: the @ and its other forms, or a number, or the colons of an address without one.
const MAY_HOLD_ANY = /[@\uFE6B\uFF20\p{N}]|:[0-9a-f]{0,4}:/iu;
const MAY_HOLD_A_NUMBER = /\p{N}/u;

/** In no order, and they may overlap: take the one that starts first, then the longer. Linear in the length of the text. */
export function findPersonalData(written: string): Finding[] {
  if (!MAY_HOLD_ANY.test(written)) return [];
  const text = foldText(written);
  const findings: Finding[] = [];
  const wrongIbans: { start: number; end: number }[] = [];
  findEmails(text, findings);
  findIpAddresses(text, findings);
  if (MAY_HOLD_A_NUMBER.test(written)) {
    findIbans(text, findings, wrongIbans);
    findCnpjs(text, findings);
    findNumbers(text, findings, wrongIbans);
  }
  const { origins } = text;
  return origins === undefined ? findings : findings.map(({ type, start, end }) => ({ type, start: origins[start]!, end: origins[end]! }));
}
