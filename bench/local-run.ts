import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { synthesize } from "../cli/synthesize.ts";
import { kinesisClient, putAll } from "../test/local/support/producer.ts";
import { query } from "../test/local/support/query.ts";
import { makeTraffic, type TrafficRecord } from "../test/local/support/traffic.ts";

const DEFAULT_RECORDS = 50_000;
/** Following a conversation costs more than classifying its turns. */
const CHATS_SHARE = 5;
const RUNNER = new URL("../test/local/support/run-local.ts", import.meta.url).pathname;

export interface LocalRunLoad {
  records?: number | undefined;
  /** Records a second; without it the producer sends as fast as it is taken, and queues hold what waits. */
  rate?: number | undefined;
}

/** Records that stand alone, as reviews do, and turns of chats, which are followed until each conversation has ended. */
export async function benchLocalRun({ records = DEFAULT_RECORDS, rate }: LocalRunLoad = {}): Promise<void> {
  console.log("  records that stand alone:");
  await measure(records, rate, 1);
  console.log("  turns of chats, five a conversation:");
  await measure(Math.ceil(records / CHATS_SHARE), rate, 5);
}

/** Producer to queryable row: the producer here, the local run in a process of its own, on the same cores. */
async function measure(records: number, pace: number | undefined, turnsAConversation: number): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), "valence-bench-"));
  const child = spawn(process.execPath, ["--import", "tsx", RUNNER, await synthesize(), dataFolder], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const endpoint = await firstEndpoint(child.stdout);
    const traffic = makeTraffic({ count: records, repeats: 0, broken: 0, seed: 12, turnsAConversation });
    const memory: number[] = [];
    const sampler = setInterval(() => memory.push(residentMegabytes(child.pid)), 1_000);
    const startSeconds = processorSeconds(child.pid);
    const started = performance.now();
    await putPaced(endpoint, traffic, pace);
    const putSeconds = (performance.now() - started) / 1000;
    await settle(endpoint, records);
    const [[rows] = []] = await query(endpoint, "SELECT count(*) FROM valence.results WHERE modality = 'text'");
    const seconds = (performance.now() - started) / 1000;
    clearInterval(sampler);
    const asked = performance.now();
    await query(endpoint, "SELECT channel, label, count(*), avg(confidence) FROM valence.results GROUP BY 1, 2 ORDER BY 1, 2");
    const answered = performance.now() - asked;
    if (Number(rows) !== records) throw new Error(`${records} records went in and ${rows} rows came out.`);
    const rate = (duration: number): string => Math.round(records / duration).toLocaleString("en");
    console.log(`    producer to queryable row: ${rate(seconds)} records/s over ${records.toLocaleString("en")} records (${seconds.toFixed(1)} s)`);
    console.log(`    acknowledged to the producer: ${rate(putSeconds)} records/s`);
    console.log(`    sentiment by channel over these rows, one row a result: answered in ${Math.round(answered)} ms`);
    console.log(`    processor time of the local run: ${(processorSeconds(child.pid) - startSeconds).toFixed(0)} s`);
    console.log(`    memory of the local run: ${eighths(memory)} MB (means of the eighths of the run; ${Math.round(Math.max(...memory))} at most)`);
  } finally {
    child.kill("SIGTERM");
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** A second's records at the start of each second. */
async function putPaced(endpoint: string, traffic: readonly TrafficRecord[], pace = traffic.length): Promise<void> {
  const client = kinesisClient(endpoint);
  for (let start = 0; start < traffic.length; start += pace) {
    const nextSecond = start + pace < traffic.length ? delay(1_000) : undefined;
    await putAll(client, "valence-local-text", traffic.slice(start, start + pace));
    await nextSecond;
  }
}

async function firstEndpoint(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith("endpoint ")) return line.slice("endpoint ".length);
  }
  throw new Error("The local run ended before it was ready.");
}

/** Waits as long as a slow machine needs. */
async function settle(endpoint: string, records: number): Promise<void> {
  const answer = await fetch(`${endpoint}/_valence/settle`, { method: "POST", body: JSON.stringify({ timeoutMs: Math.max(120_000, records * 5) }) });
  if (!answer.ok) throw new Error(`The local run did not settle: ${await answer.text()}`);
}

function residentMegabytes(pid: number | undefined): number {
  return Number(ask(pid, "rss=")) / 1024;
}

/** Of all threads, to the second; `ps` writes [days-][hours:]minutes:seconds. */
function processorSeconds(pid: number | undefined): number {
  const [, days = "0", clock = ""] = /^(?:(\d+)-)?(.+)$/u.exec(ask(pid, "time=").trim()) ?? [];
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}

function ask(pid: number | undefined, field: string): string {
  return execFileSync("ps", ["-o", field, "-p", String(pid)]).toString();
}

function eighths(samples: readonly number[]): string {
  const size = Math.max(1, samples.length / 8);
  const parts = Array.from({ length: 8 }, (_, part) => samples.slice(Math.floor(part * size), Math.floor((part + 1) * size))).filter((part) => part.length > 0);
  return parts.map((part) => Math.round(part.reduce((total, sample) => total + sample, 0) / part.length)).join(" → ");
}
