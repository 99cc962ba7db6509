/** Throttled callers need longer than a dropped connection. Milliseconds. */
const FIRST_PAUSE_MS = 100;
const FIRST_THROTTLED_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * How long to wait before attempt number `attempt` (the first repeat is 1), in milliseconds: full jitter, a random share of an exponentially
 * growing pause, which of the schemes compared needs the fewest calls to clear a crowd (AWS Architecture Blog, "Exponential backoff and
 * jitter", 2015). A service's Retry-After is the least that is waited.
 *
 * @param random uniform in [0, 1)
 */
export function backOffMs(attempt: number, throttled: boolean, retryAfterMs = 0, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, (throttled ? FIRST_THROTTLED_PAUSE_MS : FIRST_PAUSE_MS) * 2 ** (attempt - 1));
  return retryAfterMs + random() * ceiling;
}

/** Waits. @returns false, at once, when the signal is aborted first. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve(signal?.aborted !== true);
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}
