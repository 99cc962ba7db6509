import { expect, it } from "vitest";
import { packTexts } from "../../../classifiers/prompting/pack-texts.ts";

const pack = (sizes: number[], maximumTexts: number, maximumBytes: number): number[][] => packTexts(sizes, (size) => size, maximumTexts, maximumBytes);

it("packs in order, by number and by bytes", () => {
  expect(pack([1, 1, 1, 1, 1], 2, 100)).toEqual([[1, 1], [1, 1], [1]]);
  expect(pack([40, 40, 20, 30], 10, 100)).toEqual([[40, 40, 20], [30]]);
  expect(pack([], 10, 100)).toEqual([]);
});

it("gives a text that is too big a pack of its own, and drops none", () => {
  expect(pack([10, 500, 10, 10], 10, 100)).toEqual([[10], [500], [10, 10]]);
});
