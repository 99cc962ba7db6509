import type { Channel } from "../contracts/identity.ts";
import { decodeEntities, stripMarkup } from "./strip-markup.ts";

/**
 * The text as an analyst reads it: close to the original, without markup, invisible characters and ragged white
 * space. Line breaks stay. Empty when nothing readable is left. Reasons for each step: docs/text-preparation.md.
 */
export function prepareForStorage(text: string, channel: Channel): string {
  const words = MAY_HOLD_MARKUP[channel] ? stripMarkup(text, { quoteMarks: QUOTES[channel] }) : decodeEntities(text);
  return tidyWhiteSpace(dropInvisible(words.replace(LONE_SURROGATES, "\uFFFD").normalize("NFC")));
}

/** An attribute's value: as `prepareForStorage`, but no markup is read into it. */
export function prepareAttribute(value: string): string {
  return SIMPLE.test(value) ? value : dropInvisible(value.replace(LONE_SURROGATES, "\uFFFD").normalize("NFC"));
}

const MAY_HOLD_MARKUP: Record<Channel, boolean> = { chat: true, review: true, ticket: true, email: true, social: false, call: false };
/** Where a block quote is an earlier message, not the writer's words. */
const QUOTES: Record<Channel, boolean> = { chat: false, review: false, ticket: true, email: true, social: false, call: false };

const SIMPLE = /^[ -~]*$/u;
const LONE_SURROGATES = /\p{Surrogate}/gu;

// Control characters but tab and line breaks; zero-width and direction marks; soft hyphens; tag characters, which
// can smuggle unseen instructions to a language model.
// eslint-disable-next-line no-control-regex, no-misleading-character-class -- single invisible characters are the point of this pattern
const INVISIBLE = /[\u0000-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;
// Joiners shape Persian and Indic words and bind emoji: they stay between two visible characters only.
// eslint-disable-next-line no-misleading-character-class -- single joiners are the point of this pattern
const LOOSE_JOINERS = /(?<![^\s\u{200C}\u{200D}])[\u{200C}\u{200D}\u{FE0F}]+|[\u{200C}\u{200D}]+(?![^\s\u{200C}\u{200D}\u{FE0F}])/gu;
const MAYBE_INVISIBLE = /[^\t-\r -~\u00A1-\u00AC\u00AE-\u0300]/u;

function dropInvisible(text: string): string {
  return MAYBE_INVISIBLE.test(text) ? text.replace(INVISIBLE, "").replace(LOOSE_JOINERS, "") : text;
}

const RAGGED = /[^\S \n]| {2}|^\s|\s$| \n|\n |\n{3}/u;

function tidyWhiteSpace(text: string): string {
  if (!RAGGED.test(text)) return text;
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/gu, "\n")
    .replace(/[^\S\n]+/gu, " ")
    .replace(/ ?\n ?/gu, "\n")
    .replace(/\n{3,}/gu, "\n\n")
    .trim();
}
