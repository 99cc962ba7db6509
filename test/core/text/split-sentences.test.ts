import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../core/seeded-random.ts";
import { splitIntoParts, splitSentences } from "../../../core/text/split-sentences.ts";

const trimmed = (text: string): string[] => splitSentences(text).map((sentence) => sentence.trim());

describe("splitSentences", () => {
  it.each([
    ["English", "The app is great. It never crashes! Does it? No.", ["The app is great.", "It never crashes!", "Does it?", "No."]],
    ["no capitals", "i hate it. they never answer. terrible", ["i hate it.", "they never answer.", "terrible"]],
    ["Portuguese", "O Sr. Silva atendeu bem. Paguei R$ 1.234,56 pela Cia. Azul! Ótimo.", ["O Sr. Silva atendeu bem.", "Paguei R$ 1.234,56 pela Cia. Azul!", "Ótimo."]],
    ["Spanish", "¿Por qué? ¡No funciona! La Sra. Gómez lo sabe.", ["¿Por qué?", "¡No funciona!", "La Sra. Gómez lo sabe."]],
    ["German", "Das ist z. B. schlecht. Am 3. Mai kam ggf. nichts.", ["Das ist z. B. schlecht.", "Am 3. Mai kam ggf. nichts."]],
    ["Japanese", "最高です。また来ます!本当に？はい", ["最高です。", "また来ます!本当に？", "はい"]],
    ["Chinese", "服务很好。我喜欢！真的", ["服务很好。", "我喜欢！", "真的"]],
    ["Arabic", "الخدمة ممتازة. هل تعمل؟ نعم", ["الخدمة ممتازة.", "هل تعمل؟", "نعم"]],
    ["Urdu", "سروس اچھی ہے۔ شکریہ", ["سروس اچھی ہے۔", "شکریہ"]],
    ["Hindi", "सेवा अच्छी है। मुझे पसंद है॥ धन्यवाद", ["सेवा अच्छी है।", "मुझे पसंद है॥", "धन्यवाद"]],
    ["decimals, versions, addresses", "It costs 3.14 in v2.0.1, see www.example.com. Bye", ["It costs 3.14 in v2.0.1, see www.example.com.", "Bye"]],
    ["abbreviations", "Dr. Who met J. Smith vs. Mr. Jones, e.g. today. So do I. Fine", ["Dr. Who met J. Smith vs. Mr. Jones, e.g. today.", "So do I.", "Fine"]],
    ["No, and number seven", "No. Never again. See No. 7 there.", ["No.", "Never again.", "See No. 7 there."]],
    ["ellipses", "I was... disappointed. Well... No.", ["I was... disappointed.", "Well...", "No."]],
    ["quotes and brackets", 'He said "never." Then (at last!) he left.', ['He said "never."', "Then (at last!)", "he left."]],
    ["paragraphs", "Dear all\n\nthe app\nis bad\n \nBye", ["Dear all", "the app\nis bad", "Bye"]],
    ["nothing", "", []],
  ])("%s", (_, text, sentences) => {
    expect(trimmed(text)).toEqual(sentences);
    expect(splitSentences(text).join("")).toBe(text);
  });
});

/** What stands between white space on both sides of a cut, unless it holds an end of a sentence that needs no space. */
function wordsCut(parts: readonly string[]): string[] {
  return parts.slice(1).flatMap((_, index) => {
    const before = /\S*$/u.exec(parts.slice(0, index + 1).join(""))![0];
    const after = /^\S*/u.exec(parts.slice(index + 1).join(""))![0];
    return before === "" || after === "" || /[。।]/u.test(before) ? [] : [before + after];
  });
}

describe("splitIntoParts", () => {
  const sentence = (length: number): string => `${"w".repeat(length - 2)}. `;

  it("leaves a text whole that fits, in bytes and not in characters", () => {
    expect(splitIntoParts("ação. ", 8)).toEqual(["ação. "]);
    expect(splitIntoParts("", 8)).toEqual([""]);
    expect(splitIntoParts("é. é.", 5)).toEqual(["é. ", "é."]);
  });

  it("cuts at sentences into the fewest parts, of about the same length", () => {
    const text = sentence(10).repeat(11);
    expect(splitIntoParts(text, 100).map(({ length }) => length)).toEqual([60, 50]);
    expect(splitIntoParts(text, 50).map(({ length }) => length)).toEqual([40, 40, 30]);
  });

  it("cuts a sentence that is too long at clauses, then between words, then between characters", () => {
    expect(splitIntoParts("first clause here, second clause here", 20)).toEqual(["first clause here, ", "second clause here"]);
    expect(splitIntoParts("one two three four five", 12)).toEqual(["one two ", "three ", "four five"]);
    expect(splitIntoParts("abcdefgh", 4)).toEqual(["abcd", "efgh"]);
  });

  it("keeps numbers whole, and letters with their marks, and emoji with their modifiers", () => {
    expect(splitIntoParts("pay 1,000,000 now", 10).join("|")).toBe("pay |1,000,000 |now");
    expect(splitIntoParts("e\u0301e\u0301e\u0301", 7)).toEqual(["e\u0301e\u0301", "e\u0301"]);
    expect(splitIntoParts("👨‍👩‍👧👍🏽👍🏽", 20)).toEqual(["👨‍👩‍👧", "👍🏽👍🏽"]);
  });

  it("never cuts inside a character, even when that is what does not fit", () => {
    const pile = `a${"\u0301".repeat(50)}`;
    const parts = splitIntoParts(pile, 4);
    expect(parts.join("")).toBe(pile);
    expect(splitIntoParts("😀".repeat(5), 7).every((part) => Buffer.from(part).toString() === part)).toBe(true);
  });

  it("refuses a limit that no character fits in", () => {
    expect(() => splitIntoParts("text", 3)).toThrow(RangeError);
    expect(() => splitIntoParts("text", 4.5)).toThrow(RangeError);
  });

  it("loses nothing, keeps to the limit and cuts no word, whatever the text", () => {
    const random = seededRandom(7);
    const pieces = ["word", "não", "。", ". ", "? ", ", ", " ", "\n\n", "1.5", "Dr. ", "😀", "é́", "服务", "。", "…", "\ud800", "\t", "सेवा। ", "“", "” "];
    for (let round = 0; round < 400; round += 1) {
      const text = Array.from({ length: Math.floor(random() * 200) }, () => pieces[Math.floor(random() * pieces.length)]!).join("");
      const limit = 40 + Math.floor(random() * 300);
      const parts = splitIntoParts(text, limit);
      expect(parts.join("")).toBe(text);
      expect(Math.max(...parts.map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(limit);
      expect(wordsCut(parts).filter((word) => Buffer.byteLength(word) <= limit)).toEqual([]);
    }
  });

  it.each([
    ["full stops", ".".repeat(1_000_000)],
    ["exclamation marks and a letter", `${"!".repeat(1_000_000)}x`],
    ["closing brackets", `.${")".repeat(1_000_000)}x`],
    ["spaces", " ".repeat(1_000_000)],
    ["line ends and spaces", `\n${" ".repeat(1_000_000)}x`],
    ["lines", "\n ".repeat(500_000)],
    ["dashes", ` ${"-".repeat(1_000_000)}x`],
    ["words", "x ".repeat(500_000)],
    ["one word", "x".repeat(1_000_000)],
    ["abbreviations", "Dr. ".repeat(250_000)],
  ])("does not go over a million %s again and again", (_, text) => {
    const started = performance.now();
    expect(splitIntoParts(text, 4_000).join("") === text).toBe(true);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
