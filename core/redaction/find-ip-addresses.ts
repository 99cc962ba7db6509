import type { Finding } from "./find-personal-data.ts";
import { DIGIT, folded, type FoldedText, HEXADECIMAL, LETTER_OR_NUMBER } from "./folded-text.ts";

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const LONGEST_IPV6 = 45;

/** Four numbers after such a word are a release, not an address. */
const RELEASE = /(?<![\p{L}\p{N}_])(?:version|versão|versión|release|build|firmware)\s{1,3}$/iu;

/** IPv4 and IPv6 addresses. */
export function findIpAddresses(text: FoldedText, findings: Finding[]): void {
  if (text.codes.includes(DOT)) findIpv4(text, findings);
  if (text.codes.includes(COLON)) findIpv6(text, findings);
}

function findIpv4(text: FoldedText, findings: Finding[]): void {
  const { codes, kinds, length } = text;
  for (let start = 0; start < length; start += 1) {
    if ((kinds[start]! & DIGIT) === 0) continue;
    const end = start > 0 && codes[start - 1] === DOT ? undefined : endOfIpv4(text, start);
    if (end !== undefined && !RELEASE.test(folded(text, start - 12, start))) findings.push({ type: "IP", start, end });
    // The other digits of this group begin no address.
    while (start + 1 < length && (kinds[start + 1]! & DIGIT) !== 0) start += 1;
  }
}

function endOfIpv4({ codes, kinds, length }: FoldedText, start: number): number | undefined {
  if (start > 0 && (kinds[start - 1]! & LETTER_OR_NUMBER) !== 0) return undefined;
  let end = start;
  for (let octet = 0; octet < 4; octet += 1) {
    if (octet > 0 && codes[end++] !== DOT) return undefined;
    const first = end;
    let value = 0;
    while (end < length && end - first < 4 && (kinds[end]! & DIGIT) !== 0) value = value * 10 + codes[end++]! - ZERO;
    const digits = end - first;
    // Three digits that begin with a zero are no octet, but part of an amount or a code.
    if (digits === 0 || digits > 3 || value > 255 || (digits === 3 && codes[first] === ZERO)) return undefined;
  }
  if (end < length && (kinds[end]! & LETTER_OR_NUMBER) !== 0) return undefined;
  return codes[end] === DOT && end + 1 < length && (kinds[end + 1]! & DIGIT) !== 0 ? undefined : end;
}

function findIpv6(text: FoldedText, findings: Finding[]): void {
  const { codes, kinds, length } = text;
  const inRun = (position: number): boolean => (kinds[position]! & HEXADECIMAL) !== 0 || codes[position] === COLON;
  for (let position = 0; position < length; ) {
    if (!inRun(position)) {
      position += 1;
      continue;
    }
    let start = position;
    let colons = 0;
    while (position < length && inRun(position)) if (codes[position++] === COLON) colons += 1;
    let end = position;
    if (colons < 2 || end - start > LONGEST_IPV6 + 2) continue;
    // "IP:2001:db8::1" and "fe80::1:" as people punctuate; a double colon belongs to the address.
    const afterColon = codes[start] === COLON && codes[start + 1] !== COLON;
    if (afterColon) start += 1;
    else if (start > 0 && ((kinds[start - 1]! & LETTER_OR_NUMBER) !== 0 || codes[start - 1] === DOT)) continue;
    if (codes[end - 1] === COLON && codes[end - 2] !== COLON) end -= 1;
    if (codes[end] === DOT) {
      // ::ffff:192.0.2.128
      const colon = codes.lastIndexOf(COLON, end - 1);
      end = endOfIpv4(text, colon + 1) ?? end;
    }
    if (end < length && (kinds[end]! & LETTER_OR_NUMBER) !== 0) continue;
    if (end - start <= LONGEST_IPV6 && isIpv6(folded(text, start, end))) findings.push({ type: "IP", start, end });
    position = Math.max(position, end);
  }
}

const GROUP = /^[0-9a-f]{1,4}$/iu;

/**
 * RFC 4291: eight groups, or fewer around one `::`. Short ones without a digit, such as `a::b`, are names in programs and turns
 * of punctuation far more often than addresses.
 */
function isIpv6(written: string): boolean {
  const halves = written.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const dotted = groups.at(-1)?.includes(".") === true;
  if (!(dotted ? groups.slice(0, -1) : groups).every((group) => GROUP.test(group))) return false;
  const count = groups.length + (dotted ? 1 : 0);
  if (halves.length === 2 ? count > 7 : count !== 8) return false;
  return count >= 5 || (/\d/u.test(written) && written.replaceAll(":", "").length >= 3);
}
