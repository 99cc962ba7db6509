import type { Lexicon } from "./lexicons.ts";
import { EMOJI_VALENCE } from "./modifiers.ts";

/** Sums of valence found in a text, both ≥ 0, and how many words or emoji spoke. */
export interface WeighedWords {
  positive: number;
  negative: number;
  hits: number;
}

// Weights of Hutto & Gilbert, "VADER" (ICWSM 2014): a negated word turns at three quarters of its strength and
// after "but" the rest counts half as much again, what came before half. Boosters are rounded from the same source.
const NEGATED = -0.74;
const NEGATION_REACH = 3;
const INTENSIFIED = 1.3;
const DAMPENED = 0.7;
const BEFORE_CONTRAST = 0.5;
const AFTER_CONTRAST = 1.5;

const TOKENS = /[:;=]['-]?[()/D]+|<3|[xX]D\b|[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*|\p{Extended_Pictographic}|[.!?]/gu;

/** Linear in the length of the text. */
export function weighWords(text: string, lexicon: Lexicon | undefined): WeighedWords {
  const tokens = Array.from(text.matchAll(TOKENS), ([token]) => token);
  const words = tokens.map((token) => token.toLowerCase().replaceAll("’", "'"));
  const weighed: { valence: number; position: number }[] = [];
  let contrast = -1;
  for (let position = 0; position < tokens.length; ) {
    const emoji = EMOJI_VALENCE.get(tokens[position]!);
    if (emoji !== undefined) weighed.push({ valence: emoji, position });
    if (emoji !== undefined || lexicon === undefined) {
      position += 1;
      continue;
    }
    if (lexicon.modifiers.contrasts.has(words[position]!)) contrast = position;
    const entry = longestEntryAt(words, position, lexicon);
    if (entry !== undefined) weighed.push({ valence: modified(entry.valence, words, position, lexicon), position });
    position += entry?.length ?? 1;
  }
  let positive = 0;
  let negative = 0;
  for (const { valence, position } of weighed) {
    const weight = contrast === -1 ? 1 : position < contrast ? BEFORE_CONTRAST : AFTER_CONTRAST;
    if (valence > 0) positive += valence * weight;
    else negative -= valence * weight;
  }
  return { positive, negative, hits: weighed.length };
}

function longestEntryAt(words: readonly string[], position: number, lexicon: Lexicon): { valence: number; length: number } | undefined {
  for (let length = lexicon.longestEntry(words[position]!); length > 0; length -= 1) {
    const valence = lexicon.valenceOf(length === 1 ? words[position]! : words.slice(position, position + length).join(" "));
    if (valence !== undefined) return { valence, length };
  }
  return undefined;
}

function modified(valence: number, words: readonly string[], position: number, { modifiers }: Lexicon): number {
  let value = valence;
  const previous = words[position - 1] ?? "";
  if (modifiers.intensifiers.has(previous)) value *= INTENSIFIED;
  else if (modifiers.dampeners.has(previous)) value *= DAMPENED;
  for (let back = 1; back <= NEGATION_REACH; back += 1) {
    const word = words[position - back];
    // A negation ends with its sentence.
    if (word === undefined || /^[.!?]$/u.test(word)) break;
    if (modifiers.negators.has(word)) return value * NEGATED;
  }
  return value;
}
