import { describe, expect, it } from "vitest";
import { firstDifference } from "../../../training/text/first-difference.ts";

describe("the first difference of two files", () => {
  it("is none when they are the same", () => {
    expect(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBeUndefined();
  });

  it("names the byte and both values", () => {
    expect(firstDifference(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 9, 8))).toContain("byte 1 of 3 is 2 in the shipped file and 9");
  });

  it("names the lengths when one is the beginning of the other", () => {
    expect(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1))).toContain("2 bytes, the trained one 1");
  });
});
