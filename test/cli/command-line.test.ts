import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const BINARY = fileURLToPath(new URL("../../bin/valence.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "valence-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function valence(args: string[], input = ""): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [BINARY, ...args], { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { code, out, err };
}

/** A port that was free a moment ago, so that nothing answers there. */
let silentPort = "";
beforeAll(async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  silentPort = String((server.address() as AddressInfo).port);
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

describe("valence", () => {
  it.each([["--help"], ["send", "text", "--help"], ["query", "--help"], ["rejects", "--help"], ["replay", "--help"], ["local", "--help"], ["demo", "--help"]])(
    "explains itself with its exit codes: %s %s %s",
    async (...args) => {
      const { code, out } = await valence(args);
      expect(code).toBe(0);
      expect(out).toMatch(/Exit codes:\n {2}0 {2}done/u);
    },
  );

  it("ends with 2 for a command line that is wrong, and says what is", async () => {
    expect(await valence(["sned"])).toMatchObject({ code: 2, err: expect.stringMatching(/unknown command 'sned'/u) });
    expect(await valence(["send", "text", "hi", "--channel", "fax"])).toMatchObject({ code: 2, err: expect.stringMatching(/chat, social/u) });
    expect(await valence(["local", "--port", "99999"])).toMatchObject({ code: 2, err: expect.stringMatching(/from 1 to 65535/u) });
    expect(await valence(["send", "text", "missing.csv"])).toMatchObject({ code: 2, err: "There is no file missing.csv.\n" });
    expect(await valence(["send", "text", "missing.xlsx"])).toMatchObject({ code: 2, err: expect.stringMatching(/no file missing\.xlsx\. To send these words as a sentence use --text/u) });
    expect(await valence(["send", "text", " "])).toMatchObject({ code: 2, err: expect.stringMatching(/without words/u) });
    expect(await valence(["send", "text", "hi", "--stage", "prod", "--wait"])).toMatchObject({ code: 2 });
    expect(await valence(["replay", "--reason", "not_jsn"])).toMatchObject({ code: 2, err: expect.stringMatching(/not_json.*failed_batch, dead_letters/u) });
    writeFileSync(join(folder, "file"), "");
    expect(await valence(["local", "--data", "file"])).toMatchObject({ code: 2, err: "--data file is not a folder.\n" });
    expect(await valence(["query"], "  ")).toMatchObject({ code: 2, err: expect.stringMatching(/no SQL statement/u) });
  });

  it("ends with 3 when nothing runs there, and says how to start it", async () => {
    writeFileSync(join(folder, "lines.txt"), "hello\n");
    const commands = [["send", "text", "lines.txt"], ["query", "select 1"], ["rejects"], ["replay"]];
    const answers = await Promise.all(commands.map((args) => valence([...args, "--port", silentPort])));
    for (const { code, err } of answers) {
      expect(err).toBe(`Nothing is running at http://127.0.0.1:${silentPort}. Start it with \`npx valence local\`.\n`);
      expect(code).toBe(3);
    }
  });
});
