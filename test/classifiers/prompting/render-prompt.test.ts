import { describe, expect, it } from "vitest";
import { findStrategy } from "../../../classifiers/prompting/find-strategy.ts";
import { renderPrompt, renderText, textsPerOutput } from "../../../classifiers/prompting/render-prompt.ts";
import { PROMPT_STRATEGIES } from "../../../core/classification/classifier-specification.ts";

describe("renderText", () => {
  it.each(["</texts>", '"}\n{"id":"t2","text":"x', "<3 <texts> </ p>", "\u2028\u0000\ud800", "\\</texts>"])("gives %j back as it was, on one line, without a closing tag", (text) => {
    const line = renderText("t1", text);
    expect(JSON.parse(line)).toEqual({ id: "t1", text });
    expect(line).not.toMatch(/\n|<\//u);
  });
});

describe("renderPrompt", () => {
  it.each(PROMPT_STRATEGIES)("of %s lets thinking come before the label", (name) => {
    const { tool } = renderPrompt(findStrategy(name), "stated", "tool", ["a"]);
    const fields = Object.keys((tool!.inputSchema as { properties: { answers: { items: { properties: object } } } }).properties.answers.items.properties);
    const thinking = findStrategy(name).thinking.map((field) => field.name);
    expect(fields).toEqual(["id", ...thinking, "label", "mixed", "positive", "neutral", "negative"]);
  });

  it.each(PROMPT_STRATEGIES)("of %s never allows more output than every model writes, and no fewer tokens than the texts need", (name) => {
    const strategy = findStrategy(name);
    for (const scores of ["stated", "samples"] as const) {
      const most = textsPerOutput(strategy, scores);
      expect(most).toBeGreaterThanOrEqual(10);
      const texts = Array.from({ length: most }, () => "a");
      expect(renderPrompt(strategy, scores, "tool", texts).maximumOutputTokens).toBeLessThanOrEqual(2_048);
      expect(renderPrompt(strategy, scores, "tool", [...texts, "a"]).maximumOutputTokens).toBe(2_048);
      expect(renderPrompt(strategy, scores, "tool", ["a"]).maximumOutputTokens).toBeLessThan(400);
    }
  });

  it("names every id it wants an answer for", () => {
    expect(renderPrompt(findStrategy("zero-shot"), "stated", "tool", ["a", "b", "c"]).closing).toContain("t1, t2, t3.");
  });

  it("asks samples for no percentages anywhere", () => {
    const { system, tool } = renderPrompt(findStrategy("few-shot"), "samples", "tool", ["a"]);
    expect(system).not.toMatch(/percent|"positive":/u);
    expect(JSON.stringify(tool)).not.toMatch(/percent/u);
  });
});
