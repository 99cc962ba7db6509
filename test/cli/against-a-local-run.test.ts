import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { synthesize } from "../../cli/synthesize.ts";
import { startLocalCloud } from "../../local/local-cloud.ts";
import type { LocalCloud } from "../../local/local-cloud.ts";

const BINARY = fileURLToPath(new URL("../../bin/valence.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "valence-run-"));
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud({ assemblyFolder: await synthesize({ log: () => undefined }), dataFolder: join(folder, "data"), port: 0 });
}, 180_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function valence(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [BINARY, ...args, "--endpoint-url", cloud.endpoint], { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => {
    child.on("close", resolve);
  });
  return { code, out, err };
}

const rowCount = async (): Promise<number> => {
  const { out } = await valence("query", "select count(*) as n from valence.results", "--format", "json");
  return (JSON.parse(out) as { n: number }[])[0]?.n ?? Number.NaN;
};

// One story in order: what was sent is queried, listed and replayed.
describe("the command line against a local run", () => {
  it("sends a file once, however often it is sent, and names what it cannot read", async () => {
    writeFileSync(join(folder, "mails.csv"), "text,channel,stars\nI love it,email,5\nTerrible service,email,1\nhello,fax,3\n");
    const first = await valence("send", "text", "mails.csv", "--language", "en", "--wait");
    expect(first.err).toMatch(/^mails\.csv:4: channel: /u);
    expect(first.err).toMatch(/2 records sent to valence-local-text in .*; 1 line could not be read\./u);
    expect(first.code).toBe(1);
    expect(await rowCount()).toBe(2);
    await valence("send", "text", "mails.csv", "--language", "en", "--wait");
    expect(await rowCount()).toBe(2);
  }, 60_000);

  it("prints rows as JSON with nested values, and a database's complaint with exit code 1", async () => {
    const { code, out } = await valence("query", "select label, attributes from valence.results order by label desc", "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      { label: "positive", attributes: { stars: "5" } },
      { label: "negative", attributes: { stars: "1" } },
    ]);
    expect(await valence("query", "select nothing from nowhere")).toMatchObject({ code: 1, err: expect.stringMatching(/nowhere/u) });
  }, 60_000);

  it("lists rejects, shows one whole and replays it with its bytes", async () => {
    writeFileSync(join(folder, "broken.jsonl"), Buffer.from([0x7b, 0xff, 0x0a]));
    expect((await valence("send", "text", "broken.jsonl", "--raw", "--wait")).code).toBe(0);
    const listed = JSON.parse((await valence("rejects", "--format", "json")).out) as { key: string; reason: string }[];
    expect(listed.map(({ reason }) => reason)).toEqual(["not_utf8"]);
    const { key } = listed[0]!;
    expect((await valence("rejects", "--show", key)).out).toMatch(/in hexadecimal: 7bff/u);

    const dry = await valence("replay");
    expect(dry.out).toMatch(/1 {2}not_utf8 +→ valence-local-text\n[^]*dry run/u);
    expect((await valence("replay", "--yes")).out).toContain("1 record of 1 object sent again; 0 failed.");
    await cloud.settled();
    const again = JSON.parse((await valence("rejects", "--format", "json")).out) as { key: string; reason: string }[];
    expect(again.map(({ reason }) => reason)).toEqual(["not_utf8"]);
    expect(again[0]?.key).not.toBe(key);
    expect((await valence("replay", "--key", key)).code).toBe(2);
  }, 60_000);
});
