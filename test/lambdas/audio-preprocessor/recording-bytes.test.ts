import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { decodeAudio } from "../../../core/audio/decode/decode-audio.ts";
import { encodeWav } from "../../../core/audio/wav-file.ts";
import { recordingBytes, untilDeadline } from "../../../lambdas/audio-preprocessor/recording-bytes.ts";

const LIMITS = { maximumSeconds: 60, maximumBytes: 1_000_000 };

async function drain(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}

describe("a recording's bytes", () => {
  it("are all there, and the body is closed", async () => {
    const body = Readable.from([Buffer.alloc(3), Buffer.alloc(4)]);

    expect(await drain(recordingBytes(body, AbortSignal.timeout(5_000)))).toBe(2);
    expect(body.destroyed).toBe(true);
  });

  it("end with the connection's error when it breaks, not as a truncated file", async () => {
    const wav = encodeWav([new Int16Array(80_000)], 8_000);
    const body = Readable.from((function* () {
      yield wav.subarray(0, 70_000);
      throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    })());
    const { blocks } = await decodeAudio(recordingBytes(body, AbortSignal.timeout(5_000)), LIMITS);

    await expect(drain(blocks)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(body.destroyed).toBe(true);
  });

  it("stop at the deadline while nothing arrives", async () => {
    const body = new Readable({ read: () => undefined });

    await expect(drain(recordingBytes(body, AbortSignal.timeout(50)))).rejects.toThrow("time is up");
  });

  it("stop at the deadline while much comes out of few", async () => {
    const endless = async function* (): AsyncGenerator<number> {
      for (let block = 0; ; block += 1) {
        const end = performance.now() + 1;
        while (performance.now() < end);
        yield block;
      }
    };

    await expect(Promise.race([drain(untilDeadline(endless(), AbortSignal.timeout(100))), pause(5_000)])).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
