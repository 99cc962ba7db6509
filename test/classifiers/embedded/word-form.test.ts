import { describe, expect, it } from "vitest";
import { LONGEST_WORD, wordForm } from "../../../classifiers/embedded/word-form.ts";

describe("the form of a word", () => {
  it.each([
    ["Sooooo", "en", { form: "soo", elongated: true, shouted: false }],
    ["GREAT", "en", { form: "great", elongated: false, shouted: true }],
    ["DON’T", "en", { form: "don't", shouted: true, negates: true }],
    ["vc", "pt", { form: "você" }],
    ["vc", "en", { form: "vc" }],
    ["xq", "es", { form: "porque" }],
    ["mdr", "fr", { form: "lol" }],
    ["ñ", "pt", { form: "não", negates: true }],
    ["dont", "en", { form: "don't", negates: true }],
    ["HAHAHAHA", "en", { form: "haha", elongated: true, shouted: true }],
    ["jajaja", "es", { form: "haha" }],
    ["kkkkkk", "pt", { form: "haha" }],
    ["loool", "en", { form: "lol" }],
    ["10", "en", { form: "10" }],
    ["20259", "en", { form: "00000" }],
  ])("%s in %s", (token, language, expected) => {
    expect(wordForm(token, "word", language)).toMatchObject(expected);
  });

  it.each(["had", "head", "hello", "rs", "look", "ahead"])("takes %s for no laughter", (token) => {
    expect(wordForm(token, "word", "en").form).toBe(token);
  });

  it("is cut where a word has no end, before any pattern sees it", () => {
    const started = performance.now();
    expect(wordForm("ha".repeat(30_000), "word", "en").form).toBe("haha");
    expect(wordForm("ab".repeat(30_000), "word", "en").form).toHaveLength(LONGEST_WORD);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
