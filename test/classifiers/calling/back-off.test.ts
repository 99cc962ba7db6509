import { describe, expect, it } from "vitest";
import { backOffMs, pause } from "../../../classifiers/calling/back-off.ts";
import { retryAfterMs } from "../../../classifiers/calling/retry-after.ts";

describe("backOffMs", () => {
  it("draws from a range that doubles with every attempt up to ten seconds", () => {
    const almostOne = (): number => 0.999_999;
    expect([1, 2, 3, 4].map((attempt) => Math.round(backOffMs(attempt, false, 0, almostOne)))).toEqual([100, 200, 400, 800]);
    expect([1, 2, 3].map((attempt) => Math.round(backOffMs(attempt, true, 0, almostOne)))).toEqual([500, 1_000, 2_000]);
    expect(Math.round(backOffMs(20, true, 0, almostOne))).toBe(10_000);
    expect(backOffMs(5, true, 0, () => 0)).toBe(0);
  });

  it("never comes back before the service wants it", () => {
    expect(backOffMs(1, true, 3_000, () => 0)).toBe(3_000);
    expect(backOffMs(1, true, 3_000, () => 0.5)).toBe(3_250);
  });
});

describe("pause", () => {
  it("waits", async () => {
    const started = performance.now();
    expect(await pause(30, undefined)).toBe(true);
    expect(performance.now() - started).toBeGreaterThanOrEqual(28);
  });

  it("ends at once when the signal is aborted, before or during", async () => {
    expect(await pause(60_000, AbortSignal.abort())).toBe(false);
    expect(await pause(60_000, AbortSignal.timeout(20))).toBe(false);
  });
});

describe("retryAfterMs", () => {
  const errorWith = (headers: Record<string, string>): unknown => Object.assign(new Error("throttled"), { $response: { headers } });

  it("reads seconds and dates, whatever the header's case", () => {
    expect(retryAfterMs(errorWith({ "retry-after": "2" }))).toBe(2_000);
    expect(retryAfterMs(errorWith({ "Retry-After": " 1.5 " }))).toBe(1_500);
    const now = Date.parse("2026-03-02T09:00:00Z");
    expect(retryAfterMs(errorWith({ "retry-after": "Mon, 02 Mar 2026 09:00:07 GMT" }), now)).toBe(7_000);
    expect(retryAfterMs(errorWith({ "retry-after": "Mon, 02 Mar 2026 08:00:00 GMT" }), now)).toBe(0);
  });

  it("is undefined for anything else", () => {
    for (const error of [undefined, null, "text", new Error("x"), errorWith({}), errorWith({ "retry-after": "soon" })]) expect(retryAfterMs(error)).toBeUndefined();
  });
});
