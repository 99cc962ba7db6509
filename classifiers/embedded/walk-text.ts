import { NEGATION_REACH } from "./features.ts";
import { splitTokens, type TokenKind } from "./split-tokens.ts";

/** A token once looked up: what the walk has to know of it. */
export interface KnownWord {
  /** Of its form. */
  hash: number;
  kind: TokenKind;
  negates: boolean;
}

export interface TextVisitor<Word extends KnownWord> {
  /** Called for every token; the walk hands the answer on to the others. */
  lookUp(token: string, kind: TokenKind): Word;
  word(word: Word, negated: boolean): void;
  /** Two neighbours, by their hashes. */
  pair(first: number, second: number): void;
}

/** Goes through a text once, telling which words a negator reaches and which stand side by side. Linear in its length. */
export function walkText<Word extends KnownWord>(text: string, visitor: TextVisitor<Word>): void {
  let reach = 0;
  let previous: Word | undefined;
  splitTokens(text, (token, kind) => {
    const word = visitor.lookUp(token, kind);
    if (previous !== undefined) visitor.pair(previous.hash, word.hash);
    previous = word;
    if (word.kind !== "word") reach = 0;
    const negated = reach > 0 && !word.negates;
    visitor.word(word, negated);
    if (word.negates) reach = NEGATION_REACH;
    else if (reach > 0) reach -= 1;
  });
}
