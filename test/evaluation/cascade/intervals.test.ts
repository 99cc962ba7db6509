import { describe, expect, it } from "vitest";
import { meanInterval, normalQuantile, pairedBootstrap, wilsonInterval, type PairedRight } from "../../../evaluation/cascade/intervals.ts";

describe("the score interval of a share", () => {
  it("is Wilson's (81 of 263: 0.2553 to 0.3662, Newcombe 1998)", () => {
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it("stays within 0 and 1, and has a width where nothing or everything hits", () => {
    expect(wilsonInterval(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
    expect(wilsonInterval(20, 20).high).toBe(1);
    expect(wilsonInterval(0, 0).low).toBeNaN();
  });
});

describe("the normal quantile", () => {
  it.each([[0.5, 0], [0.8, 0.8416], [0.9, 1.2816], [0.975, 1.96], [0.999, 3.0902]])("of %d is %d", (share, quantile) => {
    expect(Math.abs(normalQuantile(share) - quantile)).toBeLessThan(5e-4);
  });
});

describe("the interval of a mean", () => {
  it("is 1.96 standard errors to either side", () => {
    // Mean 3, variance 2.5, standard error √0.5.
    const { low, high } = meanInterval([1, 2, 3, 4, 5]);
    expect(low).toBeCloseTo(3 - 1.959964 * Math.sqrt(0.5), 5);
    expect(high).toBeCloseTo(3 + 1.959964 * Math.sqrt(0.5), 5);
  });
});

describe("the paired bootstrap", () => {
  function pairs(both: number, first: number, second: number, neither: number): PairedRight[] {
    const many = (length: number, first: boolean, second: boolean): PairedRight[] => Array.from({ length }, () => ({ actual: "positive", first, second }));
    return [...many(both, true, true), ...many(first, true, false), ...many(second, false, true), ...many(neither, false, false)];
  }

  it("comes near the normal approximation where that is good", () => {
    const { first, difference } = pairedBootstrap("accuracy", pairs(500, 120, 80, 300), 1);
    // Difference 0.04; its standard error is √((0.2 − 0.04²) / 1000).
    const reach = 1.96 * Math.sqrt((0.2 - 0.04 ** 2) / 1_000);
    expect(difference.low).toBeCloseTo(0.04 - reach, 2);
    expect(difference.high).toBeCloseTo(0.04 + reach, 2);
    expect(first.low).toBeCloseTo(0.62 - 1.96 * Math.sqrt((0.62 * 0.38) / 1_000), 2);
  });

  it("is nothing wide between a system and itself, and the same for the same seed", () => {
    expect(pairedBootstrap("macro-recall", pairs(30, 0, 0, 20), 1).difference).toEqual({ low: 0, high: 0 });
    const odd = pairs(37, 11, 5, 13);
    expect(pairedBootstrap("accuracy", odd, 9)).toEqual(pairedBootstrap("accuracy", odd, 9));
  });
});
