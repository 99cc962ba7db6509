import type { QueuedMessage } from "./message.ts";

interface Entry {
  at: number;
  message: QueuedMessage;
}

/** The messages that become visible later, soonest first: a binary heap that forgets outdated entries when they surface. */
export class VisibilityTimers {
  readonly #heap: Entry[] = [];

  add(message: QueuedMessage): void {
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
