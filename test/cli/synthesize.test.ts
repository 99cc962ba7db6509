import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { synthesize } from "../../cli/synthesize.ts";

const outputFolder = join(mkdtempSync(join(tmpdir(), "valence-synthesis-")), "cdk.out.test");
const lockFile = fileURLToPath(new URL("../../.valence/cdk.out.test.lock", import.meta.url));
afterAll(() => rmSync(join(outputFolder, ".."), { recursive: true, force: true }));

describe("synthesize", () => {
  it("says what is wrong with a stage and leaves no assembly behind", async () => {
    const said: string[] = [];
    const failure = synthesize({ stage: "nowhere", outputFolder, log: (line) => said.push(line) });
    await expect(failure).rejects.toThrow(/could not be synthesized for the stage nowhere:\n[^]*nowhere/u);
    await expect(failure).rejects.not.toThrow(/\n\s+at /u);
    expect(said[0]).toMatch(/^Synthesizing the stage nowhere/u);
    expect(() => statSync(join(outputFolder, ".digest"))).toThrow(/ENOENT/u);
  }, 60_000);

  it("takes over the lock of a process that is gone", async () => {
    mkdirSync(join(lockFile, ".."), { recursive: true });
    // Above the largest process id of Linux and macOS.
    writeFileSync(lockFile, "2147483646");
    await expect(synthesize({ stage: "nowhere", outputFolder, log: () => undefined })).rejects.toThrow(/could not be synthesized/u);
    expect(() => statSync(lockFile)).toThrow(/ENOENT/u);
  }, 60_000);
});
