import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Decoding is work without a pause; so often the clock gets a turn. */
const TURN_MS = 50;

/**
 * An object's bytes as they arrive, until the deadline. A broken connection is thrown as it is: the recording is not truncated, its reading was.
 * The body is closed however the reading ends.
 */
export async function* recordingBytes(body: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const stop = (): void => {
    body.destroy(new Error("the function's time is up"));
  };
  signal.addEventListener("abort", stop);
  try {
    for await (const chunk of body) {
      signal.throwIfAborted();
      yield chunk as Uint8Array;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    body.destroy();
  }
}

/** The blocks, until the deadline: an hour of speech comes out of a few bytes. */
export async function* untilDeadline<Block>(blocks: AsyncIterable<Block>, signal: AbortSignal): AsyncGenerator<Block, void, undefined> {
  let turnedAt = performance.now();
  for await (const block of blocks) {
    if (performance.now() - turnedAt > TURN_MS) {
      await nextTurn();
      turnedAt = performance.now();
    }
    signal.throwIfAborted();
    yield block;
  }
}
