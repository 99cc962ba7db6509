import { LexiconClassifier } from "./embedded/lexicon-classifier.ts";
import type { TextClassifier } from "./text-classifier.ts";

export type TextClassifierKind = "embedded";

/** The classifier a stage's configuration asks for. */
export function createTextClassifier(kind: TextClassifierKind): TextClassifier {
  switch (kind) {
    case "embedded":
      return new LexiconClassifier();
  }
}
