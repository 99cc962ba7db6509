import { HASH_START, hashCode, hashPair, hashText } from "./hash.ts";
import type { WordForm } from "./word-form.ts";

/**
 * The features of a text, as hashes with a value each: the one definition that training and classifying share. Their values were
 * chosen on held-back training data (docs/decisions/embedded-model.md).
 */
export type FeatureVisitor = (hash: number, value: number) => void;

const WORD = 1;
const WORD_OF_LANGUAGE = 1;
const CHARACTERS = 0.4;
const MARK = 0.5;
const NEGATED = 1.5;
export const PAIR = 1;

const SHORTEST_GROUP = 2;
const LONGEST_GROUP = 5;
const WORD_EDGE = 0x5f;

const ELONGATED_ANY = hashText("<elongated>");
const ELONGATED_WORD = 0x1b873593;
const SHOUTED_ANY = hashText("<shouted>");
const SHOUTED_WORD = 0x2c1b3c6d;
const NEGATED_WORD = 0x297a2d39;

/** After a negator, so many words are read as negated, unless a sign comes first. */
export const NEGATION_REACH = 4;

/** BCP 47 for "undetermined". */
export const UNDETERMINED = "und";

/** Marks the features of a language's own; undefined for `und`, which has the shared ones only. */
export function languageHash(language: string): number | undefined {
  return language === UNDETERMINED ? undefined : hashText(`<language ${language}>`);
}

export function formHash(form: string): number {
  return hashText(form);
}

/** What a word says wherever it stands: itself, itself in its language, its groups of characters, how it was written. */
export function visitWord(word: WordForm, language: number | undefined, visit: FeatureVisitor): void {
  const hash = formHash(word.form);
  visit(hash, WORD);
  if (language !== undefined) visit(wordOfLanguage(hash, language), WORD_OF_LANGUAGE);
  if (word.elongated) {
    visit(ELONGATED_ANY, MARK);
    visit(hash ^ ELONGATED_WORD, MARK);
  }
  if (word.shouted) {
    visit(SHOUTED_ANY, MARK);
    visit(hash ^ SHOUTED_WORD, MARK);
  }
  if (word.kind === "word") visitCharacters(word.form, visit);
}

/** What it says besides when it stands after a negator. */
export function visitNegated(word: WordForm, visit: FeatureVisitor): void {
  visit(hashPair(formHash(word.form), NEGATED_WORD), NEGATED);
}

export function wordOfLanguage(word: number, language: number): number {
  return hashPair(word, language);
}

/** Groups of 2 to 5 characters within the word and its edges. */
function visitCharacters(form: string, visit: FeatureVisitor): void {
  const length = form.length + 2;
  const codeAt = (index: number): number => (index === 0 || index === length - 1 ? WORD_EDGE : form.charCodeAt(index - 1));
  for (let start = 0; start < length - 1; start += 1) {
    let hash = hashCode(HASH_START, 0xffff);
    const end = Math.min(length, start + LONGEST_GROUP);
    for (let index = start; index < end; index += 1) {
      hash = hashCode(hash, codeAt(index));
      if (index - start + 1 >= SHORTEST_GROUP) visit(hash, CHARACTERS);
    }
  }
}
