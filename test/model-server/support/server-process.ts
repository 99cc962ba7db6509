import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { until } from "./until.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

export interface ServerProcess {
  process: ChildProcess;
  /** What it logged so far, a line each. */
  lines: Record<string, unknown>[];
  exited: Promise<number | null>;
  /** @throws with the log when it never listens. */
  url(): Promise<string>;
}

const running: ChildProcess[] = [];

// A test or a bench that failed halfway leaves no server behind.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** The model server as a process of its own, on a free port. `channel`: with one between it and this process, as the local run holds it. */
export function startServerProcess(program: readonly string[], environment: NodeJS.ProcessEnv, channel = false): ServerProcess {
  const child = spawn(process.execPath, program, { cwd: REPOSITORY, env: { PATH: process.env["PATH"], PORT: "0", WORKERS: "1", ...environment }, stdio: ["ignore", "pipe", "inherit", ...(channel ? ["ipc" as const] : [])] });
  running.push(child);
  const lines: Record<string, unknown>[] = [];
  let rest = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
  });
  const said = (message: string): Record<string, unknown> | undefined => lines.find((line) => line["message"] === message);
  return {
    process: child,
    lines,
    exited: new Promise((done) => child.once("exit", done)),
    async url() {
      await until(() => said("listening") !== undefined || child.exitCode !== null, "the server to listen", 30);
      const url = said("listening")?.["url"];
      if (typeof url !== "string") throw new Error(`The server did not listen: ${JSON.stringify(lines)}`);
      return url;
    },
  };
}

export const FROM_SOURCE = ["--import", "tsx", "model-server/main.ts", "serve"];
