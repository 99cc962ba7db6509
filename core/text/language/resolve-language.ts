import type { Flag } from "../../contracts/sentiment-result.ts";
import { scoreLetterGroups } from "./letter-groups.ts";
import { languageOfScript } from "./scripts.ts";

export interface DetectedLanguage {
  /** A language of BCP 47; `und` when nothing tells. */
  language: string;
  certain: boolean;
}

/** The producer's language where given (canonical case), else a guess with the flags that say so. */
export function resolveLanguage(given: string | undefined, modelText: string): { language: string; flags: Flag[] } {
  if (given !== undefined) return { language: canonicalTag(given), flags: [] };
  const { language, certain } = detectLanguage(modelText);
  if (language === "und") return { language, flags: ["language_uncertain"] };
  return { language, flags: certain ? ["language_detected"] : ["language_detected", "language_uncertain"] };
}

// Links, mentions and redaction marks are no words of the language they stand in.
const NOT_WORDS = /\bhttp\b|@user|\[(?:EMAIL|PHONE|CARD|IBAN|CPF|CNPJ|IP)\]/gu;

// Chosen on development data, see docs/decisions/language-detection.md.
const CERTAIN_MARGIN = 0.12;
const CERTAIN_GROUPS = 4;
/** Below this mean score a letter group is as good as unknown: codes, names, a language we have no profile of. */
const KNOWN_GROUP_SCORE = 20;

export function detectLanguage(text: string): DetectedLanguage {
  const words = text.replace(NOT_WORDS, " ");
  const ofScript = languageOfScript(words);
  if (ofScript !== undefined) return { language: ofScript, certain: true };
  const { best, bestScore, nextScore, groups } = scoreLetterGroups(words);
  if (best === undefined || bestScore < KNOWN_GROUP_SCORE * groups) return { language: "und", certain: false };
  return { language: best, certain: groups >= CERTAIN_GROUPS && bestScore - nextScore >= CERTAIN_MARGIN * bestScore };
}

/** Language lower case, script Title case, region UPPER case: `PT-br` → `pt-BR`. A tag no one registered passes as given. */
function canonicalTag(tag: string): string {
  const known = canonicalTags.get(tag);
  if (known !== undefined) return known;
  let canonical: string;
  try {
    canonical = Intl.getCanonicalLocales(tag)[0] ?? tag;
  } catch {
    canonical = tag;
  }
  if (canonicalTags.size < MOST_TAGS_KEPT) canonicalTags.set(tag, canonical);
  return canonical;
}

// Producers send a handful of tags over and over; the limit keeps a hostile one from filling the memory.
const canonicalTags = new Map<string, string>();
const MOST_TAGS_KEPT = 500;
