import { setMaxListeners } from "node:events";

/** When signals made here abort, in milliseconds of `performance.now`: a signal by itself does not say. */
const ends = new WeakMap<AbortSignal, number>();

/** A signal that aborts in so many milliseconds, or with `parent` if that is earlier, and can be asked how much time is left. */
export function deadlineIn(milliseconds: number, parent?: AbortSignal): AbortSignal {
  const length = Math.max(0, milliseconds);
  // Not AbortSignal.any over AbortSignal.timeout: nothing but the garbage collector's mercy keeps those alive on Node 20.
  const controller = new AbortController();
  const abort = (): void => {
    clearTimeout(timer);
    parent?.removeEventListener("abort", abort);
    controller.abort();
  };
  const timer = setTimeout(abort, length);
  timer.unref();
  if (parent?.aborted === true) abort();
  else parent?.addEventListener("abort", abort, { once: true });
  const { signal } = controller;
  ends.set(signal, Math.min(performance.now() + length, parent === undefined ? Infinity : (ends.get(parent) ?? Infinity)));
  // Every call in flight listens; Node warns of a leak above ten.
  setMaxListeners(0, signal);
  return signal;
}

/** Milliseconds until the signal aborts, ≥ 0; undefined for signals that were not made here, and without one. */
export function remainingMs(signal: AbortSignal | undefined): number | undefined {
  if (signal === undefined) return undefined;
  if (signal.aborted) return 0;
  const end = ends.get(signal);
  return end === undefined ? undefined : Math.max(0, end - performance.now());
}

/** The signal for the first of `parts` steps that are to share the time left evenly; the same signal where nobody knows how much that is. */
export function shareOfTime(signal: AbortSignal | undefined, parts: number): AbortSignal | undefined {
  const remaining = remainingMs(signal);
  return remaining === undefined || parts <= 1 ? signal : deadlineIn(remaining / parts, signal);
}
