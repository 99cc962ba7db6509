import { expect, it } from "vitest";
import { readJsonObject } from "../../../classifiers/prompting/read-json-object.ts";

it.each([
  ['{"a":1}', { a: 1 }],
  ['\n```json\n{"a":{"b":"}{"}}\n```\n', { a: { b: "}{" } }],
  ['Here it is: {"a":"\\"}"} I hope it helps.', { a: '"}' }],
  ['{"a":"\\\\"}', { a: "\\" }],
])("reads the one object in %j", (text, value) => {
  expect(readJsonObject(text)).toEqual(value);
});

it.each(["", "none at all", '{"a":1', '{"a":"}', '{"a":1}{"b":2}', '{"a":1} and {"b":2}', "{a:1}", "{not json} but braces", "}{"])("reads nothing from %j", (text) => {
  expect(readJsonObject(text)).toBeUndefined();
});

it("takes a megabyte of braces in its stride", () => {
  const started = performance.now();
  expect(readJsonObject("{".repeat(1_000_000))).toBeUndefined();
  expect(readJsonObject(`{"${'\\"'.repeat(500_000)}`)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(500);
});
