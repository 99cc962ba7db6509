import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AudioAnswer, AudioAnswerSchema } from "../core/contracts/audio-answer.ts";
import { callTogether, percentile } from "../test/model-server/support/callers.ts";
import { expectedProbabilities, tone, wav, writeEnergyModel } from "../test/model-server/support/energy-model.ts";
import { imageFolder } from "../test/model-server/support/image-folder.ts";
import { type ServerProcess, startServerProcess } from "../test/model-server/support/server-process.ts";

const ROOT = join(import.meta.dirname, "..");
const TRAINING = join(ROOT, "training/audio");
const EMBEDDED = join(ROOT, "models/embedded-audio");
const CALLERS = 64;
const SECONDS = 60;
const REQUESTS = 10_000;
const WORKERS = 2;
const CLIP_SECONDS = 5;
const RUNS = 7;

interface Running extends ServerProcess {
  address: string;
  coldStartMs: number;
}

/** The model server as in the image, but for Docker: overload, memory, cold start, and how much faster than PyTorch it is. */
export async function benchModelServer(): Promise<void> {
  const program = join(imageFolder(), "server.cjs");
  const model = writeEnergyModel({ products: 1 });
  await underLoad(await start(program, model, WORKERS));
  await memory(await start(program, writeEnergyModel(), WORKERS));
  if (existsSync(EMBEDDED)) await speed(await start(program, EMBEDDED, 1), "embedded-audio");
  else console.log("  embedded-audio: skipped, models/embedded-audio is not there");
  await besidePyTorch(program);
}

async function start(program: string, modelFolder: string, workers: number): Promise<Running> {
  const began = performance.now();
  const server = startServerProcess([program, "serve"], { MODEL_FOLDER: modelFolder, WORKERS: String(workers), NODE_ENV: "production" });
  const address = await server.url();
  for (;;) {
    // A clip of every model's least length and one window, asked until there is an answer.
    const response = await ask(address, wav(tone(1)));
    if (response.status === 200) break;
    if (server.process.exitCode !== null) throw new Error(`The server ended: ${JSON.stringify(server.lines.at(-1))}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { ...server, address, coldStartMs: performance.now() - began };
}

async function ask(address: string, body: Uint8Array): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${address}/invocations`, { method: "POST", body: new Uint8Array(body), headers: { "Content-Type": "audio/wav" } });
  return { status: response.status, answer: await response.json() };
}

async function stop(server: Running): Promise<void> {
  server.process.kill("SIGTERM");
  await server.exited;
}

async function underLoad(server: Running): Promise<void> {
  const bodies = [0.1, 0.3, 0.5, 0.7, 0.9].map((level) => {
    const clip = tone(0.5 + level, level);
    const [happy] = expectedProbabilities(clip);
    return { body: wav(clip), isRight: (answer: unknown) => Math.abs((answer as AudioAnswer).probabilities["happy"]! - happy!) < 1e-5 };
  });
  const { latencies, pings, statuses, unhealthyPings, wrong } = await callTogether({ url: server.address, count: CALLERS, seconds: SECONDS, bodies, retryAfterMs: 100 });
  const counts = [...statuses].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`);
  console.log(`  ${CALLERS} callers at once for ${SECONDS} s, ${WORKERS} workers: ${counts.join(", ")}; ${wrong} wrong answers; answered within ${spread(latencies)}`);
  console.log(`  /ping meanwhile: ${spread(pings)}, at worst ${Math.max(...pings).toFixed(1)} ms; ${unhealthyPings} of ${pings.length} not 200`);
  await stop(server);
}

async function memory(server: Running): Promise<void> {
  // Lengths vary, as segments' do: an allocator that keeps a block a length would show here.
  const bodies = Array.from({ length: 40 }, (_, index) => wav(tone(0.3 + index * 0.2)));
  const figures: string[] = [];
  let asked = 0;
  const caller = async (): Promise<void> => {
    while (asked < REQUESTS) {
      asked += 1;
      const at = asked;
      const { status } = await ask(server.address, bodies[at % bodies.length]!);
      if (status !== 200) throw new Error(`A request was answered ${status}.`);
      if (at % (REQUESTS / 5) === 0 || at === REQUESTS / 10) figures.push(`${at}: ${residentMegabytes(server).join(" + ")}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, caller));
  console.log(`  resident MB (server + children) after requests: ${figures.join("; ")}`);
  await stop(server);
}

function residentMegabytes(server: Running): number[] {
  const children = server.lines.filter(({ message }) => message === "child ready").map(({ pid }) => Number(pid));
  return [server.process.pid!, ...children].map((pid) => Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)])) / 1000));
}

/** Prints and returns seconds of audio a second of one child on one thread, by the median of several clips of 5 s. */
async function speed(server: Running, name: string): Promise<number> {
  const body = wav(tone(CLIP_SECONDS, 0.4, 180));
  const took: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const { answer } = await ask(server.address, body);
    // The first one warms up.
    if (run > 0) took.push(AudioAnswerSchema.parse(answer).timings.inferenceMs);
  }
  const median = percentile(took, 50);
  console.log(`  ${name}: cold start to first answer ${(server.coldStartMs / 1000).toFixed(2)} s; ${CLIP_SECONDS} s of audio in ${median.toFixed(0)} ms on one thread, ${(CLIP_SECONDS * 1000 / median).toFixed(1)} × real time (median of ${RUNS})`);
  await stop(server);
  return median;
}

async function besidePyTorch(program: string): Promise<void> {
  const python = process.env["PYTHON"] ?? "python3";
  const run = (module: string, ...options: string[]): string | undefined => {
    const { status, stdout, stderr, error } = spawnSync(python, ["-m", module, ...options], { cwd: TRAINING, encoding: "utf8" });
    if (status === 0) return stdout;
    console.log(`  random HuBERT-base beside PyTorch: skipped, ${python} -m ${module} failed (${error?.message ?? stderr.trim().split("\n").at(-1)}). PYTHON=… names one with training/audio's requirements.`);
    return undefined;
  };
  const folder = join(mkdtempSync(join(tmpdir(), "valence-hubert-")), "model");
  if (run("valence_audio.export.make_random", "hubert", "--size", "base", "--out", folder) === undefined) return;
  const served = await speed(await start(program, folder, 1), "random HuBERT-base, int8");
  const eager = run("valence_audio.export.time_eager", "--family", "hubert", "--size", "base", "--seconds", String(CLIP_SECONDS), "--runs", String(RUNS), "--threads", "1");
  if (eager === undefined) return;
  const { medianMs, torch } = JSON.parse(eager) as { medianMs: number; torch: string };
  console.log(`  PyTorch ${torch} eager, the same on one thread: ${medianMs.toFixed(0)} ms; the server is ${(medianMs / served).toFixed(2)} × as fast`);
}

function spread(values: readonly number[]): string {
  return `p50 ${percentile(values, 50).toFixed(1)} ms, p99 ${percentile(values, 99).toFixed(1)} ms`;
}
