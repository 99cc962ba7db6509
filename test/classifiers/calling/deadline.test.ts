import { describe, expect, it } from "vitest";
import { deadlineIn, remainingMs, shareOfTime } from "../../../classifiers/calling/deadline.ts";
import { pause } from "../../../classifiers/calling/back-off.ts";

describe("deadlineIn", () => {
  it("aborts in time and says how much is left", async () => {
    const signal = deadlineIn(60);
    expect(remainingMs(signal)).toBeGreaterThan(40);
    expect(signal.aborted).toBe(false);
    await pause(90, undefined);
    expect(signal.aborted).toBe(true);
    expect(remainingMs(signal)).toBe(0);
  });

  it("aborts with its parent, and is never longer than that", async () => {
    const controller = new AbortController();
    const child = deadlineIn(60_000, controller.signal);
    controller.abort();
    expect(child.aborted).toBe(true);
    expect(deadlineIn(60_000, controller.signal).aborted).toBe(true);
    expect(remainingMs(deadlineIn(60_000, deadlineIn(1_000)))).toBeLessThanOrEqual(1_000);
  });
});

describe("shareOfTime", () => {
  it("divides what is left", () => {
    const whole = deadlineIn(9_000);
    const share = remainingMs(shareOfTime(whole, 3))!;
    expect(share).toBeGreaterThan(2_900);
    expect(share).toBeLessThanOrEqual(3_000);
  });

  it("is the same signal for the last part, and where nobody knows how much is left", () => {
    const whole = deadlineIn(9_000);
    const foreign = new AbortController().signal;
    expect(shareOfTime(whole, 1)).toBe(whole);
    expect(shareOfTime(foreign, 3)).toBe(foreign);
    expect(shareOfTime(undefined, 3)).toBeUndefined();
    expect(remainingMs(foreign)).toBeUndefined();
  });
});
