import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { printable, wrapWords } from "../../cli/conversation-words.ts";

describe("wrapWords", () => {
  it("breaks between words and keeps each of them", () => {
    expect(wrapWords("I have been waiting for three weeks", 12)).toEqual(["I have been", "waiting for", "three weeks"]);
  });

  it.each([
    ["Japanese", "他のお客様からも同じご意見をいただいております。ご迷惑をおかけして申し訳ございません。"],
    ["Thai", "สวัสดีครับผมรอเงินคืนมาสามสัปดาห์แล้วและไม่มีใครโทรกลับ"],
    ["Arabic", "شكرا جزيلا، لكن هذا لا يكفي. أنا أنتظر منذ ثلاثة أسابيع"],
    ["families of emoji", "👨‍👩‍👧‍👦".repeat(20)],
    ["a word longer than a line", "Donaudampfschifffahrtsgesellschaftskapitänsmütze"],
  ])("keeps %s within the width, and loses nothing", (_, text) => {
    const lines = wrapWords(text, 16);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(16);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });

  it("never cuts through what a reader sees as one character", () => {
    expect(wrapWords("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 4)).toEqual(["👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]);
  });

  it("has no line for no words", () => {
    expect(wrapWords("  \n ", 10)).toEqual([]);
  });
});

describe("printable", () => {
  it("takes out what would drive the terminal or turn a line around", () => {
    expect(printable("a\u001b[31mb\r\nc\u202ed\u2066e\u009bf")).toBe("a [31mb cde f");
  });
});
