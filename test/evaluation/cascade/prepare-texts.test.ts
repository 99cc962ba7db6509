import { describe, expect, it } from "vitest";
import { prepareTexts } from "../../../evaluation/cascade/prepare-texts.ts";

describe("labelled texts", () => {
  it("are prepared as the pipeline prepares them", () => {
    const { texts } = prepareTexts([{ text: "@maria loooove it!! https://a.example/x write to maria@example.com", label: "positive", lang: "en" }], "social");
    expect(texts).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{32}$/u), text: "@user loooove it!! http write to [EMAIL]", language: "en", label: "positive" }]);
  });

  it("are taken once, and told apart by language", () => {
    const labelled = [
      { text: "no", label: "negative", lang: "en" },
      { text: "no ", label: "neutral", lang: "en" },
      { text: "no", label: "negative", lang: "en" },
      { text: "no", label: "negative", lang: "es" },
      { text: "\u200B \u00AD", label: "neutral", lang: "en" },
    ] as const;
    const { texts, ...leftOut } = prepareTexts(labelled, "social");
    expect(texts.map(({ text, language, label }) => [text, language, label])).toEqual([["no", "en", "negative"], ["no", "es", "negative"]]);
    expect(leftOut).toEqual({ repeated: 2, contradicting: 1, empty: 1 });
    expect(texts[0]!.id).not.toBe(texts[1]!.id);
  });
});
