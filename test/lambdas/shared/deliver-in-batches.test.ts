import { describe, expect, it } from "vitest";
import { deliverInBatches } from "../../../lambdas/shared/deliver-in-batches.ts";

interface Parcel {
  name: string;
  bytes: number;
}

const parcels = (...bytes: number[]): Parcel[] => bytes.map((size, index) => ({ name: `parcel-${index}`, bytes: size }));
const neverAborted = new AbortController().signal;

describe("deliverInBatches", () => {
  it("cuts batches by entries and by bytes, whichever comes first", async () => {
    const batches: number[][] = [];

    await deliverInBatches({
      entries: parcels(60, 40, 1, 1, 1, 1, 99, 2, 200, 5),
      bytesOf: (parcel) => parcel.bytes,
      limits: { entries: 3, bytes: 100, inFlight: 1 },
      call: async (batch) => {
        batches.push(batch.map((parcel) => parcel.bytes));
        return batch.map(() => undefined);
      },
      signal: neverAborted,
    });

    // The 200 goes alone: the service, not the cutting, refuses what is too large by itself.
    expect(batches).toEqual([[60, 40], [1, 1, 1], [1, 99], [2], [200], [5]]);
  });

  it("runs no more calls at once than allowed", async () => {
    let running = 0;
    let most = 0;

    await deliverInBatches({
      entries: parcels(...Array.from({ length: 30 }, () => 1)),
      bytesOf: () => 1,
      limits: { entries: 1, bytes: 10, inFlight: 4 },
      call: async (batch) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => {
          setTimeout(resolve, 2);
        });
        running -= 1;
        return batch.map(() => undefined);
      },
      signal: neverAborted,
    });

    expect(most).toBe(4);
  });

  it("takes an entry the answer does not mention as not delivered", async () => {
    const calls: string[][] = [];

    const undelivered = await deliverInBatches({
      entries: parcels(1, 1),
      bytesOf: () => 1,
      limits: { entries: 10, bytes: 10, inFlight: 1 },
      call: async (batch) => {
        calls.push(batch.map((parcel) => parcel.name));
        return calls.length === 1 ? [undefined] : batch.map(() => undefined);
      },
      signal: neverAborted,
    });

    expect(calls).toEqual([["parcel-0", "parcel-1"], ["parcel-1"]]);
    expect(undelivered.size).toBe(0);
  });

  it("does not repeat a call that failed as a whole, and goes on with the others", async () => {
    const entries = parcels(1, 1, 1);

    const undelivered = await deliverInBatches({
      entries,
      bytesOf: () => 1,
      limits: { entries: 1, bytes: 10, inFlight: 2 },
      call: async (batch) => {
        if (batch[0]?.name === "parcel-1") throw new TypeError("no such queue");
        return batch.map(() => undefined);
      },
      signal: neverAborted,
    });

    expect([...undelivered]).toEqual([[entries[1], "TypeError: no such queue"]]);
  });

  it("stops pausing when the deadline comes and says what is left", async () => {
    const deadline = AbortSignal.timeout(150);

    const undelivered = await deliverInBatches({
      entries: parcels(1, 1),
      bytesOf: () => 1,
      limits: { entries: 10, bytes: 10, inFlight: 1 },
      call: async (batch) => batch.map((parcel) => (parcel.name === "parcel-0" ? "busy" : undefined)),
      signal: deadline,
    });

    expect([...undelivered.values()]).toEqual(["busy"]);
  });
});
