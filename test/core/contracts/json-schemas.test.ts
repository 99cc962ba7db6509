import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonSchemas } from "../../../core/contracts/json-schemas.ts";

describe("the JSON Schema files", () => {
  it.each(Object.entries(jsonSchemas()))("schemas/%s is what the contract generates (npm run schemas)", (file, text) => {
    expect(readFileSync(new URL(`../../../schemas/${file}`, import.meta.url), "utf8")).toBe(text);
  });
});
