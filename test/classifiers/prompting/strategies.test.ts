import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../classifiers/prompting/answer-schema.ts";
import { findStrategy } from "../../../classifiers/prompting/find-strategy.ts";
import { PROMPT_STRATEGIES } from "../../../core/classification/classifier-specification.ts";

describe.each(PROMPT_STRATEGIES)("the examples of %s", (name) => {
  const { examples, thinking } = findStrategy(name);

  it("are answers that we would take from a model", () => {
    const refused = examples.filter(({ label, mixed, percent }) => typeof readAnswer({ label, mixed, ...percent }, "stated") === "string");
    expect(refused).toEqual([]);
    expect(examples.filter(({ percent }) => percent.positive + percent.neutral + percent.negative !== 100)).toEqual([]);
  });

  it("think in the fields that the strategy asks for, with values it allows", () => {
    for (const example of examples) {
      expect(Object.keys(example.thinking ?? {})).toEqual(thinking.map((field) => field.name));
      expect(thinking.filter(({ name: field, oneOf }) => oneOf?.includes(example.thinking?.[field] ?? "") === false)).toEqual([]);
    }
  });
});

it("few-shot shows every label and a mixed text", () => {
  const { examples } = findStrategy("few-shot");
  expect(new Set(examples.map(({ label }) => label)).size).toBe(3);
  expect(examples.some(({ mixed }) => mixed)).toBe(true);
});
