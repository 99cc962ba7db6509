import { request as httpRequest } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startModelServer } from "../../model-server/model-server.ts";
import { energyGraph, expectedProbabilities, tone, wav, writeEnergyModel } from "./support/energy-model.ts";
import { answerOf, invoke, refusalOf, startTestServer } from "./support/running-server.ts";
import { until } from "./support/until.ts";

/** A window takes some 30 ms, a golden clip is one window. */
const SLOW = { products: 4, manifest: { hopSeconds: 0.1 } };
/** 6 windows of whole periods, so each is answered alike: long enough to do something meanwhile. */
const longClip = tone(2.5, 0.4, 220);
const longBody = wav(longClip);
const LONG_HAPPY = expectedProbabilities(longClip.subarray(0, 32_000))[0]!;

async function pings(url: string): Promise<{ status: number; ready: number; accepted: number; queued: number }> {
  const response = await fetch(`${url}/ping`);
  return { ...((await response.json()) as { ready: number; accepted: number; queued: number }), status: response.status };
}

describe("a full queue", () => {
  it("answers 503 with Retry-After at once, and everything that it accepted", async () => {
    const { server } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 1, queueLimit: 2 });

    const responses = await Promise.all(Array.from({ length: 12 }, () => invoke(server.url, longBody)));

    const answered = responses.filter(({ status }) => status === 200);
    const refused = responses.filter(({ status }) => status === 503);
    expect(answered).toHaveLength(3);
    expect(refused).toHaveLength(9);
    for (const response of answered) expect((await answerOf(response)).probabilities["happy"]).toBeCloseTo(LONG_HAPPY, 5);
    for (const response of refused) expect([response.headers.get("Retry-After"), (await refusalOf(response)).code]).toEqual(["1", "overloaded"]);
  });

  it("lets a caller who went away out of the queue", async () => {
    const { server, log } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 1, queueLimit: 1 });
    const working = invoke(server.url, longBody);
    await until(async () => (await pings(server.url)).accepted === 1, "the first request");
    const leaving = new AbortController();
    const left = fetch(`${server.url}/invocations`, { method: "POST", body: longBody, signal: leaving.signal });
    await until(async () => (await pings(server.url)).queued === 1, "the second request");

    leaving.abort();

    await expect(left).rejects.toThrow(/abort/u);
    await until(async () => (await pings(server.url)).queued === 0, "the queue to be empty");
    expect((await working).status).toBe(200);
    expect(log.filter(({ message }) => message === "caller gone")).toHaveLength(1);
    expect(log.filter(({ message }) => message === "answered")).toHaveLength(1);
  });
});

describe("the time limit", () => {
  const hopeless = wav(tone(30));

  it("answers 504, replaces only the child that was at it, and lets what waited too long go without harm", async () => {
    const { server } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 1, maximumSeconds: 1 });
    const [pid] = server.childPids;

    const responses = await Promise.all([invoke(server.url, hopeless), invoke(server.url, hopeless)]);
    const refusals = await Promise.all(responses.map(refusalOf));
    // Which of the two the server meets first is the network's.
    const [waiting, working] = refusals.toSorted((one, other) => Number(other.message.includes("still waiting")) - Number(one.message.includes("still waiting")));

    expect(working).toMatchObject({ status: 504, code: "time_limit", message: expect.not.stringContaining("still waiting") });
    expect(waiting).toMatchObject({ status: 504, message: expect.stringContaining("still waiting") });
    await until(async () => server.childPids[0] !== pid && (await pings(server.url)).status === 200, "a new child");
    expect((await answerOf(await invoke(server.url, wav(tone(0.5))))).durationMs).toBe(500);
  });
});

describe("a killed child", () => {
  it("costs its one request and is replaced; its neighbour and the queue go on", async () => {
    const { server, log } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 2, queueLimit: 8 });
    const responses = Array.from({ length: 8 }, () => invoke(server.url, longBody));
    await until(async () => (await pings(server.url)).queued === 6, "all requests");

    process.kill(server.childPids[0]!, "SIGKILL");
    await until(async () => (await pings(server.url)).ready === 1, "the child's end");
    const meanwhile = (await pings(server.url)).status;

    const statuses = (await Promise.all(responses)).map(({ status }) => status).sort((one, other) => one - other);
    expect(meanwhile).toBe(200);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200, 500]);
    await until(async () => (await pings(server.url)).ready === 2, "a new child");
    expect((await answerOf(await invoke(server.url, longBody))).probabilities["happy"]).toBeCloseTo(LONG_HAPPY, 5);
    expect(log).toContainEqual({ level: "error", message: "child ended", fields: expect.objectContaining({ how: "signal SIGKILL" }) });
  });

  it("tells its caller by a code that asking again is safe", async () => {
    const { server } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 1 });
    const response = invoke(server.url, wav(tone(10)));
    await until(async () => (await pings(server.url)).accepted === 1, "the request");
    await new Promise((resolve) => setTimeout(resolve, 100));

    process.kill(server.childPids[0]!, "SIGKILL");

    expect(await refusalOf(await response)).toMatchObject({ status: 500, code: "worker_died" });
    expect((await pings(server.url)).status).toBe(503);
  });
});

describe("stopping", () => {
  it("answers what was accepted, refuses what comes later, and ends the children", async () => {
    const { server } = await startTestServer({ modelFolder: writeEnergyModel(SLOW), workers: 1, queueLimit: 4 });
    const pids = server.childPids;
    const accepted = Array.from({ length: 4 }, () => invoke(server.url, longBody));
    await until(async () => (await pings(server.url)).accepted === 4, "all requests");

    const { url } = server;
    const stopped = server.stop();
    const late = invoke(url, longBody);

    await expect(late).rejects.toThrow("fetch failed");
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await stopped;
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/u);
  });

  it("is not held up by a connection on which nothing comes", async () => {
    const { server } = await startTestServer({ modelFolder: writeEnergyModel() });
    const idle = httpRequest(`${server.url}/invocations`, { method: "POST", headers: { "Content-Length": "10" } });
    idle.on("error", () => undefined);
    idle.flushHeaders();
    await (await fetch(`${server.url}/ping`)).text();

    const started = performance.now();
    server.stop().catch(() => undefined);
    idle.destroy();
    await server.stop();

    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("a model that must not be served", () => {
  const silent = { workers: 1, log: () => undefined };

  it("stops the start when a golden clip is answered otherwise, with the clip, the label and the difference", async () => {
    const golden = [{ clip: "golden/tone.wav", probabilities: [0.25, 0.25, 0.25, 0.25] }];

    await expect(startModelServer({ modelFolder: writeEnergyModel({ manifest: { golden } }), ...silent })).rejects.toThrow(
      /energy 1\.0\.0 does not answer its golden clips .*golden\/tone\.wav: happy is 0\.\d{6}, not 0\.250000 \(off by \d\.\d+e[-+]\d+\)/u,
    );
  });

  it.each([
    { what: "no graph", graph: Buffer.from("this is no protobuf of a graph"), says: /cannot be loaded/u },
    { what: "a graph with other names", graph: energyGraph(0, { input: "input_values", output: "logits" }), says: /from \[input_values\] to \[logits\]; .* "audio" to "probs"/u },
  ])("stops the start when model.onnx is $what", async ({ graph, says }) => {
    await expect(startModelServer({ modelFolder: writeEnergyModel({ graph }), ...silent })).rejects.toThrow(says);
  });

  it("ends the server when its children die before they are ready, again and again", async () => {
    const modelFolder = writeEnergyModel();
    const { server, log } = await startTestServer({ modelFolder, workers: 1 });
    // Not a model folder's mistake, which would be told at once: a manifest that goes away under a running server makes each new child refuse.
    writeFileSync(join(modelFolder, "model.json"), "{");

    process.kill(server.childPids[0]!, "SIGKILL");

    await expect(server.failed).rejects.toThrow(/is not JSON/u);
    expect(log.map(({ message }) => message)).toContain("child did not start");
  });
});
