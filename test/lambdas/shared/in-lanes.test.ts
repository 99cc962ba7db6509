import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { Lanes } from "../../../lambdas/shared/in-lanes.ts";

it("runs so many tasks at once, and lets the next wait", async () => {
  const lanes = new Lanes(3);
  let running = 0;
  let most = 0;
  let done = 0;
  for (let task = 0; task < 10; task += 1) {
    await lanes.add(async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(2);
      running -= 1;
      done += 1;
    });
  }
  await lanes.settled();

  expect([most, running, done]).toEqual([3, 0, 10]);
});

it("throws the first failure, and starts no task after it", async () => {
  const lanes = new Lanes(1);
  await lanes.add(() => Promise.reject(new Error("first")));
  let started = false;

  await expect(
    lanes.add(async () => {
      started = true;
    }),
  ).rejects.toThrow("first");
  await expect(lanes.settled()).rejects.toThrow("first");
  expect(started).toBe(false);
});
