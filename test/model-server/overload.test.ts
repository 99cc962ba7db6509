import { describe, expect, it } from "vitest";
import type { AudioAnswer } from "../../core/contracts/audio-answer.ts";
import { callTogether, percentile } from "./support/callers.ts";
import { expectedProbabilities, tone, wav, writeEnergyModel } from "./support/energy-model.ts";
import { startServerProcess, FROM_SOURCE } from "./support/server-process.ts";
import { until } from "./support/until.ts";

/** `npm run bench -- model-server` does this for a minute and prints the figures. */
const SECONDS = 5;

describe("64 callers at once", { timeout: 120_000 }, () => {
  it("get right answers or 503 and nothing else, while /ping stays quick", async () => {
    const server = startServerProcess(FROM_SOURCE, { MODEL_FOLDER: writeEnergyModel({ products: 1 }), WORKERS: "2" });
    const url = await server.url();
    await until(async () => (await fetch(`${url}/ping`)).status === 200, "the model", 60);
    const bodies = [0.1, 0.3, 0.5, 0.7, 0.9].map((level) => {
      const clip = tone(0.5 + level, level);
      const [happy] = expectedProbabilities(clip);
      return { body: wav(clip), isRight: (answer: unknown) => Math.abs((answer as AudioAnswer).probabilities["happy"]! - happy!) < 1e-5 };
    });

    const report = await callTogether({ url, count: 64, seconds: SECONDS, bodies, retryAfterMs: 200 });
    server.process.kill("SIGTERM");

    expect(report.wrong).toBe(0);
    expect([...report.statuses.keys()].sort((one, other) => one - other)).toEqual([200, 503]);
    expect(report.statuses.get(200)).toBeGreaterThan(20);
    // Generous: a test machine has other work, and the callers themselves take a core. The bench says what an idle one reaches.
    expect(percentile(report.pings, 50)).toBeLessThan(1000);
    expect(percentile(report.pings, 99)).toBeLessThan(5000);
    expect(report.unhealthyPings).toBe(0);
    expect(await server.exited).toBe(0);
  });
});
