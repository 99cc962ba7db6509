import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../classifiers/prompting/answer-schema.ts";
import { readAnswers } from "../../../classifiers/prompting/read-answers.ts";

const answer = (id: string, more: object = {}): object => ({ id, label: "positive", mixed: false, positive: 80, neutral: 15, negative: 5, ...more });

describe("readAnswer", () => {
  it("normalises percentages that rounding left up to 5 off 100", () => {
    expect(readAnswer(answer("t1", { positive: 81, neutral: 16, negative: 6 }), "stated")).toEqual({ label: "positive", mixed: false, scores: { positive: 81 / 103, neutral: 16 / 103, negative: 6 / 103 } });
    expect(readAnswer(answer("t1", { positive: 84, neutral: 16, negative: 6 }), "stated")).toBe("the percentages do not sum to 100");
    expect(readAnswer(answer("t1", { positive: 74, neutral: 15, negative: 5 }), "stated")).toBe("the percentages do not sum to 100");
  });

  it("takes either label of a tie", () => {
    for (const label of ["positive", "negative"]) expect(readAnswer(answer("t1", { label, positive: 45, neutral: 10, negative: 45 }), "stated")).toMatchObject({ label });
    expect(readAnswer(answer("t1", { label: "neutral", positive: 45, neutral: 10, negative: 45 }), "stated")).toBe("the label is not the one with the highest percentage");
  });

  it.each([{ positive: -1 }, { positive: 101 }, { positive: "80" }, { positive: null }, { positive: Number.NaN }, { label: "Positive" }, { label: undefined }, { mixed: "no" }])("refuses %j", (more) => {
    expect(readAnswer(answer("t1", more), "stated")).toBeTypeOf("string");
  });

  it("needs no percentages of a sample, and reads none", () => {
    expect(readAnswer({ id: "t1", label: "neutral" }, "samples")).toEqual({ label: "neutral", mixed: false });
    expect(readAnswer(answer("t1"), "samples")).toEqual({ label: "positive", mixed: false });
  });
});

describe("readAnswers", () => {
  it("matches by id, whatever the order", () => {
    const readings = readAnswers({ answers: [answer("t2", { label: "neutral", positive: 10, neutral: 90, negative: 0 }), answer("t1")] }, 2, "stated");
    expect(readings.map((reading) => reading.ok && reading.answer.label)).toEqual(["positive", "neutral"]);
  });

  it.each([[undefined], [null], ["text"], [42], [[]], [{}], [{ answers: "no list" }], [{ answers: {} }], [[{ answers: [] }, { other: 1 }]]])("finds no list of answers in %j", (input) => {
    const readings = readAnswers(input, 1, "stated");
    // No call at all holds no answer either, but also nothing malformed.
    expect(readings[0]).toMatchObject({ ok: false, code: Array.isArray(input) && input.length === 0 ? "unanswered" : "malformed" });
  });

  it("survives entries of any kind", () => {
    const readings = readAnswers({ answers: [null, 1, "t1", [], { id: 1 }, { id: "__proto__" }, { id: "constructor" }, answer("t1")] }, 2, "stated");
    expect(readings).toMatchObject([{ ok: true }, { ok: false, code: "unanswered" }]);
  });
});
