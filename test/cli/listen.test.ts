import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { listen } from "../../cli/listen.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const CALL = join(REPOSITORY, "demo/samples/calls/support-call.wav");
const OPTIONS = { model: join(REPOSITORY, "models/embedded-audio"), left: "customer", json: true } as const;
const folder = mkdtempSync(join(tmpdir(), "valence-listen-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

describe("valence listen", { timeout: 60_000 }, () => {
  it("answers for every segment that was found, in their order", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);

    expect(await listen(CALL, OPTIONS)).toBe(0);

    const { segments, tracks } = JSON.parse(String(log.mock.calls[0]?.[0])) as { segments: { index: number; startMs: number; endMs: number; answer: { durationMs: number } }[]; tracks: { speechMs: number }[] };
    expect(segments.map(({ index }) => index)).toEqual(segments.map((_, index) => index));
    expect(segments.reduce((sum, { endMs, startMs }) => sum + endMs - startMs, 0)).toBe(tracks.reduce((sum, { speechMs }) => sum + speechMs, 0));
    for (const { answer, endMs, startMs } of segments) expect(answer.durationMs).toBe(endMs - startMs);
  });

  it("says what is wrong with a recording that breaks off while segments of it are being heard", async () => {
    const broken = join(folder, "broken.wav");
    writeFileSync(broken, readFileSync(CALL).subarray(0, 100_000));

    // A segment whose answer nobody waits for any more must not end the process (vitest fails on an unhandled rejection).
    await expect(listen(broken, OPTIONS)).rejects.toThrow(/broken\.wav cannot be heard \(audio_truncated\)/u);
  });

  it("hears one file at a time", async () => {
    await expect(listen(folder, OPTIONS)).rejects.toThrow(/is no file: listen hears one recording at a time/u);
    await expect(listen(join(folder, "missing.wav"), OPTIONS)).rejects.toThrow(/There is no file/u);
  });
});
