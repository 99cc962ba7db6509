import { findEmails } from "./find-emails.ts";
import { findIbans } from "./find-ibans.ts";
import { findIpAddresses } from "./find-ip-addresses.ts";
import { findNumbers } from "./find-numbers.ts";
import { foldToAscii } from "./fold-to-ascii.ts";

export type PersonalDataType = "EMAIL" | "PHONE" | "CARD" | "IBAN" | "CPF" | "CNPJ" | "IP";

/** One piece of personal data: `text.slice(start, end)`. */
export interface Finding {
  type: PersonalDataType;
  start: number;
  end: number;
}

const HAS_DIGIT = /\d/u;

/** Where two finders overlap, the one that starts first wins, then the longer. */
export function findPersonalData(written: string): Finding[] {
  const text = foldToAscii(written);
  const findings: Finding[] = [];
  if (text.includes("@")) findings.push(...findEmails(text));
  if (HAS_DIGIT.test(text)) findings.push(...findIpAddresses(text), ...findIbans(text), ...findNumbers(text));
  return findings;
}
