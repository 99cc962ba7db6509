import { describe, expect, it } from "vitest";
import { type CallOutcome, ServiceCaller, type ServiceCallerOptions } from "../../../classifiers/calling/service-caller.ts";
import type { ClassificationFailure, FailureCode } from "../../../classifiers/text-classifier.ts";

/** An error that carries its own reading. */
class Failing extends Error {
  readonly failure: ClassificationFailure;
  readonly $response?: { headers: Record<string, string> };
  constructor(code: FailureCode, retryable = true, headers?: Record<string, string>) {
    super(code);
    this.failure = { code, retryable, reason: code };
    if (headers !== undefined) this.$response = { headers };
  }
}

function caller(options: Partial<ServiceCallerOptions> = {}): ServiceCaller {
  return new ServiceCaller({
    service: "Test",
    failureOf: (error) => (error as Failing).failure,
    requestTimeoutMs: 1_000,
    maximumInFlight: 4,
    maximumAttempts: 3,
    random: () => 0.01,
    ...options,
  });
}

const NEVER = "never answers";

/** Ends as told, one entry an attempt; the last one repeats. */
function script(...ends: (string | Error)[]): { attempt: () => Promise<string>; attempts: () => number } {
  let count = 0;
  return {
    attempts: () => count,
    attempt: async () => {
      const end = ends[Math.min(count, ends.length - 1)]!;
      count += 1;
      if (end === NEVER) return new Promise<never>(() => undefined);
      if (end instanceof Error) throw end;
      return end;
    },
  };
}

function failureOf(outcome: CallOutcome<unknown>): ClassificationFailure {
  if (outcome.ok) throw new Error("expected a failure");
  return outcome.failure;
}

describe("ServiceCaller", () => {
  it("gives the value and how long the attempt took", async () => {
    const outcome = await caller().call(async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      return "answer";
    });
    expect(outcome).toMatchObject({ ok: true, value: "answer" });
    expect((outcome as { milliseconds: number }).milliseconds).toBeGreaterThanOrEqual(18);
  });

  it("tries again what may pass, up to its number of attempts", async () => {
    const recovering = script(new Failing("throttled"), new Failing("unavailable"), "answer");
    expect(await caller().call(recovering.attempt)).toMatchObject({ ok: true, value: "answer" });

    const hopeless = script(new Failing("unavailable"));
    expect(failureOf(await caller().call(hopeless.attempt))).toEqual({ code: "unavailable", retryable: true, reason: "Test: unavailable" });
    expect(hopeless.attempts()).toBe(3);
  });

  it.each([
    ["refused", false],
    ["denied", true],
  ] as const)("does not repeat what another attempt cannot change: %s", async (code, retryable) => {
    const failing = script(new Failing(code, retryable), "answer");
    expect(failureOf(await caller().call(failing.attempt))).toMatchObject({ code, retryable });
    expect(failing.attempts()).toBe(1);
  });

  it("waits as long as the service asks", async () => {
    const started = performance.now();
    await caller().call(script(new Failing("throttled", true, { "retry-after": "0.2" }), "answer").attempt);
    expect(performance.now() - started).toBeGreaterThanOrEqual(198);
  });

  it("gives an attempt up that takes too long, and tries again", async () => {
    const hanging = script(NEVER, "answer");
    expect(await caller({ requestTimeoutMs: 30 }).call(hanging.attempt)).toMatchObject({ ok: true, value: "answer" });

    const outcome = await caller({ requestTimeoutMs: 30, maximumAttempts: 1 }).call(script(NEVER).attempt);
    expect(failureOf(outcome)).toEqual({ code: "timed_out", retryable: true, reason: "Test: no answer within 30 ms" });
  });

  it("tells the attempt to stop when its time or the caller's is over", async () => {
    const stopped: string[] = [];
    const listen = (name: string) => (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => {
          stopped.push(name);
          reject(new Error("aborted"));
        });
      });
    await caller({ requestTimeoutMs: 20, maximumAttempts: 1 }).call(listen("own"));
    await caller().call(listen("caller's"), AbortSignal.timeout(20));
    expect(stopped).toEqual(["own", "caller's"]);
  });

  it.each([
    ["before it began", () => AbortSignal.abort(), "before the first attempt"],
    ["during an attempt that does not listen", () => AbortSignal.timeout(30), "during attempt 1"],
  ] as const)("ends at once as timed_out when the caller's time is over %s", async (_, signal, when) => {
    const started = performance.now();
    const outcome = await caller({ requestTimeoutMs: 60_000 }).call(script(NEVER).attempt, signal());
    expect(failureOf(outcome)).toMatchObject({ code: "timed_out", retryable: true });
    expect(failureOf(outcome).reason).toContain(when);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("ends at once as timed_out while it waits to try again, or for a slot", async () => {
    const outcome = await caller().call(script(new Failing("throttled", true, { "retry-after": "60" })).attempt, AbortSignal.timeout(30));
    expect(failureOf(outcome)).toMatchObject({ code: "timed_out", reason: expect.stringContaining("after this: Test: throttled") as string });

    const one = caller({ maximumInFlight: 1, requestTimeoutMs: 60_000 });
    const signal = AbortSignal.timeout(40);
    const outcomes = await Promise.all([one.call(script(NEVER).attempt, signal), one.call(script("answer").attempt, signal)]);
    expect(outcomes.map((waiting) => failureOf(waiting).reason)).toEqual([expect.stringContaining("during attempt 1"), expect.stringContaining("free slot")]);
  });

  it.each(["throttled", "timed_out"] as const)("keeps calls in flight under the limit, and halves it when %s", async (overload) => {
    let inFlight = 0;
    let most = 0;
    const attempt = async (): Promise<string> => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      inFlight -= 1;
      return "answer";
    };
    const shared = caller({ maximumInFlight: 8 });
    await Promise.all(Array.from({ length: 20 }, () => shared.call(attempt)));
    expect(most).toBe(8);

    await shared.call(script(new Failing(overload), "answer").attempt);
    most = 0;
    await Promise.all(Array.from({ length: 5 }, () => shared.call(attempt)));
    expect(most).toBe(4);
  });

  it("opens the circuit after failed calls, asks nothing while it is open, and tries once after that", async () => {
    const clock = { now: 0 };
    const shared = caller({ maximumAttempts: 1, breaker: { failures: 2, openMs: 1_000 }, now: () => clock.now });
    const down = script(new Failing("unavailable"));
    await shared.call(down.attempt);
    await shared.call(down.attempt);
    expect(failureOf(await shared.call(down.attempt))).toMatchObject({ code: "circuit_open", retryable: true });
    expect(down.attempts()).toBe(2);

    clock.now = 1_000;
    const up = script("answer");
    expect(await shared.call(up.attempt)).toMatchObject({ ok: true });
    expect(await shared.call(up.attempt)).toMatchObject({ ok: true });
  });

  it.each(["throttled", "unavailable", "timed_out", "denied", "malformed"] as const)("holds %s, which may pass, against the service", async (code) => {
    const shared = caller({ maximumAttempts: 1, breaker: { failures: 2, openMs: 60_000 } });
    for (let call = 0; call < 2; call += 1) await shared.call(script(new Failing(code)).attempt);
    expect(failureOf(await shared.call(script("answer").attempt))).toMatchObject({ code: "circuit_open" });
  });

  it.each([new Failing("refused", false), new Failing("malformed", false), new Failing("denied", false)])("does not hold $failure.code of a single text against the service", async (failing) => {
    const shared = caller({ breaker: { failures: 2, openMs: 60_000 } });
    for (let call = 0; call < 5; call += 1) await shared.call(script(failing).attempt);
    expect(await shared.call(script("answer").attempt)).toMatchObject({ ok: true });
  });

  it("holds a hang against the service when the caller gave it a fair time, and not otherwise", async () => {
    const options = { requestTimeoutMs: 100, breaker: { failures: 1, openMs: 60_000 } };
    const hasty = caller(options);
    await hasty.call(script(NEVER).attempt, AbortSignal.timeout(5));
    expect(await hasty.call(script("answer").attempt)).toMatchObject({ ok: true });

    const fair = caller(options);
    await fair.call(script(NEVER).attempt, AbortSignal.timeout(50));
    expect(failureOf(await fair.call(script("answer").attempt))).toMatchObject({ code: "circuit_open" });
  });

  it("never throws, even when an error cannot be read", async () => {
    const outcome = await caller({
      maximumAttempts: 1,
      failureOf: () => {
        throw new Error("no reading");
      },
    }).call(script(new Error("x")).attempt);
    expect(failureOf(outcome)).toMatchObject({ code: "unavailable", retryable: true });
  });
});
