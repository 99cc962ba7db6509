import { describe, expect, it } from "vitest";
import { chooseLanguage } from "../../../core/transcripts/choose-language.ts";

const CONFIGURED = ["en-US", "en-GB", "pt-BR", "he-IL", "zh-CN", "zh-TW", "tl-PH"];

describe("the language that Transcribe is told", () => {
  it.each([
    ["en-GB", "en-GB"],
    ["en", "en-US"],
    ["EN-gb", "en-GB"],
    ["en-AU", "en-US"],
    ["pt-PT", "pt-BR"],
    ["zh-Hant-TW", "zh-TW"],
    ["iw", "he-IL"],
    ["fil", "tl-PH"],
  ])("of a recording in %s is %s", (tag, code) => {
    expect(chooseLanguage(tag, CONFIGURED)).toEqual({ language: { kind: "given", code }, isStrange: false });
  });

  it.each([
    [undefined, false],
    ["und", false],
    ["ja", true],
    // A tag's shape, and none.
    ["abcd-a", true],
  ])("of a recording in %s is to be found among the stage's", (tag, isStrange) => {
    expect(chooseLanguage(tag, CONFIGURED)).toEqual({ language: { kind: "identify", codes: CONFIGURED }, isStrange });
  });

  it("is the stage's only one, whatever the recording says", () => {
    expect(chooseLanguage(undefined, ["de-DE"])).toEqual({ language: { kind: "given", code: "de-DE" }, isStrange: false });
    expect(chooseLanguage("fr", ["de-DE"])).toEqual({ language: { kind: "given", code: "de-DE" }, isStrange: true });
  });
});
