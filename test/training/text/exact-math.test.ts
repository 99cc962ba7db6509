import { describe, expect, it } from "vitest";
import { exactExp, exactSigmoid } from "../../../training/text/exact-math.ts";

describe("the exact exponential", () => {
  it("agrees with the engine's to the last digits", () => {
    for (let x = -699; x <= 699; x += 0.37) expect(Math.abs(exactExp(x) / Math.exp(x) - 1), `at ${x}`).toBeLessThan(1e-13);
  });

  it("is exact at 0 and nothing far below", () => {
    expect(exactExp(0)).toBe(1);
    expect(exactExp(-1e9)).toBe(0);
    expect(exactExp(-Infinity)).toBe(0);
  });

  it("gives these bits on every machine", () => {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, exactExp(-1.2345));
    expect(bits.getBigUint64(0).toString(16)).toBe("3fd29f6b7bfe469d");
    expect(exactSigmoid(2) + exactSigmoid(-2)).toBeCloseTo(1, 15);
  });
});
