import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { findStrategy } from "../../../classifiers/prompting/find-strategy.ts";
import { renderPrompt } from "../../../classifiers/prompting/render-prompt.ts";
import { PROMPT_STRATEGIES, type PromptStrategy } from "../../../core/classification/classifier-specification.ts";

/**
 * Every prompt ever released: version → digest of all it renders. A row is never changed. Whoever changes a word, in a strategy or in what all
 * share, raises the versions concerned and adds their rows: results then tell by `promptVersion` which words they came from.
 */
const RELEASED: Readonly<Record<string, string>> = {
  "zero-shot/1": "89d17ba6fa052921",
  "few-shot/1": "e3dc7df2889548b1",
  "chain-of-thought/1": "575264f9ef81ef76",
  "domain/1": "8d0bb459f1db2f17",
  "buffer-of-thoughts/1": "789f5a2d826918b1",
};

function digest(name: PromptStrategy): string {
  const strategy = findStrategy(name);
  const prompts = (["stated", "samples"] as const).flatMap((scores) => (["tool", "json"] as const).map((form) => renderPrompt(strategy, scores, form, ["First.", "Second."])));
  return createHash("sha256").update(JSON.stringify(prompts)).digest("hex").slice(0, 16);
}

describe("prompt versions", () => {
  it.each(PROMPT_STRATEGIES)("%s says what it said when its version was released", (name) => {
    const { version } = findStrategy(name);
    expect({ [version]: digest(name) }).toEqual({ [version]: RELEASED[version] });
  });

  it.each(PROMPT_STRATEGIES)("%s bears its own name", (name) => {
    expect(findStrategy(name).version).toMatch(new RegExp(`^${name}/[1-9]\\d*$`, "u"));
  });
});
