import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { synthesize } from "../cli/synthesize.ts";
import { kinesisClient, putAll } from "../test/local/support/producer.ts";
import { query } from "../test/local/support/query.ts";
import { makeTraffic } from "../test/local/support/traffic.ts";

const RECORDS = 50_000;
const RUNNER = new URL("../test/local/support/run-local.ts", import.meta.url).pathname;

/** Producer to queryable row: the producer here, the local run in a process of its own, on the same cores. */
export async function benchLocalRun(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), "valence-bench-"));
  const child = spawn(process.execPath, ["--import", "tsx", RUNNER, await synthesize(), dataFolder], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const endpoint = await firstEndpoint(child.stdout);
    const traffic = makeTraffic({ count: RECORDS, repeats: 0, broken: 0, seed: 12 });
    const memory: number[] = [];
    const sampler = setInterval(() => memory.push(residentMegabytes(child.pid)), 1_000);
    const started = performance.now();
    await putAll(kinesisClient(endpoint), "valence-local-text", traffic);
    const putSeconds = (performance.now() - started) / 1000;
    await fetch(`${endpoint}/_valence/settle`, { method: "POST" });
    const [[rows] = []] = await query(endpoint, "SELECT count(*) FROM valence.results");
    const seconds = (performance.now() - started) / 1000;
    clearInterval(sampler);
    if (Number(rows) !== RECORDS) throw new Error(`${RECORDS} records went in and ${rows} rows came out.`);
    const rate = (duration: number): string => Math.round(RECORDS / duration).toLocaleString("en");
    console.log(`  producer to queryable row: ${rate(seconds)} records/s over ${RECORDS.toLocaleString("en")} records (${seconds.toFixed(1)} s)`);
    console.log(`  acknowledged to the producer: ${rate(putSeconds)} records/s`);
    console.log(`  memory of the local run: ${quarters(memory)} MB (means of the four quarters of the run)`);
  } finally {
    child.kill("SIGTERM");
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

async function firstEndpoint(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith("endpoint ")) return line.slice("endpoint ".length);
  }
  throw new Error("The local run ended before it was ready.");
}

function residentMegabytes(pid: number | undefined): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)]).toString()) / 1024;
}

function quarters(samples: readonly number[]): string {
  const size = Math.max(1, Math.ceil(samples.length / 4));
  const means = [0, 1, 2, 3].map((quarter) => samples.slice(quarter * size, (quarter + 1) * size)).filter((part) => part.length > 0);
  return means.map((part) => Math.round(part.reduce((total, sample) => total + sample, 0) / part.length)).join(" → ");
}
