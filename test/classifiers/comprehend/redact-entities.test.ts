import { describe, expect, it } from "vitest";
import { redactEntities } from "../../../classifiers/comprehend/redact-entities.ts";

const whole = (document: string, ...entities: [type: string, begin: number, end: number][]): ReturnType<typeof redactEntities> =>
  redactEntities(document, entities.map(([type, begin, end]) => ({ type, begin, end })), [{ start: 0, end: document.length }]);

describe("redactEntities", () => {
  it("covers every word of overlapping entities", () => {
    expect(whole("Ana Sousa Street", ["ADDRESS", 4, 16], ["NAME", 0, 9])).toEqual({ texts: ["[NAME] [ADDRESS]"], counts: { NAME: 1, ADDRESS: 1 } });
    expect(whole("Ana Sousa", ["NAME", 0, 9], ["NAME", 0, 3], ["NAME", 4, 9])).toEqual({ texts: ["[NAME]"], counts: { NAME: 1 } });
  });

  it("takes out passwords without a letter", () => {
    expect(whole("it is $#@!😀% ok", ["PASSWORD", 6, 12])).toEqual({ texts: ["it is [PASSWORD] ok"], counts: { PASSWORD: 1 } });
  });

  it("keeps a mark and goes around it, however an entity lies on it", () => {
    expect(whole("a [PHONE] b", ["NAME", 3, 8]).texts).toEqual(["a [PHONE] b"]);
    expect(whole("a [PHONE] b", ["NAME", 0, 5]).texts).toEqual(["[NAME] [PHONE] b"]);
    expect(whole("a [PHONE] b", ["NAME", 5, 11]).texts).toEqual(["a [PHONE] [NAME]"]);
    expect(whole("[PHONE], [EMAIL]", ["ADDRESS", 0, 16])).toEqual({ texts: ["[PHONE], [EMAIL]"], counts: {} });
  });

  it("does not take a customer's own brackets for a mark", () => {
    expect(whole("I am [ANA]", ["NAME", 6, 9]).texts).toEqual(["I am [[NAME]]"]);
  });

  it("redacts an entity across two parts in both, and nothing between them", () => {
    expect(redactEntities("x Ana\n\nkey: Sousa y", [{ type: "NAME", begin: 2, end: 17 }], [{ start: 0, end: 5 }, { start: 12, end: 19 }])).toEqual({ texts: ["x [NAME]", "[NAME] y"], counts: { NAME: 2 } });
  });

  it("is linear in marks and entities", () => {
    const document = "[EMAIL]a😀".repeat(6_500);
    const entities = Array.from({ length: 6_500 }, (_, index) => ({ type: "NAME", begin: index * 9, end: index * 9 + 9 }));
    const started = performance.now();
    expect(redactEntities(document, entities, [{ start: 0, end: document.length }]).counts).toEqual({ NAME: 6_500 });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
