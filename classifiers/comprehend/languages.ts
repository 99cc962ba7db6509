import type { LanguageCode } from "@aws-sdk/client-comprehend";

/** The languages of Comprehend's built-in models (Developer Guide, "Languages supported in Amazon Comprehend", read November 2026). */
const SENTIMENT_LANGUAGES: ReadonlySet<string> = new Set<LanguageCode>(["ar", "de", "en", "es", "fr", "hi", "it", "ja", "ko", "pt", "zh", "zh-TW"]);
/** Of personal data; the API's list of codes is longer than what it answers. */
const PERSONAL_DATA_LANGUAGES: ReadonlySet<string> = new Set<LanguageCode>(["en", "es"]);
/** Of custom classifiers for plain text. */
const CUSTOM_LANGUAGES: ReadonlySet<string> = new Set<LanguageCode>(["de", "en", "es", "fr", "it", "pt"]);

export function sentimentLanguage(tag: string): LanguageCode | undefined {
  return codeIn(SENTIMENT_LANGUAGES, tag);
}

export function personalDataLanguage(tag: string): LanguageCode | undefined {
  return codeIn(PERSONAL_DATA_LANGUAGES, tag);
}

/** `ClassifyDocument` takes no language: an unknown one passes, one that no custom classifier can have been trained on does not. */
export function isCustomLanguage(tag: string): boolean {
  return tag === "und" || codeIn(CUSTOM_LANGUAGES, tag) !== undefined;
}

function codeIn(codes: ReadonlySet<string>, tag: string): LanguageCode | undefined {
  const code = comprehendCode(tag);
  return code !== undefined && codes.has(code) ? (code as LanguageCode) : undefined;
}

/** `pt-BR` → `pt`. Chinese in traditional script, written out or implied by the region (Taiwan, Hong Kong, Macao), is `zh-TW`. */
function comprehendCode(tag: string): string | undefined {
  try {
    const locale = new Intl.Locale(tag);
    return locale.language === "zh" && locale.maximize().script === "Hant" ? "zh-TW" : locale.language;
  } catch {
    return undefined;
  }
}
