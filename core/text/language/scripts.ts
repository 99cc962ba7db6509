/** Scripts that one language (among those customers write in) has for itself. Arabic, Cyrillic, Devanagari and Latin need more. */
const SCRIPTS: readonly { language: string; letters: RegExp }[] = [
  { language: "ja", letters: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu },
  { language: "zh", letters: /\p{Script=Han}/gu },
  { language: "ko", letters: /\p{Script=Hangul}/gu },
  { language: "th", letters: /\p{Script=Thai}/gu },
  { language: "el", letters: /\p{Script=Greek}/gu },
  { language: "he", letters: /\p{Script=Hebrew}/gu },
  { language: "hy", letters: /\p{Script=Armenian}/gu },
  { language: "ka", letters: /\p{Script=Georgian}/gu },
  { language: "am", letters: /\p{Script=Ethiopic}/gu },
  { language: "bn", letters: /\p{Script=Bengali}/gu },
  { language: "pa", letters: /\p{Script=Gurmukhi}/gu },
  { language: "gu", letters: /\p{Script=Gujarati}/gu },
  { language: "or", letters: /\p{Script=Oriya}/gu },
  { language: "ta", letters: /\p{Script=Tamil}/gu },
  { language: "te", letters: /\p{Script=Telugu}/gu },
  { language: "kn", letters: /\p{Script=Kannada}/gu },
  { language: "ml", letters: /\p{Script=Malayalam}/gu },
  { language: "si", letters: /\p{Script=Sinhala}/gu },
  { language: "lo", letters: /\p{Script=Lao}/gu },
  { language: "km", letters: /\p{Script=Khmer}/gu },
  { language: "my", letters: /\p{Script=Myanmar}/gu },
];

const CHARACTERS_READ = 1000;
// The blocks these scripts lie in, without punctuation and emoji: most texts end their look here.
const MAYBE = /[\u0370-\u03FF\u0530-\u05FF\u0980-\u1CFF\u1F00-\u1FFF\u2E80-\u9FFF\uAC00-\uD7FF\u{20000}-\u{3FFFF}]/u;

/** The language whose own script most letters are in; undefined when the letters do not tell. */
export function languageOfScript(text: string): string | undefined {
  if (!MAYBE.test(text)) return undefined;
  const start = text.slice(0, CHARACTERS_READ);
  const letters = count(start, /\p{L}/gu);
  if (letters === 0) return undefined;
  const counts = new Map(SCRIPTS.map(({ language, letters }) => [language, count(start, letters)]));
  // Japanese mixes both: some kana among the Han signs decide.
  const kana = counts.get("ja")!;
  const han = counts.get("zh")!;
  if (kana + han > letters / 2) return kana * 10 >= han ? "ja" : "zh";
  for (const [language, found] of counts) if (found > letters / 2) return language;
  return undefined;
}

function count(text: string, letters: RegExp): number {
  return text.match(letters)?.length ?? 0;
}
