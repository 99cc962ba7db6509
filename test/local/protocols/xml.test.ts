import { expect, test } from "vitest";
import { childText, parseXml, renderXml } from "../../../local/protocols/xml.ts";

test("text survives rendering and reading, whatever characters it holds", () => {
  const text = "a<b>&\"'\r\n\u0001 ü 😀 &amp; ]]>";
  expect(childText(parseXml(renderXml("Delete", { Key: text, Other: [1, true, undefined] }, "http://example.org/")), "Key")).toBe(text);
});

test.each(["", "text only", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a><", "<a>&nbsp;</a>", "<a>&#x110000;</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>".repeat(50) + "</a>".repeat(50)])("%j is malformed", (source) => {
  expect(() => parseXml(source)).toThrow(/not well-formed/u);
});

test("a long hostile body is read in linear time", () => {
  const startedAt = performance.now();
  expect(() => parseXml(`<a ${"x ".repeat(200_000)}`)).toThrow(/not well-formed/u);
  expect(() => parseXml("<?".repeat(200_000))).toThrow(/not well-formed/u);
  expect(() => parseXml("<!--".repeat(50_000))).toThrow(/not well-formed/u);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
