import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { balanceOf, expectedOf } from "./support/balance.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { query } from "./support/query.ts";
import { makeTraffic, type TrafficShape } from "./support/traffic.ts";
import type { FaultPlan } from "../../local/gateway/faults.ts";

let cloud: LocalCloud | undefined;
const folders: string[] = [];

afterEach(async () => {
  await cloud?.stop();
  cloud = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function run(shape: TrafficShape, faults?: FaultPlan) {
  const traffic = makeTraffic(shape);
  const dataFolder = temporaryFolder("equation");
  folders.push(dataFolder);
  cloud = await startLocalCloud({ assemblyFolder: await localAssembly(), dataFolder, port: 0, ...(faults ? { faults } : {}) });
  await putAll(kinesisClient(cloud.endpoint), "valence-local-text", traffic);
  return { traffic, expected: expectedOf(traffic), balance: await balanceOf(cloud) };
}

const ALL_KINDS: FaultPlan["kinds"] = ["throttle", "server_error", "timeout", "reset", "lost_response", "partial"];

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);

describe("every record ends as exactly one row, one reject or one repeat", () => {
  it("holds for 20,000 records, 5 % of them repeats and 1 % broken in nine ways", { timeout: 240_000 }, async () => {
    const { traffic, expected, balance } = await run({ count: 20_000, repeats: 0.05, broken: 0.01, seed: 1, turnsAConversation: 1 });

    expect(balance.rejectsByReason).toEqual(expected.rejectsByReason);
    expect([...balance.rowsById.values()].every((rows) => rows === 1)).toBe(true);
    expect(new Set(balance.rowsById.keys())).toEqual(expected.ids);
    expect(balance.repeatsDropped + balance.deliveredResults - balance.rowsById.size).toBe(expected.repeats);
    expect(balance.rowsById.size + sum(balance.rejectsByReason) + expected.repeats).toBe(traffic.length);
    expect({ deadLetters: balance.deadLetters, failedBatches: balance.failedBatches }).toEqual({ deadLetters: 0, failedBatches: 0 });
  });

  it("holds when one call in ten is throttled, fails, hangs, is cut off or half done", { timeout: 240_000 }, async () => {
    const { traffic, expected, balance } = await run({ count: 5_000, repeats: 0.05, broken: 0.01, seed: 2, turnsAConversation: 1 }, { rate: 0.1, seed: 7, kinds: ALL_KINDS });

    expect(balance.rejectsByReason).toEqual(expected.rejectsByReason);
    expect(new Set(balance.rowsById.keys())).toEqual(expected.ids);
    expect(balance.rowsById.size + sum(balance.rejectsByReason) + expected.repeats).toBe(traffic.length);
    expect({ deadLetters: balance.deadLetters, failedBatches: balance.failedBatches }).toEqual({ deadLetters: 0, failedBatches: 0 });
  });

  it("holds for conversations, whose turns all count in the end, with the same faults", { timeout: 240_000 }, async () => {
    const { expected, balance } = await run({ count: 800, repeats: 0.1, broken: 0.01, seed: 5, turnsAConversation: 36 }, { rate: 0.1, seed: 9, kinds: ALL_KINDS });
    const conversations = await query(cloud!.endpoint, "SELECT conversation_id, SUM(turns), SUM(CASE WHEN JSON_SERIALIZE(flags) LIKE '%running%' THEN 1 ELSE 0 END) FROM valence.results WHERE scope = 'conversation' GROUP BY 1");
    const turns = await query(cloud!.endpoint, "SELECT conversation_id, COUNT(*) FROM valence.results WHERE modality = 'text' GROUP BY 1");

    expect(new Set(balance.rowsById.keys())).toEqual(expected.ids);
    expect(conversations.length).toBeGreaterThan(15);
    expect(new Map(conversations.map(([id, counted]) => [id, Number(counted)]))).toEqual(new Map(turns.map(([id, counted]) => [id, Number(counted)])));
    expect(conversations.filter(([, , running]) => Number(running) > 0)).toEqual([]);
    expect({ deadLetters: balance.deadLetters, failedBatches: balance.failedBatches }).toEqual({ deadLetters: 0, failedBatches: 0 });
  });
});
