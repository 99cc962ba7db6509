import { eld } from "eld/extrasmall";
import type { Flag } from "../contracts/sentiment-result.ts";

export interface DetectedLanguage {
  /** A BCP 47 tag; `und` when it cannot be told. */
  language: string;
  certain: boolean;
}

/** The producer's language where given (canonical case), else a guess with the flags that say so. */
export function resolveLanguage(given: string | undefined, modelText: string): { language: string; flags: Flag[] } {
  if (given !== undefined) return { language: canonicalTag(given), flags: [] };
  const { language, certain } = detectLanguage(modelText);
  return { language, flags: certain ? ["language_detected"] : ["language_detected", "language_uncertain"] };
}

// Link and mention placeholders and redaction marks would be read as English.
const NOT_WORDS = /\bhttp\b|@user|\[[A-Z]+\]/gu;

export function detectLanguage(text: string): DetectedLanguage {
  const found = eld.detect(text.replace(NOT_WORDS, " "));
  if (found.language === "") return { language: "und", certain: false };
  return { language: found.language, certain: found.isReliable() };
}

/** Language lower case, script Title case, region UPPER case: `PT-br` → `pt-BR`. Unknown shapes pass as given. */
function canonicalTag(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? tag;
  } catch {
    return tag;
  }
}
