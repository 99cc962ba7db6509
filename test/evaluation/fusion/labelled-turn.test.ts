import { describe, expect, it } from "vitest";
import { readTurn, unreadFields } from "../../../evaluation/fusion/labelled-turn.ts";

const TEXT = { text_positive: 0.7, text_neutral: 0.2, text_negative: 0.1 };
const VOICE = { voice_positive: 0.1, voice_neutral: 0.3, voice_negative: 0.6 };

describe("readTurn", () => {
  it("reads a row of CSV, where every cell is a text and an absent one is empty", () => {
    const cells = { text_positive: "0.7", text_neutral: "0.2", text_negative: "0.1", voice_positive: "", voice_neutral: "", voice_negative: "", label: "neutral", transcript_confidence: "0.7", text_flags: "low_confidence; redacted", conversation: "call-1", id: "" };

    expect(readTurn(cells)).toEqual({
      ok: true,
      turn: { label: "neutral", text: { scores: { positive: 0.7, neutral: 0.2, negative: 0.1 }, reliability: expect.closeTo(0.6 * 0.75, 12) }, conversation: "call-1" },
    });
  });

  it("reads an object of JSON lines, flags of both sides included", () => {
    const read = readTurn({ ...TEXT, ...VOICE, label: "negative", flags: ["narrowband"], voice_flags: ["low_quality_audio"], voice_coverage: 0.35, conversation: 12 });

    expect(read).toMatchObject({ ok: true, turn: { text: { reliability: 1 }, voice: { reliability: 0.75 * 0.5 * 0.5 }, conversation: "12" } });
  });

  it("reads flags as the warehouse writes them", () => {
    expect(readTurn({ ...VOICE, label: "negative", flags: '["narrowband","low_quality_audio"]' })).toMatchObject({ ok: true, turn: { voice: { reliability: 0.375 } } });
    expect(readTurn({ ...VOICE, label: "negative", flags: "[]" })).toMatchObject({ ok: true, turn: { voice: { reliability: 1 } } });
  });

  it.each([
    [{ ...TEXT, label: "angry" }, /^label: /u],
    [{ label: "neutral" }, /neither text_… nor voice_… scores/u],
    [{ ...TEXT, text_negative: "", label: "neutral" }, /text_positive, text_neutral and text_negative: give all three/u],
    [{ ...TEXT, ...VOICE, voice_negative: 0.9, label: "neutral" }, /scores of voice sum to 1.3, not to 1/u],
    [{ ...TEXT, text_positive: "70 %", label: "neutral" }, /text_positive: must be a number from 0 to 1/u],
    [{ ...TEXT, transcript_confidence: 97, label: "neutral" }, /transcript_confidence: /u],
    [{ ...TEXT, flags: "noisy", label: "neutral" }, /flags.0: /u],
    [["positive"], /^the line: /u],
    [null, /^the line: /u],
  ])("says what is wrong with %o", (fields, problem) => {
    expect(readTurn(fields)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  it("names fields that are not read", () => {
    expect(unreadFields({ ...TEXT, transcript_confidense: 0.4, label: "neutral" })).toEqual(["transcript_confidense"]);
  });
});
