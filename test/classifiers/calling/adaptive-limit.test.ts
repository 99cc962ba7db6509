import { describe, expect, it } from "vitest";
import { AdaptiveLimit, type Slot } from "../../../classifiers/calling/adaptive-limit.ts";
import { pause } from "../../../classifiers/calling/back-off.ts";

async function takeAll(limit: AdaptiveLimit, count: number): Promise<Slot[]> {
  const slots = await Promise.all(Array.from({ length: count }, () => limit.take()));
  return slots.map((slot) => slot!);
}

describe("AdaptiveLimit", () => {
  it("lets no more calls in than its limit, and the next in order as places become free", async () => {
    const limit = new AdaptiveLimit(2);
    const [first] = await takeAll(limit, 2);
    const order: string[] = [];
    void limit.take().then(() => order.push("third"));
    void limit.take().then(() => order.push("fourth"));
    await pause(1, undefined);
    expect(order).toEqual([]);

    first!.release("answered");
    await pause(1, undefined);
    expect(order).toEqual(["third"]);
  });

  it("halves once for all calls that were in flight together when the service was overloaded", async () => {
    const limit = new AdaptiveLimit(8);
    for (const slot of await takeAll(limit, 8)) slot.release("overloaded");
    expect(limit.limit).toBe(4);

    for (const slot of await takeAll(limit, 4)) slot.release("overloaded");
    expect(limit.limit).toBe(2);
  });

  it("never goes below one nor above the maximum", async () => {
    const limit = new AdaptiveLimit(3);
    for (let round = 0; round < 5; round += 1) (await takeAll(limit, 1))[0]!.release("overloaded");
    expect(limit.limit).toBe(1);

    for (let round = 0; round < 50; round += 1) for (const slot of await takeAll(limit, limit.limit)) slot.release("answered");
    expect(limit.limit).toBe(3);
  });

  it("grows by about one for a limit's worth of answers, and only while it is used up", async () => {
    const limit = new AdaptiveLimit(16);
    for (let halving = 0; halving < 2; halving += 1) (await takeAll(limit, 1))[0]!.release("overloaded");
    expect(limit.limit).toBe(4);

    for (let call = 0; call < 100; call += 1) (await takeAll(limit, 1))[0]!.release("answered");
    expect(limit.limit).toBe(4);

    // Each place is taken again at once: the limit is used up at every answer.
    const slots = await takeAll(limit, 4);
    for (let call = 0; call < 5; call += 1) {
      slots.shift()!.release("answered");
      while (slots.length < limit.limit) slots.push((await limit.take())!);
    }
    expect(limit.limit).toBe(5);
  });

  it("gives up waiting at once when the signal is aborted, and keeps the others' turns", async () => {
    const limit = new AdaptiveLimit(1);
    const [holder] = await takeAll(limit, 1);
    const abort = new AbortController();
    const leaving = limit.take(abort.signal);
    const staying = limit.take();

    abort.abort();
    expect(await leaving).toBeUndefined();
    holder!.release("answered");
    expect(await staying).toBeDefined();
  });
});
