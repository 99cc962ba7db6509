import { EMOJI_LANGUAGES, EMOJI_NAMES } from "./emoji-names.ts";

// One emoji with its selectors and skin tone, and what zero-width joiners bind to it. The lengths keep a text of joined emoji linear.
// eslint-disable-next-line no-misleading-character-class -- single selectors and skin tones are the point of this pattern
const EMOJI = /\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]{0,3}(?:\u200D\p{Extended_Pictographic}[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]{0,3}){0,9}/gu;
// eslint-disable-next-line no-misleading-character-class -- single selectors and skin tones are the point of this pattern
const LOOKS = /[\uFE0E\uFE0F\u{1F3FB}-\u{1F3FF}]/gu;
const GENDER = /\u200D[♀♂]/gu;
const JOINER = "\u200D";
const OPENING_MARK = /[\s([{'"«“‘¿¡]/u;
const CLOSING_MARK = /[\s.,;:!?)\]}'"»”’…]/u;

/**
 * The text with emoji that carry affect written out (`Great 👍🏽!` → `Great good, thumbs up!`), for models that do not read them.
 * In English, Portuguese, Spanish, French, German and Italian; in English for other languages. Skin tone and gender make no difference. An
 * emoji without a name stays. Linear in the length of the text.
 *
 * @param language a BCP 47 tag.
 */
export function nameEmoji(text: string, language: string): string {
  const column = Math.max(0, EMOJI_LANGUAGES.findIndex((known) => known === language.split("-")[0]?.toLowerCase()));
  let named = "";
  let position = 0;
  let endsApart = true;
  for (const match of text.matchAll(EMOJI)) {
    const name = nameOf(match[0], column);
    if (name === undefined) continue;
    const end = match.index + match[0].length;
    named += text.slice(position, match.index);
    const before = match.index > position ? text.charAt(match.index - 1) : endsApart ? " " : "";
    if (!OPENING_MARK.test(before)) named += " ";
    endsApart = end < text.length && !CLOSING_MARK.test(text.charAt(end));
    named += endsApart ? `${name} ` : name;
    position = end;
  }
  return named + text.slice(position);
}

function nameOf(written: string, column: number): string | undefined {
  const asWritten = EMOJI_NAMES.get(written);
  if (asWritten !== undefined) return asWritten[column];
  const emoji = written.replace(LOOKS, "").replace(GENDER, "");
  const names = EMOJI_NAMES.get(emoji);
  if (names !== undefined) return names[column];
  if (!emoji.includes(JOINER)) return undefined;
  // A sequence without a name of its own is named by its parts, if all of them have one.
  const parts = emoji.split(JOINER).map((part) => EMOJI_NAMES.get(part)?.[column]);
  return parts.every((part) => part !== undefined) ? parts.join(" ") : undefined;
}
