import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { expectedProbabilities, tone, wav, writeEnergyModel } from "./support/energy-model.ts";
import { imageFolder } from "./support/image-folder.ts";
import { answerOf, invoke } from "./support/running-server.ts";
import { until } from "./support/until.ts";
import { FROM_SOURCE, type ServerProcess, startServerProcess } from "./support/server-process.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const SLOW = { products: 4, manifest: { hopSeconds: 0.1 } };
const long = wav(tone(2.5));

describe.each([
  { what: "from source", program: () => FROM_SOURCE },
  { what: "bundled, as in the image", program: () => [join(imageFolder(), "server.cjs"), "serve"] },
])("the model server $what", { timeout: 90_000 }, ({ program }) => {
  it("answers /ping with 503 until its model is ready, then answers; SIGTERM lets it finish what it accepted, and it ends with 0", async () => {
    const server = startServerProcess(program(), { MODEL_FOLDER: writeEnergyModel(SLOW) });
    const url = await server.url();
    expect((await fetch(`${url}/ping`)).status).toBe(503);
    await until(async () => (await fetch(`${url}/ping`)).status === 200, "the model", 60);
    const accepted = [invoke(url, long), invoke(url, long), invoke(url, long)];
    await until(async () => ((await (await fetch(`${url}/ping`)).json()) as { accepted: number }).accepted === 3, "the requests");

    server.process.kill("SIGTERM");

    const answers = await Promise.all(accepted.map(async (response) => answerOf(await response)));
    for (const { probabilities } of answers) expect(probabilities["happy"]).toBeCloseTo(expectedProbabilities(tone(2))[0]!, 5);
    expect(await server.exited).toBe(0);
    expect(server.lines.at(-1)).toMatchObject({ level: "INFO", message: "stopped", left: 0, service: "model-server" });
  });
});

describe("the model server's process", { timeout: 90_000 }, () => {
  it("ends with 1 and one clear line when its environment or its model folder is wrong", async () => {
    const [wrongPort, noFolder] = [startServerProcess(FROM_SOURCE, { PORT: "http" }), startServerProcess(FROM_SOURCE, { MODEL_FOLDER: tmpdir() })];

    expect(await Promise.all([wrongPort.exited, noFolder.exited])).toEqual([1, 1]);
    expect(wrongPort.lines.at(-1)).toMatchObject({ level: "ERROR", reason: expect.stringContaining('PORT is "http": must be a whole number') });
    expect(noFolder.lines.at(-1)).toMatchObject({ level: "ERROR", reason: expect.stringContaining("has no readable model.json") });
  });

  it("takes its children with it when it is killed", async () => {
    const server = startServerProcess(FROM_SOURCE, { MODEL_FOLDER: writeEnergyModel() });
    const pid = (): unknown => server.lines.find(({ message }) => message === "child ready")?.["pid"];
    await until(() => pid() !== undefined, "a child", 60);

    server.process.kill("SIGKILL");

    await until(() => !isAlive(Number(pid())), "the child's end");
    expect(server.process.signalCode).toBe("SIGKILL");
  });

  it("does not outlive who started it with a channel, whether that ends before it or after it listens", async () => {
    const [early, late] = [1, 2].map(() => startServerProcess(FROM_SOURCE, { MODEL_FOLDER: writeEnergyModel() }, true)) as [ServerProcess, ServerProcess];
    early.process.disconnect();
    await late.url();
    late.process.disconnect();

    expect(await Promise.all([early.exited, late.exited])).toEqual([1, 1]);
  });
});

describe("the image", () => {
  const read = (file: string): string => readFileSync(join(REPOSITORY, file), "utf8");

  it("installs the runtime the tests ran with", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    const image = JSON.parse(read("model-server/image/package.json")) as { dependencies: Record<string, string> };
    const lock = JSON.parse(read("model-server/image/package-lock.json")) as { packages: Record<string, { version?: string; resolved?: string }> };

    expect(image.dependencies).toEqual({ "onnxruntime-node": dependencies["onnxruntime-node"] });
    expect(lock.packages["node_modules/onnxruntime-node"]?.version).toBe(dependencies["onnxruntime-node"]);
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it("stands on one full version of a glibc base and is started in the exec form", () => {
    const dockerfile = read("model-server/image/Dockerfile");

    expect(new Set([...dockerfile.matchAll(/^FROM (\S+)/gmu)].map(([, base]) => base))).toEqual(new Set([expect.stringMatching(/^node:24\.\d+\.\d+-bookworm-slim$/u)]));
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "server\.cjs"\]$/mu);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
