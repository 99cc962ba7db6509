import { vi } from "vitest";

const STEP_MS = 1_000;
const REAL_STEP_MS = 10;

/** Lets a second pass every few milliseconds on the timers of what is begun here, time-outs and pauses, while sockets take the time they take. */
export async function passTime<Value>(begin: () => Promise<Value>): Promise<Value> {
  const realTimeout = setTimeout;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const state = { isOver: false };
    const end = begin().finally(() => {
      state.isOver = true;
    });
    while (!state.isOver) {
      await new Promise((resolve) => {
        realTimeout(resolve, REAL_STEP_MS);
      });
      vi.advanceTimersByTime(STEP_MS);
    }
    return await end;
  } finally {
    vi.useRealTimers();
  }
}
