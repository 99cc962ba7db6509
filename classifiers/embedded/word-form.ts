import { laughter, spellOut } from "./chat-spellings.ts";
import type { TokenKind } from "./split-tokens.ts";

/** A token as the model knows it. */
export interface WordForm {
  form: string;
  kind: TokenKind;
  /** Written with a letter three times or more in a row; `form` has it twice. */
  elongated: boolean;
  /** Two letters or more, all of them capitals. */
  shouted: boolean;
  /** Turns what follows ("not", "não", "kein"). */
  negates: boolean;
}

/** Of a longer word (a link without its protocol, a key held down) only so many characters are read. */
export const LONGEST_WORD = 48;

/** `language`: a primary subtag in lower case. */
export function wordForm(token: string, kind: TokenKind, language: string): WordForm {
  if (kind !== "word") return { form: token, kind, elongated: false, shouted: false, negates: false };
  const cut = token.length > LONGEST_WORD ? token.slice(0, LONGEST_WORD) : token;
  const lower = cut.toLowerCase().replaceAll("’", "'");
  if (DIGITS.test(lower)) return { form: numberForm(lower), kind, elongated: false, shouted: false, negates: false };
  const shouted = cut.length > 1 && cut !== lower && cut === cut.toUpperCase();
  const laugh = laughter(lower);
  if (laugh !== undefined) return { form: laugh, kind, elongated: lower.length > LONG_LAUGHTER, shouted, negates: false };
  const squeezed = lower.replace(REPEATED, "$1$1");
  const form = spellOut(squeezed, language);
  return { form, kind, elongated: squeezed !== lower, shouted, negates: NEGATORS.has(form) || form.endsWith("n't") };
}

const DIGITS = /^[0-9]+$/u;
const REPEATED = /(.)\1{2,}/gu;
const LONG_LAUGHTER = 6;
const LONGEST_NUMBER = 5;

/** One or two digits say something ("0 stars", "10/10"); of longer numbers only the length is kept. */
function numberForm(digits: string): string {
  return digits.length <= 2 ? digits : "0".repeat(Math.min(digits.length, LONGEST_NUMBER));
}

/** In the languages the model was trained on; none of them is an everyday word of another that means something else. */
const NEGATORS: ReadonlySet<string> = new Set(
  (
    "not no never neither nor without cannot hardly barely ain't " +
    "não nunca jamais nem sem nenhum nenhuma tampouco " +
    "jamás ni sin ningún ninguna ninguno tampoco " +
    "pas sans aucun aucune rien " +
    "nicht kein keine keinen keinem keiner nie niemals ohne " +
    "non mai né senza nessun nessuna niente " +
    "ei en et emme ette eivät älä ilman " +
    "لا ليس مش ما لم لن بدون " +
    "nahi nahin nhi mat bina नहीं मत बिना"
  ).split(" "),
);
