import { describe, expect, it } from "vitest";
import { type Flag, FlagSchema } from "../../../core/contracts/sentiment-result.ts";
import { textReliability, voiceReliability } from "../../../core/fusion/reliability.ts";

const SHARES = Array.from({ length: 101 }, (_, index) => index / 100);

describe("textReliability", () => {
  it("is whole for what was written, and for a sure transcript", () => {
    expect(textReliability({ flags: [] })).toBe(1);
    expect(textReliability({ transcriptConfidence: 0.9, flags: [] })).toBe(1);
    expect(textReliability({ transcriptConfidence: 1, flags: ["redacted", "escalated"] })).toBe(1);
  });

  it("falls in a line from a confidence of 0.9 to 0.5, to a fifth", () => {
    expect(textReliability({ transcriptConfidence: 0.7, flags: [] })).toBeCloseTo(0.6, 12);
    expect(textReliability({ transcriptConfidence: 0.5, flags: [] })).toBeCloseTo(0.2, 12);
    expect(textReliability({ transcriptConfidence: 0, flags: [] })).toBeCloseTo(0.2, 12);
  });

  it("never falls as the words get surer", () => {
    const reliabilities = SHARES.map((transcriptConfidence) => textReliability({ transcriptConfidence, flags: ["low_confidence"] }));

    expect(reliabilities).toEqual([...reliabilities].sort((a, b) => a - b));
  });

  it.each([-0.1, 1.1, Number.NaN])("refuses a confidence of %d", (transcriptConfidence) => {
    expect(() => textReliability({ transcriptConfidence, flags: [] })).toThrow(/transcript confidence must be a number from 0 to 1/u);
  });
});

describe("voiceReliability", () => {
  it("is whole where the voice covers the turn but for its pauses, and nothing where it covers none of it", () => {
    expect(voiceReliability({ flags: [], coverage: 1 })).toBe(1);
    expect(voiceReliability({ flags: [], coverage: 0.7 })).toBe(1);
    expect(voiceReliability({ flags: [], coverage: 0.35 })).toBeCloseTo(0.5, 12);
    expect(voiceReliability({ flags: [], coverage: 0 })).toBe(0);
  });

  it("multiplies what the flags cost", () => {
    expect(voiceReliability({ flags: ["low_quality_audio"], coverage: 1 })).toBe(0.5);
    expect(voiceReliability({ flags: ["narrowband"], coverage: 1 })).toBe(0.75);
    expect(voiceReliability({ flags: ["low_quality_audio", "narrowband", "low_confidence"], coverage: 1 })).toBeCloseTo(0.28125, 12);
  });

  it("never falls as more of the turn is covered", () => {
    const reliabilities = SHARES.map((coverage) => voiceReliability({ coverage, flags: ["narrowband"] }));

    expect(reliabilities).toEqual([...reliabilities].sort((a, b) => a - b));
  });

  it("refuses a coverage above 1", () => {
    expect(() => voiceReliability({ flags: [], coverage: 1.2 })).toThrow(/coverage must be a number from 0 to 1, not 1.2/u);
  });
});

describe("both", () => {
  it.each(FlagSchema.options)("do not rise by the flag %s, nor by its being there twice", (flag: Flag) => {
    for (const others of [[], ["low_confidence"]] as Flag[][]) {
      const text = textReliability({ transcriptConfidence: 0.8, flags: [...others, flag] });
      const voice = voiceReliability({ coverage: 0.6, flags: [...others, flag] });

      expect(text).toBeLessThanOrEqual(textReliability({ transcriptConfidence: 0.8, flags: others }));
      expect(voice).toBeLessThanOrEqual(voiceReliability({ coverage: 0.6, flags: others }));
      expect(textReliability({ transcriptConfidence: 0.8, flags: [...others, flag, flag] })).toBe(text);
      expect(voiceReliability({ coverage: 0.6, flags: [...others, flag, flag] })).toBe(voice);
    }
  });
});
