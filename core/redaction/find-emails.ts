import type { Finding } from "./find-personal-data.ts";

// RFC 5321: at most 64 octets before the @ and 255 after it. The limits also bound the work around every @.
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 255;

// Less what RFC 5322 also allows but only links use: / = ? & # { | }
const LOCAL_PART_CHARACTER = /[\p{L}\p{M}\p{N}.!$%'*+^_`~-]/u;
const DOMAIN = /[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.)+[\p{L}][\p{L}\p{N}-]{1,62}/uy;

/** Mail addresses, international ones too. */
export function findEmails(text: string): Finding[] {
  const findings: Finding[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const start = startOfLocalPart(text, at);
    const end = start === at ? undefined : endOfDomain(text, at + 1);
    if (end !== undefined) findings.push({ type: "EMAIL", start, end });
  }
  return findings;
}

function startOfLocalPart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL_PART && LOCAL_PART_CHARACTER.test(text[start - 1]!)) start -= 1;
  // A quotation mark or a full stop before an address belongs to the sentence.
  while (start < at && /[.'`*_~!]/u.test(text[start]!)) start += 1;
  return start;
}

function endOfDomain(text: string, from: number): number | undefined {
  // Cut, because the pattern must not see further than a domain can reach.
  const ahead = text.slice(from, from + LONGEST_DOMAIN);
  DOMAIN.lastIndex = 0;
  const domain = DOMAIN.exec(ahead);
  return domain === null ? undefined : from + domain[0].replace(/-+$/u, "").length;
}
