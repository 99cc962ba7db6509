import { PiiEntityType } from "@aws-sdk/client-comprehend";
import type { RedactionCounts } from "../../core/contracts/sentiment-result.ts";

/** A piece of personal data, in Unicode code points of the text: the first one and the one after the last. */
export interface FoundEntity {
  type: string;
  begin: number;
  end: number;
}

/** What our rules call the same. All other types keep Comprehend's name. */
const RULES_NAMES: ReadonlyMap<string, string> = new Map([
  ["CREDIT_DEBIT_NUMBER", "CARD"],
  ["INTERNATIONAL_BANK_ACCOUNT_NUMBER", "IBAN"],
  ["IP_ADDRESS", "IP"],
]);

/** What the rules of the preprocessor, or an earlier delivery, have put in place of personal data. */
const MARKS = new RegExp(`\\[(?:${[...Object.values(PiiEntityType), "CARD", "IBAN", "CPF", "CNPJ", "IP"].join("|")})\\]`, "gu");

/** Part of a text that is redacted on its own: [start, end) in UTF-16 units. */
interface Span {
  start: number;
  end: number;
}

/**
 * Replaces entities by their type in brackets, within given parts of the document only. Marks that stand there already stay, also where an entity
 * spans one: then what is left and right of it goes. Where entities overlap, the one that begins first covers the shared words.
 *
 * @param parts disjoint, in order.
 * @returns the parts' new texts, and how many marks of each type were set.
 */
export function redactEntities(document: string, entities: readonly FoundEntity[], parts: readonly Span[]): { texts: string[]; counts: RedactionCounts } {
  const toUnits = unitOffsets(document, entities.flatMap(({ begin, end }) => [begin, end]));
  const spans = entities.map(({ type, begin, end }) => ({ type: RULES_NAMES.get(type) ?? type, start: toUnits.get(begin)!, end: toUnits.get(end)! })).toSorted((a, b) => a.start - b.start || b.end - a.end);
  const marks = [...document.matchAll(MARKS)].map((match): Span => ({ start: match.index, end: match.index + match[0].length }));
  const counts: Record<string, number> = {};
  // What is looked at only moves on: marks that end before it are done with, which keeps the whole linear.
  let mark = 0;
  const texts = parts.map((part) => {
    let text = "";
    let position = part.start;
    for (const span of spans) {
      const within = { start: Math.max(span.start, position), end: Math.min(span.end, part.end) };
      if (within.start >= within.end) continue;
      while (mark < marks.length && marks[mark]!.end <= within.start) mark += 1;
      for (const { start, end } of outside(document, within, marks, mark)) {
        text += `${document.slice(position, start)}[${span.type}]`;
        counts[span.type] = (counts[span.type] ?? 0) + 1;
        position = end;
      }
    }
    return text + document.slice(position, part.end);
  });
  return { texts, counts };
}

const A_WORD = /[\p{L}\p{N}]/u;

/** What of a span lies outside all marks, from the given one on; beside a mark only what holds a letter or digit. */
function outside(document: string, { start, end }: Span, marks: readonly Span[], first: number): Span[] {
  const kept: Span[] = [];
  let from = start;
  for (let index = first; index < marks.length && marks[index]!.start < end; index += 1) {
    kept.push({ start: from, end: marks[index]!.start });
    from = marks[index]!.end;
  }
  if (kept.length === 0) return [trimmed(document, { start, end })].filter((span) => span.end > span.start);
  kept.push({ start: from, end });
  return kept.map((span) => trimmed(document, span)).filter((span) => A_WORD.test(document.slice(span.start, span.end)));
}

function trimmed(document: string, { start, end }: Span): Span {
  const words = document.slice(start, end);
  return { start: start + words.length - words.trimStart().length, end: end - (words.length - words.trimEnd().length) };
}

/** Code points → UTF-16 units, for the offsets asked, in one pass over the text. */
function unitOffsets(text: string, codePoints: readonly number[]): Map<number, number> {
  const wanted = [...new Set(codePoints)].toSorted((a, b) => a - b);
  const units = new Map<number, number>();
  let unit = 0;
  let codePoint = 0;
  for (const offset of wanted) {
    while (codePoint < offset && unit < text.length) {
      unit += text.codePointAt(unit)! > 0xffff ? 2 : 1;
      codePoint += 1;
    }
    units.set(offset, unit);
  }
  return units;
}
