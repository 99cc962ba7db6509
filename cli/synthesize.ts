import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CommandError } from "./command-error.ts";
import { seconds } from "./terminal.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));

/** Everything that can change the templates or the bundles. */
const SOURCES = ["lib", "lambdas", "core", "classifiers", "model-server", "models", "config", "bin/app.ts", "cdk.json", "package-lock.json"];

const DIGEST_FILE = ".digest";
const LOCK_POLL_MS = 200;

export interface SynthesizeOptions {
  stage?: string;
  /** Kept apart from `cdk.out`, so that a local run never replaces what is about to be deployed. */
  outputFolder?: string;
  log?: (line: string) => void;
}

/**
 * Writes the cloud assembly of the local stage, unless its sources have not changed since the last time.
 * Returns the assembly's folder. @throws CommandError with what the CDK application said.
 */
export async function synthesize(options: SynthesizeOptions = {}): Promise<string> {
  const stage = options.stage ?? "local";
  const outputFolder = options.outputFolder ?? join(PROJECT, "cdk.out.local");
  const log = options.log ?? console.error;
  const release = await lock(outputFolder, log);
  try {
    const digest = digestOf(SOURCES, stage);
    const digestFile = join(outputFolder, DIGEST_FILE);
    if (existsSync(digestFile) && readFileSync(digestFile, "utf8") === digest) return outputFolder;
    log(`Synthesizing the stage ${stage}: templates and function bundles …`);
    const started = Date.now();
    // Without this an interrupted synthesis would pass for a complete one.
    rmSync(outputFolder, { recursive: true, force: true });
    await runApplication(stage, outputFolder);
    writeFileSync(digestFile, digest);
    log(`Synthesized in ${seconds(Date.now() - started)}.`);
    return outputFolder;
  } finally {
    release();
  }
}

async function runApplication(stage: string, outputFolder: string): Promise<void> {
  const cdkJson = JSON.parse(readFileSync(join(PROJECT, "cdk.json"), "utf8")) as { context?: Record<string, unknown> };
  // The CDK CLI passes the feature flags of cdk.json in the same way; without them the templates would differ.
  const context = JSON.stringify({ ...cdkJson.context, stage });
  const child = spawn(process.execPath, ["--import", "tsx", "bin/app.ts"], {
    cwd: PROJECT,
    // The checks of the templates are for `cdk synth` and the tests: here they would take two thirds of the time.
    env: { CDK_VALIDATION: "false", ...process.env, CDK_OUTDIR: outputFolder, CDK_CONTEXT_JSON: context },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const keep = (chunk: Buffer): void => {
    said += chunk.toString("utf8");
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new CommandError(`The CDK application could not be synthesized for the stage ${stage}:\n${withoutStack(said)}`);
}

/** An error of the configuration says what to write instead; the stack below it helps nobody who wrote the file. */
function withoutStack(said: string): string {
  const lines = said.split("\n").filter((line) => !/^\s+at /u.test(line) && !/^(node:internal|Node\.js v)/u.test(line));
  return lines.join("\n").replaceAll(/\n{3,}/gu, "\n\n").trim();
}

function digestOf(sources: readonly string[], stage: string): string {
  const hash = createHash("sha256").update(stage);
  for (const source of sources) {
    const path = join(PROJECT, source);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path];
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

/** One synthesis at a time: commands and test files share the folder. The lock of a process that was killed is taken over. */
async function lock(outputFolder: string, log: (line: string) => void): Promise<() => void> {
  const file = join(PROJECT, ".valence", `${basename(outputFolder)}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (!isAlive(readOwner(file))) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) log("Another process is synthesizing; waiting for it …");
    told = true;
    await sleep(LOCK_POLL_MS);
  }
}

function readOwner(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    // Between its creation and its first byte the file is empty: its owner is at work.
    return owner > 0 ? owner : process.pid;
  } catch {
    return undefined;
  }
}

function isAlive(processId: number | undefined): boolean {
  if (processId === undefined) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
