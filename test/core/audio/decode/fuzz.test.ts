import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fuzz } from "./mutations.ts";

// FUZZ_FILES=20000 for the long run; the seed changes with the number, so both say something.
const FILES = Number(process.env["FUZZ_FILES"] ?? "3000");
const MOST_MIB = 300;

beforeEach(() => void vi.spyOn(console, "error").mockReturnValue());
afterEach(() => vi.restoreAllMocks());

describe("sound files with changed headers", () => {
  it(`${FILES} of them give a reason or samples: no crash, no hang, no memory without bounds`, async () => {
    const before = process.memoryUsage.rss();
    const report = await fuzz(FILES, FILES);

    expect(report.crashes).toEqual([]);
    expect(report.slowestMs).toBeLessThan(1_000);
    expect(report.longestSamples).toBeLessThan(60 * 48_000);
    expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(MOST_MIB);
    // The run reaches every kind of refusal of a decoder, and the decoders themselves.
    expect(Object.keys(report.refused).sort()).toEqual(["audio_corrupt", "audio_empty", "audio_lying_header", "audio_truncated", "audio_unknown_codec", "audio_unsupported"]);
    expect(report.heard).toBeGreaterThan(FILES / 50);
  }, 600_000);
});
