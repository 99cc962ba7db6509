import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

export interface CallersReport {
  statuses: Map<number, number>;
  wrong: number;
  /** Of the answered ones, in milliseconds. */
  latencies: number[];
  /** Of /ping meanwhile, in milliseconds. */
  pings: number[];
  unhealthyPings: number;
}

export interface Callers {
  count: number;
  seconds: number;
  url: string;
  /** One of several requests, and whether an answer is the right one for it. */
  bodies: readonly { body: Uint8Array; isRight: (answer: unknown) => boolean }[];
  /** How long a caller who was told 503 waits; the server asks for a second. */
  retryAfterMs: number;
}

const PING_EVERY_MS = 50;

/** Callers that each ask, wait for the answer and ask again, while /ping is asked all along. */
export async function callTogether({ bodies, count, retryAfterMs, seconds, url }: Callers): Promise<CallersReport> {
  const report: CallersReport = { statuses: new Map(), wrong: 0, latencies: [], pings: [], unhealthyPings: 0 };
  const end = performance.now() + seconds * 1000;
  const caller = async (_: unknown, place: number): Promise<void> => {
    for (let turn = place; performance.now() < end; turn += 1) {
      const { body, isRight } = bodies[turn % bodies.length]!;
      const started = performance.now();
      const response = await fetch(`${url}/invocations`, { method: "POST", body: new Uint8Array(body), headers: { "Content-Type": "audio/wav" } });
      const answer: unknown = await response.json();
      report.statuses.set(response.status, (report.statuses.get(response.status) ?? 0) + 1);
      if (response.status === 200) {
        report.latencies.push(performance.now() - started);
        if (!isRight(answer)) report.wrong += 1;
      } else await sleep(retryAfterMs);
    }
  };
  const [pings] = await Promise.all([pingApart(url, seconds), ...Array.from({ length: count }, caller)]);
  return { ...report, ...pings };
}

// On a thread of its own: among the callers it would measure how busy they are, too.
const PINGER = `
const { parentPort, workerData: { url, seconds, everyMs } } = require("node:worker_threads");
(async () => {
  const pings = [];
  let unhealthyPings = 0;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, everyMs))) {
    const started = performance.now();
    const response = await fetch(url + "/ping");
    await response.arrayBuffer();
    pings.push(performance.now() - started);
    if (response.status !== 200) unhealthyPings += 1;
  }
  parentPort.postMessage({ pings, unhealthyPings });
})();`;

function pingApart(url: string, seconds: number): Promise<Pick<CallersReport, "pings" | "unhealthyPings">> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(PINGER, { eval: true, workerData: { url, seconds, everyMs: PING_EVERY_MS } });
    worker.once("error", reject);
    worker.once("message", resolve);
  });
}

/** The nearest-rank percentile of values in any order; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
