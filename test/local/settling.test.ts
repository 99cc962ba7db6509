import { rmSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { makeTraffic } from "./support/traffic.ts";
import type { LocalStatus } from "../../local/status.ts";

let cloud: LocalCloud | undefined;
const dataFolder = temporaryFolder("settling");

afterEach(async () => {
  await cloud?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** The first answer of the status page, asked from the moment the start begins. */
async function firstStatus(port: number): Promise<LocalStatus> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/_valence/status`).catch(() => undefined);
    if (answer !== undefined) return (await answer.json()) as LocalStatus;
    await new Promise((resume) => setTimeout(resume, 5));
  }
}

it("is not settled before it has started, nor while records are under way, and says what it waits for", async () => {
  const port = await freePort(0);
  const starting = startLocalCloud({ assemblyFolder: await localAssembly(), dataFolder, port });

  const early = await firstStatus(port);
  cloud = await starting;
  await putAll(kinesisClient(cloud.endpoint), "valence-local-text", makeTraffic({ count: 500, repeats: 0, broken: 0, seed: 6 }));
  const busy = await fetch(`${cloud.endpoint}/_valence/settle`, { method: "POST", body: JSON.stringify({ timeoutMs: 1 }) });
  const done = await fetch(`${cloud.endpoint}/_valence/settle`, { method: "POST" });

  expect(early.settled).toBe(false);
  expect([busy.status, done.status]).toEqual([504, 200]);
  expect(await busy.text()).toContain("valence-local-text");
});
