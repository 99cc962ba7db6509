import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const MOST_MIB = 300;

describe("hours of audio in small files, each in a process of its own", () => {
  it.each(["opus", "flac", "mp3"])("%s is refused after half an hour, below 300 MiB", async (bomb) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", join(import.meta.dirname, "hear-in-child.ts"), bomb]);
    const { code, seconds, peakMib } = JSON.parse(stdout) as { code: string; seconds: number; peakMib: number };

    expect(code).toBe("audio_too_long");
    // It was heard up to the limit, or this would measure nothing.
    expect(seconds).toBeGreaterThan(1_700);
    expect(peakMib).toBeLessThan(MOST_MIB);
  }, 60_000);
});
