import { describe, expect, it } from "vitest";
import { whereItThrew } from "../../../classifiers/calling/where-it-threw.ts";

describe("whereItThrew", () => {
  it("names the error and the place, and leaves the message out", () => {
    const described = whereItThrew(new RangeError("my secret\n    at sentence (secret.ts:1:1)"));
    expect(described).toMatch(/^RangeError at .*where-it-threw\.test\.ts/u);
    expect(described).not.toContain("secret");
  });

  it("leaves out what a parser quotes", () => {
    let described = "";
    try {
      JSON.parse("my secret sentence");
    } catch (error) {
      described = whereItThrew(error);
    }
    expect(described).toMatch(/^SyntaxError at /u);
    expect(described).not.toContain("secret");
  });

  it("takes errors without a stack and things that are no errors", () => {
    expect(whereItThrew(Object.assign(new Error("secret"), { stack: "" }))).toBe("Error");
    expect(whereItThrew("secret")).toBe("a thrown value that is no Error");
    expect(whereItThrew(undefined)).toBe("a thrown value that is no Error");
  });
});
