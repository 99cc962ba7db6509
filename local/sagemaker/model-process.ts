import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, openSync, closeSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { extract } from "tar";
import { freePort } from "../free-port.ts";
import type { EndpointDefinition } from "./endpoint-definition.ts";

export interface ModelProcessOptions {
  endpoint: Pick<EndpointDefinition, "name" | "container">;
  dataFolder: string;
  log: (line: string) => void;
}

const READY_WITHIN_MS = 60_000;
const PING_EVERY_MS = 50;
/** As SageMaker: SIGTERM, and SIGKILL after half a minute. */
const STOP_WITHIN_MS = 30_000;

/**
 * The container of one endpoint, without the container: the program of the image's folder on this machine's Node, with the model unpacked
 * where its environment says. Started by the first call, and again by the next one after it died.
 */
export class ModelProcess {
  readonly #options: ModelProcessOptions;
  #running: Promise<{ child: ChildProcess; url: string }> | undefined;
  #stopped = false;

  constructor(options: ModelProcessOptions) {
    this.#options = options;
  }

  /** @returns the server's address once it answers `/ping` with 200. @throws when it does not within a minute; its log says why. */
  async url(): Promise<string> {
    if (this.#stopped) throw new Error("The local run is stopping");
    this.#running ??= this.#start();
    try {
      return (await this.#running).url;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const running = await this.#running?.catch(() => undefined);
    if (running === undefined || running.child.exitCode !== null || running.child.signalCode !== null) return;
    const exited = new Promise((done) => running.child.once("exit", done));
    running.child.kill("SIGTERM");
    await Promise.race([exited, delay(STOP_WITHIN_MS, undefined, { ref: false }).then(() => running.child.kill("SIGKILL"))]);
  }

  async #start(): Promise<{ child: ChildProcess; url: string }> {
    const { dataFolder, endpoint, log } = this.#options;
    const { container, name } = endpoint;
    if (container === undefined) throw new Error(`The image or the model of ${name} is not part of this cloud assembly`);
    const modelFolder = unpack(container.modelArchive, join(dataFolder, "sagemaker", name));
    const port = await freePort(0);
    const logFile = join(dataFolder, "logs", `endpoint-${name}.log`);
    mkdirSync(dirname(logFile), { recursive: true });
    const output = openSync(logFile, "a");
    const child = spawn(process.execPath, [join(container.folder, "server.cjs"), "serve"], {
      // The channel carries nothing: its end tells the program that this process is gone, even if it was killed.
      stdio: ["ignore", output, output, "ipc"],
      // Nothing of this process's own environment but what a program needs to start: what the model reads is what the template says.
      env: { PATH: process.env["PATH"], NODE_PATH: nativePackages(), ...container.environment, MODEL_FOLDER: modelFolder, HOST: "127.0.0.1", PORT: String(port) },
    });
    closeSync(output);
    child.once("exit", (code, signal) => {
      this.#running = undefined;
      if (!this.#stopped) log(`endpoint ${name}: the model server ended with ${code ?? signal}; see ${logFile}`);
    });
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answersPing(url))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The model server of ${name} ended before it was ready; ${logFile} says why`);
      if (Date.now() > deadline || this.#stopped) {
        child.kill("SIGKILL");
        throw new Error(`The model server of ${name} was not ready within ${READY_WITHIN_MS / 1000} s; ${logFile} says why`);
      }
      await delay(PING_EVERY_MS);
    }
    return { child, url };
  }
}

async function answersPing(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ping`)).status === 200;
  } catch {
    return false;
  }
}

/** Unpacks once an archive: a folder is there whole or not at all. */
function unpack(archive: string, folder: string): string {
  const target = join(folder, createHash("sha256").update(archive).digest("hex").slice(0, 16));
  if (existsSync(target)) return target;
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  extract({ file: archive, cwd: unfinished, sync: true });
  renameSync(unfinished, target);
  return target;
}

/** The image installs onnxruntime-node beside the bundle; here it is the project's own. */
function nativePackages(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")));
}
