import { describe, expect, it } from "vitest";
import { opinionOf, packOpinion, standsOver, unpackOpinion } from "../../../core/conversation/opinion.ts";
import { at, message, voice, words } from "./made-conversation.ts";

describe("an opinion", () => {
  it("comes back from the journal as it was, and without words", () => {
    for (const result of [words({ text: "I am fine", transcript: { transcriber: "contact-lens", confidence: 0.7 }, flags: ["role_inferred"], revision: 5, withdrawn: true }), voice({ track: 1, speaker: "agent" }), message(3)]) {
      const opinion = opinionOf(result)!;
      expect(unpackOpinion(packOpinion(opinion))).toEqual(opinion);
      expect(packOpinion(opinion)).not.toContain("fine");
    }
  });

  it("is kept of turns and voice segments that are part of a conversation", () => {
    expect(opinionOf({ ...words(), modality: "fused" })).toBeUndefined();
    expect(opinionOf({ ...voice(), scope: "conversation" })).toBeUndefined();
    expect(opinionOf(message(0, { id: "conversation-1" }))).toBeUndefined();
    expect(opinionOf(words({ id: "conversation-1" }))).toBeDefined();
    expect(opinionOf(message(0))).toBeDefined();
  });

  it("stands by revision, then time of classification, then id, one way round only", () => {
    const plain = opinionOf(words({ classifiedAt: at(5_000) }))!;
    const later = opinionOf(words({ classifiedAt: at(6_000) }))!;
    const corrected = opinionOf(words({ classifiedAt: at(4_000), revision: 1 }))!;
    const elsewhere = { ...plain, recording: "s3://recordings-test/call-2.wav" };
    for (const [over, under] of [[later, plain], [corrected, later], [{ ...plain, resultId: "f".repeat(32) }, plain]] as const) {
      expect([standsOver(over, under), standsOver(under, over)]).toEqual([true, false]);
    }
    expect(standsOver(plain, elsewhere)).not.toBe(standsOver(elsewhere, plain));
    expect(standsOver(plain, plain)).toBe(false);
  });

  it.each(['{"id":1}', "[]", '["text","call-1",-1]', "[\"smell\"]"])("refuses the stored line %s", (line) => {
    expect(() => unpackOpinion(line)).toThrow(/stored opinion/u);
  });
});
