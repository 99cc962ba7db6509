import { describe, expect, it } from "vitest";
import { comprehendCostUsd, comprehendEndpointCostUsd, comprehendEndpointUsd, comprehendUnits, comprehendUnitsUsd } from "../../../core/models/comprehend-cost.ts";
import { tokenCostUsd } from "../../../core/models/token-cost.ts";

describe("tokenCostUsd", () => {
  it("is tokens times price over a million, in and out", () => {
    expect(tokenCostUsd({ inputUsdPerMillion: 0.8, outputUsdPerMillion: 3.2 }, 1_000_000, 0)).toBeCloseTo(0.8, 12);
    expect(tokenCostUsd({ inputUsdPerMillion: 3.3, outputUsdPerMillion: 16.5 }, 1_234, 567)).toBeCloseTo(0.0040722 + 0.0093555, 12);
    expect(tokenCostUsd({ inputUsdPerMillion: 3, outputUsdPerMillion: 15 }, 0, 0)).toBe(0);
  });
});

describe("Comprehend's units", () => {
  it.each([
    [0, 3],
    [1, 3],
    [300, 3],
    [301, 4],
    [550, 6],
    [5_000, 50],
  ])("%i characters are %i units", (characters, units) => {
    expect(comprehendUnits(characters)).toBe(units);
  });

  it("cost less beyond 10 and beyond 50 million a month", () => {
    expect(comprehendUnitsUsd("sentiment", 3_000_000)).toBeCloseTo(300, 9);
    expect(comprehendUnitsUsd("sentiment", 10_000_000)).toBeCloseTo(1_000, 9);
    expect(comprehendUnitsUsd("piiEntities", 60_000_000)).toBeCloseTo(1_000 + 40_000_000 * 0.00005 + 10_000_000 * 0.000025, 9);
  });

  it("make a short text cost three of them", () => {
    expect(comprehendCostUsd(140)).toBeCloseTo(0.0003, 12);
    expect(comprehendCostUsd(1_000)).toBeCloseTo(0.001, 12);
  });
});

describe("a custom classifier's endpoint", () => {
  it("is billed while it exists", () => {
    expect(comprehendEndpointUsd(1)).toBeCloseTo(1_314, 9);
    expect(comprehendEndpointUsd(2, 1)).toBeCloseTo(3.6, 12);
  });

  it("is shared by the characters it reads: 100 a second and unit", () => {
    expect(comprehendEndpointCostUsd(100)).toBeCloseTo(0.0005, 12);
    expect(comprehendEndpointCostUsd(100 * 3_600)).toBeCloseTo(comprehendEndpointUsd(1, 1), 9);
  });
});
