import type { Channel } from "../contracts/identity.ts";
import { redact } from "../redaction/redact.ts";
import { ownWords } from "./own-words.ts";

/**
 * The text as the model reads it, from the stored (already redacted) text: one line, the noise of the medium evened
 * out. Links become `http` and mentions `@user`, as in the public data that sentiment models learn from. Never empty
 * for a text that is not.
 */
export function prepareForModel(stored: string, channel: Channel): string {
  const said = channel === "email" || channel === "ticket" ? ownWords(stored) : stored;
  const evened = evenOut(said);
  return evened === "" ? evenOut(stored) || stored : evened;
}

const LINKS = /\b(?:https?:\/\/|www\.)[^\s<>"]+/giu;
// Within a word an @ is not a mention. Redacted addresses are `[EMAIL]` by now.
const MENTIONS = /(?<![\p{L}\p{N}_@])@[\p{L}\p{N}_]+(?:[.-][\p{L}\p{N}_]+)*/gu;
const HASHTAGS = /(?<![\p{L}\p{N}_&/])[#＃]([\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*)/gu;
const INNER_CAPITALS = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;
const SKIN_TONES = /[\u{1F3FB}-\u{1F3FF}]|\uFE0F/gu;
const EMOJI_RUNS = /(\p{Extended_Pictographic})(?:\s*\1){3,}/gu;
// "soooo" and "!!!!" say how strongly something is meant, and language models read that; the embedded model evens them out by
// itself. Only what no one means is cut, so that no model pays for a thousand letters.
const ABSURD_LETTERS = /((\p{L})\2{29})\2+/giu;
const ABSURD_MARKS = /(([!?.,*~_=-])\2{29})\2+/gu;
// Every rule below but white space needs one of these, so most plain sentences pass in one look.
const NOISY = /[^\n -"$-?A-~\u00A1-\u036F\u0400-\u052F]|[@#]|(\p{L})\1{30}|([!?.,*~_=-])\2{30}/iu;

function evenOut(text: string): string {
  let evened = text;
  if (evened.includes("://") || /www\./iu.test(evened)) evened = evened.replace(LINKS, "http");
  if (NOISY.test(evened)) {
    const compatible = evened.normalize("NFKC");
    // A few signs unfold to eighteen letters; a text made of them must not outgrow its queue message.
    if (compatible.length <= 2 * evened.length && compatible !== evened) {
      // Unfolding can bring personal data to light that no one could see as such before: 𝟜𝟙𝟙𝟙 … is a card by now.
      evened = redact(compatible).text;
    }
    if (evened.includes("@")) evened = evened.replace(MENTIONS, "@user");
    if (evened.includes("#")) evened = evened.replace(HASHTAGS, (_, words: string) => splitHashtag(words));
    evened = evened
      .replace(SKIN_TONES, "")
      .replace(EMOJI_RUNS, "$1$1$1")
      .replace(ABSURD_LETTERS, "$1")
      .replace(ABSURD_MARKS, "$1");
  }
  return evened.replace(/\s+/gu, " ").trim();
}

/** `NotHappyAtAll` → `Not Happy At All`, `bad_service` → `bad service`. */
function splitHashtag(words: string): string {
  return words.replace(/_+/gu, " ").replace(INNER_CAPITALS, " ").trim();
}
