import { describe, expect, it } from "vitest";
import { shuffled, splitHalves } from "../../../evaluation/cascade/split-halves.ts";

const LABELS = ["positive", "neutral", "negative"] as const;
const texts = Array.from({ length: 301 }, (_, index) => ({ label: LABELS[index % 7 < 4 ? 0 : index % 7 < 6 ? 1 : 2], language: index % 5 === 0 ? "pt" : "en" }));

describe("the halves of a labelled file", () => {
  it("hold every text once, and are the same for the same seed only", () => {
    const { tuning, holding } = splitHalves(texts, 3);
    expect([...tuning, ...holding].sort((a, b) => a - b)).toEqual(texts.map((_, index) => index));
    expect(splitHalves(texts, 3)).toEqual({ tuning, holding });
    expect(splitHalves(texts, 4).tuning).not.toEqual(tuning);
  });

  it("share every label of every language out evenly, odd numbers included", () => {
    const { tuning, holding } = splitHalves(texts, 1);
    expect(Math.abs(tuning.length - holding.length)).toBe(1);
    const count = (half: number[], label: string, language: string): number => half.filter((index) => texts[index]!.label === label && texts[index]!.language === language).length;
    for (const label of LABELS) {
      for (const language of ["en", "pt"]) expect(Math.abs(count(tuning, label, language) - count(holding, label, language))).toBeLessThanOrEqual(1);
    }
  });

  it("share out languages of one text each", () => {
    const single = ["ar", "de", "es", "fr"].map((language) => ({ label: "neutral" as const, language }));
    expect(splitHalves(single, 1).tuning).toHaveLength(2);
  });
});

describe("shuffled", () => {
  it("loses nothing and leaves the list alone", () => {
    const items = [1, 2, 3, 4, 5];
    expect(shuffled(items, () => 0.999).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(shuffled(items, () => 0)).toEqual([2, 3, 4, 5, 1]);
    expect(items).toEqual([1, 2, 3, 4, 5]);
  });
});
