import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findStrategy } from "../../../classifiers/prompting/find-strategy.ts";
import { renderPrompt, textsPerOutput } from "../../../classifiers/prompting/render-prompt.ts";
import { PROMPT_STRATEGIES } from "../../../core/classification/classifier-specification.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../../docs/prompts.md"), "utf8");

it.each(PROMPT_STRATEGIES)("docs/prompts.md says of %s what is true of it", (name) => {
  const strategy = findStrategy(name);
  const [stated, samples] = (["stated", "samples"] as const).map((scores) => {
    const { system, tool, opening, closing } = renderPrompt(strategy, scores, "tool", ["a"]);
    return { characters: system.length + JSON.stringify(tool).length + opening.length + closing.length, most: textsPerOutput(strategy, scores) };
  });
  expect(GUIDE).toContain(`| \`${name}\` | \`${strategy.version}\` | ${stated!.characters} / ${samples!.characters} | ${stated!.most} / ${samples!.most} |`);
});
