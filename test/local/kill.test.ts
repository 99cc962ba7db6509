import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { balanceOf, expectedOf } from "./support/balance.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { makeTraffic, type TrafficRecord } from "./support/traffic.ts";

const RUNNER = new URL("./support/run-local.ts", import.meta.url).pathname;
const KILLS = 3;

let child: ChildProcess | undefined;
let cloud: LocalCloud | undefined;
const dataFolder = temporaryFolder("kill");

afterEach(async () => {
  await kill();
  await cloud?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

async function startChild(assemblyFolder: string): Promise<string> {
  child = spawn(process.execPath, ["--import", "tsx", RUNNER, assemblyFolder, dataFolder], { stdio: ["ignore", "pipe", "inherit"] });
  const { stdout } = child;
  if (stdout === null) throw new Error("The child has no standard output.");
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith("endpoint ")) return line.slice("endpoint ".length);
  }
  throw new Error("The local run ended before it was ready.");
}

/** The kernel frees the data folder's lock only once the process is gone. */
async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

it("loses nothing it acknowledged when it is killed with SIGKILL in the middle of its work", { timeout: 240_000 }, async () => {
  const assemblyFolder = await localAssembly();
  const traffic = makeTraffic({ count: 6_000, repeats: 0.05, broken: 0.01, seed: 3, turnsAConversation: 30 });
  const acknowledged: TrafficRecord[] = [];

  for (let round = 0; round < KILLS; round++) {
    const endpoint = await startChild(assemblyFolder);
    const part = traffic.slice((round * traffic.length) / KILLS, ((round + 1) * traffic.length) / KILLS);
    const killAt = acknowledged.length + part.length / 2;
    await putAll(kinesisClient(endpoint), "valence-local-text", part, (records) => {
      acknowledged.push(...records);
      if (acknowledged.length >= killAt) child?.kill("SIGKILL");
    }).catch(() => undefined);
    await kill();
  }
  cloud = await startLocalCloud({ assemblyFolder, dataFolder, port: 0 });
  const balance = await balanceOf(cloud);

  const expected = expectedOf(acknowledged);
  expect(acknowledged.length).toBeGreaterThan(traffic.length / 3);
  expect([...expected.ids].filter((id) => !balance.rowsById.has(id))).toEqual([]);
  const missingRejects = Object.entries(expected.rejectsByReason).filter(([reason, count]) => (balance.rejectsByReason[reason] ?? 0) < count);
  expect(missingRejects).toEqual([]);
  expect({ deadLetters: balance.deadLetters, failedBatches: balance.failedBatches }).toEqual({ deadLetters: 0, failedBatches: 0 });
});
