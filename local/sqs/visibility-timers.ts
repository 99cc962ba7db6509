import type { QueuedMessage } from "./message.ts";

interface Entry {
  at: number;
  message: QueuedMessage;
}

const SWEEP_ABOVE_ENTRIES = 1_024;

/**
 * The messages that become visible later, soonest first: a binary heap that forgets outdated entries when they surface, or
 * when they are the larger part of it. Nearly every message is deleted minutes before its time-out passes: waiting for
 * that would keep in memory all that went through the queue in these minutes.
 */
export class VisibilityTimers {
  #heap: Entry[] = [];
  #sweepAt = SWEEP_ABOVE_ENTRIES;

  /** Entries held, outdated ones included. */
  get size(): number {
    return this.#heap.length;
  }

  add(message: QueuedMessage): void {
    if (this.#heap.length >= this.#sweepAt) this.#sweep();
    const heap = this.#heap;
    const entry = { at: message.visibleAt, message };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((heap[parent] as Entry).at <= entry.at) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Epoch milliseconds of the next message to become visible; undefined when none waits. */
  nextAt(): number | undefined {
    while (this.#heap.length > 0 && isOutdated(this.#heap[0] as Entry)) this.#removeFirst();
    return this.#heap[0]?.at;
  }

  /** Takes the next message that is visible by `now`. */
  takeDue(now: number): QueuedMessage | undefined {
    const at = this.nextAt();
    return at !== undefined && at <= now ? this.#removeFirst() : undefined;
  }

  #sweep(): void {
    // A sorted list is a heap.
    this.#heap = this.#heap.filter((entry) => !isOutdated(entry)).sort((left, right) => left.at - right.at);
    // Twice what is left: sweeping stays a small share of adding.
    this.#sweepAt = Math.max(SWEEP_ABOVE_ENTRIES, this.#heap.length * 2);
  }

  #removeFirst(): QueuedMessage {
    const heap = this.#heap;
    const first = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first.message;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child += 1;
      if ((heap[child] as Entry).at >= last.at) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return first.message;
  }
}

/** The message was deleted, shown or given another time since. */
function isOutdated({ at, message }: Entry): boolean {
  return message.visibleAt !== at || (message.state !== "delayed" && message.state !== "in_flight");
}
