import { describe, expect, it } from "vitest";
import { CircuitBreaker } from "../../../classifiers/calling/circuit-breaker.ts";

function breakerAt(clock: { now: number }): CircuitBreaker {
  return new CircuitBreaker({ failures: 3, openMs: 1_000 }, () => clock.now);
}

function fail(breaker: CircuitBreaker, times: number): void {
  for (let time = 0; time < times; time += 1) breaker.enter()!.end("failure");
}

describe("CircuitBreaker", () => {
  it("opens after so many failures in a row, and a success in between starts the count anew", () => {
    const breaker = breakerAt({ now: 0 });
    fail(breaker, 2);
    breaker.enter()!.end("success");
    fail(breaker, 2);
    expect(breaker.enter()).toBeDefined();

    fail(breaker, 1);
    expect(breaker.enter()).toBeUndefined();
  });

  it("does not count calls that say nothing about the service", () => {
    const breaker = breakerAt({ now: 0 });
    for (let time = 0; time < 10; time += 1) breaker.enter()!.end("unclear");
    fail(breaker, 2);
    expect(breaker.enter()).toBeDefined();
  });

  it("lets exactly one call through when its time is over, and closes on its success", () => {
    const clock = { now: 0 };
    const breaker = breakerAt(clock);
    fail(breaker, 3);
    clock.now = 999;
    expect(breaker.enter()).toBeUndefined();

    clock.now = 1_000;
    const probe = breaker.enter()!;
    expect(probe.isOvertaken).toBe(false);
    expect(breaker.enter()).toBeUndefined();

    probe.end("success");
    expect(breaker.enter()).toBeDefined();
    fail(breaker, 2);
    expect(breaker.enter()).toBeDefined();
  });

  it("stays open for as long again when the call that tries it fails, and tries again when that call was unclear", () => {
    const clock = { now: 0 };
    const breaker = breakerAt(clock);
    fail(breaker, 3);
    clock.now = 1_000;
    breaker.enter()!.end("failure");
    clock.now = 1_999;
    expect(breaker.enter()).toBeUndefined();

    clock.now = 2_000;
    breaker.enter()!.end("unclear");
    expect(breaker.enter()).toBeDefined();
  });

  it("is not closed by a call that began before it opened, and tells that call so", () => {
    const breaker = breakerAt({ now: 0 });
    const early = breaker.enter()!;
    fail(breaker, 3);
    expect(early.isOvertaken).toBe(true);
    early.end("success");
    expect(breaker.enter()).toBeUndefined();
  });
});
