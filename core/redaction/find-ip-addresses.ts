import { isIPv6 } from "node:net";
import type { Finding } from "./find-personal-data.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
// Four numbers after "v" or "version" are a release, not an address.
const IPV4 = new RegExp(`(?<![\\p{L}\\p{N}.])(?<!\\b(?:version|versão|versión|release|build)\\s{1,3})${OCTET}(?:\\.${OCTET}){3}(?![\\p{L}\\p{N}]|\\.\\d)`, "giu");
// An IPv6 address is at most 45 characters long; the pattern only picks what `isIPv6` then decides.
const IPV6 = /(?<![\p{L}\p{N}:.])[0-9a-f:]{2,45}(?:\.\d{1,3}){0,3}(?![\p{L}\p{N}:])/giu;

/** IPv4 and IPv6 addresses. */
export function findIpAddresses(text: string): Finding[] {
  const findings: Finding[] = [];
  if (text.includes(".")) {
    for (const match of text.matchAll(IPV4)) findings.push(finding(match.index, match[0]));
  }
  if (text.includes(":")) {
    for (const match of text.matchAll(IPV6)) {
      // "::" and "1::" turn up as punctuation.
      if (isIPv6(match[0]) && match[0].replaceAll(":", "").length >= 3) findings.push(finding(match.index, match[0]));
    }
  }
  return findings;
}

function finding(start: number, written: string): Finding {
  return { type: "IP", start, end: start + written.length };
}
