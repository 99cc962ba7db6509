import { describe, expect, it } from "vitest";
import { redact } from "../../../core/redaction/redact.ts";
import { detectLanguage } from "../../../core/text/language/resolve-language.ts";
import { prepareForModel } from "../../../core/text/prepare-for-model.ts";
import { prepareForStorage } from "../../../core/text/prepare-for-storage.ts";

const CHARACTERS = 1 << 18;
/** Four times the longest text accepted. Quadratic work on it takes half a minute and more; linear work a fraction of this. */
const LIMIT_MS = 5_000;

const HOSTILE: readonly string[] = [
  "a", "@", "a@", "a.", "a@a.", "@a.-", "<", "<a ", "<a '", "<a ''\"", "<a \"'", "<script>", "<!--", "<blockquote>", "&", "&#", "1", "1 ", "1   ", "+",
  "+1(", "(1", "1.1.1.", ":", "a:", "AB12", "DE89 3704 ", "tel 1234567 ", "€1.", " ", "\n", " \n", "\r", "\u00A0", "\u200D", "a\u200D", "\uFE0F", "😀",
  "😀 ", "e\u0301", "#", "#aB", "_", "'", "!", "!?", ">", "On 1 ", "On 1\n", "From: x\n", "-- ", "http://", "www.", "ha", "ｆ", "ﷺ",
];

describe("a quarter of a million hostile characters", () => {
  it.each(HOSTILE)("is prepared and redacted in linear time: %j", (unit) => {
    const text = unit.repeat(Math.ceil(CHARACTERS / unit.length));
    for (const channel of ["email", "social"] as const) {
      const started = performance.now();
      const stored = redact(prepareForStorage(text, channel)).text;
      const modelText = prepareForModel(stored, channel);
      detectLanguage(modelText);
      expect(performance.now() - started).toBeLessThan(LIMIT_MS);
      expect(stored.length).toBeLessThanOrEqual(12 * text.length);
    }
  });
});
