import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { parseConversationId, parseHalfLife, parseTurns } from "../../cli/command-options.ts";

describe("turns on the command line", () => {
  it.each([
    ["3,5", [3, 5]],
    ["7", [7]],
    ["5-7, 2,6", [2, 5, 6, 7]],
  ])("%s are %j", (written, numbers) => {
    expect(parseTurns(written)).toEqual(numbers);
  });

  it.each(["", "0", "3,", "5-3", "a", "1-200000", "-1", "1.5"])("%j is refused with what to write", (written) => {
    expect(() => parseTurns(written)).toThrow(InvalidArgumentError);
    expect(() => parseTurns(written)).toThrow("Numbers of turns from 1, e.g. 3,5 or 3-7.");
  });
});

describe("a half-life on the command line", () => {
  it("is a number of turns", () => {
    expect(parseHalfLife("0.5")).toBe(0.5);
  });

  it.each(["", "0", "101", "three"])("%j is refused", (written) => {
    expect(() => parseHalfLife(written)).toThrow("Turns from 0.5 to 100, e.g. 3.");
  });
});

describe("a conversation's id on the command line", () => {
  it("is taken as it stands, and not empty", () => {
    expect(parseConversationId(" call-7")).toBe(" call-7");
    expect(() => parseConversationId("")).toThrow("npx valence conversation lists the newest");
  });
});
