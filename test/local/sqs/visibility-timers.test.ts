import { expect, test } from "vitest";
import type { QueuedMessage } from "../../../local/sqs/message.ts";
import { VisibilityTimers } from "../../../local/sqs/visibility-timers.ts";

function message(number: number, visibleAt: number): QueuedMessage {
  return { number, visibleAt, offset: 0, stored: undefined, storedBytes: 1, sentAt: 0, receiveCount: 1, firstReceivedAt: 1, state: "in_flight" };
}

test("messages deleted before their time-out are let go, however far away it is", () => {
  const timers = new VisibilityTimers();
  for (let number = 1; number <= 100_000; number += 1) {
    const added = message(number, 360_000 + number);
    timers.add(added);
    added.state = "gone";
  }
  expect(timers.size).toBeLessThan(2_000);
  expect(timers.nextAt()).toBeUndefined();
});

test("sweeping loses no message that still waits, and keeps their order", () => {
  const timers = new VisibilityTimers();
  // A fixed shuffle: 7,919 is prime to 10,000.
  const waiting = Array.from({ length: 10_000 }, (_, index) => message(index, 1_000 + ((index * 7_919) % 10_000)));
  for (const [index, added] of waiting.entries()) {
    timers.add(added);
    const deleted = message(20_000 + index, 5_000);
    timers.add(deleted);
    deleted.state = "gone";
  }
  const due: number[] = [];
  for (let next = timers.takeDue(20_000); next !== undefined; next = timers.takeDue(20_000)) due.push(next.visibleAt);
  expect(due).toEqual(Array.from({ length: 10_000 }, (_, index) => 1_000 + index));
});
