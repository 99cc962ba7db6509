import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { LOCK_FILE, lockDataFolder } from "../local/data-folder-lock.ts";
import { FAULT_KINDS } from "../local/gateway/faults.ts";
import type { FaultPlan } from "../local/gateway/faults.ts";
import { startLocalCloud } from "../local/local-cloud.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { synthesize } from "./synthesize.ts";
import { askInTerminal, whisperWeights } from "./whisper-weights.ts";
import { painter } from "./terminal.ts";

export interface LocalOptions {
  port: number;
  data: string;
  fresh?: boolean;
  /** Share of the functions' calls that fail on purpose, 0 to 1. */
  faults?: number;
  /** A file or folder of Whisper's weights; default: VALENCE_WHISPER_MODEL. */
  whisper?: string;
}

/** `valence local`: runs the synthesized application on this machine until Ctrl-C. */
export async function runLocal(options: LocalOptions): Promise<ExitCode> {
  const dataFolder = dataFolderOf(options.data);
  const whisper = options.whisper ?? process.env["VALENCE_WHISPER_MODEL"];
  const ask = askInTerminal();
  const whisperModel = whisper === undefined || whisper === "" ? undefined : await whisperWeights(whisper, ask === undefined ? {} : { ask });
  const assemblyFolder = await synthesize();
  if (options.fresh) emptyDataFolder(dataFolder);
  const started = Date.now();
  const cloud = await startLocalCloud({
    assemblyFolder,
    dataFolder,
    port: options.port,
    log: (line) => console.error(line),
    ...(whisperModel === undefined ? {} : { whisperModel }),
    ...(options.faults ? { faults: faultPlan(options.faults) } : {}),
  });
  console.log(welcome(cloud.endpoint, cloud.outputs, dataFolder, whisperModel, Date.now() - started));
  const interrupt = abortOnInterrupt("Stopping; press Ctrl-C again to leave at once (what was acknowledged is kept either way).");
  // The gateway's socket alone must not decide whether the process lives: a listener keeps it, a timer makes sure.
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((done) => {
    interrupt.signal.addEventListener("abort", () => done(), { once: true });
  });
  clearInterval(alive);
  await cloud.stop();
  interrupt.release();
  return EXIT.ok;
}

/** @throws CommandError when something else than a folder has the name. */
export function dataFolderOf(path: string): string {
  const folder = resolve(path);
  if (existsSync(folder) && !statSync(folder).isDirectory()) throw new CommandError(`--data ${path} is not a folder.`, EXIT.usage);
  return folder;
}

/**
 * Empties a data folder, but only below `.valence`: `--data ~ --fresh` must not empty a home.
 * @throws when another run has the folder.
 */
export function emptyDataFolder(dataFolder: string): void {
  if (!existsSync(dataFolder)) return;
  if (!/[/\\]\.valence[/\\]./u.test(dataFolder)) {
    throw new CommandError(`${dataFolder} is not emptied, because it does not lie below a folder .valence: choose one such as .valence/mine, or empty it yourself.`, EXIT.usage);
  }
  // A run that is alive must not lose its folder under its feet.
  const release = lockDataFolder(dataFolder);
  for (const name of readdirSync(dataFolder)) {
    if (name !== LOCK_FILE) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
  release();
}

function faultPlan(rate: number): FaultPlan {
  return { rate, seed: 1, kinds: [...FAULT_KINDS] };
}

function welcome(endpoint: string, outputs: Record<string, string>, dataFolder: string, whisperModel: string | undefined, elapsedMs: number): string {
  const paint = painter(process.stdout);
  const aws = (command: string): string => `  aws ${command} --endpoint-url ${endpoint}`;
  const port = new URL(endpoint).port;
  const portOption = port === "4577" ? "" : ` --port ${port}`;
  const head = (text: string): string => paint("bold", text);
  return [
    "",
    `${head("Valence runs at")} ${paint("cyan", endpoint)} (started in ${(elapsedMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    "",
    `  text stream      ${outputs["TextStreamName"]}`,
    ...(outputs["AudioStreamName"] === undefined ? [] : [`  audio stream     ${outputs["AudioStreamName"]}`, `  recordings       ${outputs["RecordingsBucketName"]}`, `  their words      from transcripts beside them${whisperModel === undefined ? "" : `, else by Whisper (${whisperModel})`}`]),
    `  results stream   ${outputs["ResultsStreamName"]}`,
    `  lake bucket      ${outputs["LakeBucketName"]}`,
    `  rejects bucket   ${outputs["RejectsBucketName"]}`,
    `  warehouse        ${outputs["WarehouseWorkgroupName"]}, database ${outputs["WarehouseDatabase"]}`,
    `  data and logs    ${dataFolder}, ${join(dataFolder, "logs")}`,
    "",
    head("In another terminal"),
    `  npx valence send text${portOption} --wait "The parcel came a day early, thank you!"`,
    ...(outputs["AudioStreamName"] === undefined ? [] : [`  npx valence send audio${portOption} --wait demo/samples/calls`]),
    `  npx valence query${portOption} "select label, count(*) from valence.results group by label"`,
    "",
    head("With the AWS CLI (any credentials do)"),
    "  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1",
    aws(`kinesis list-shards --stream-name ${outputs["TextStreamName"]}`),
    aws(`s3 ls s3://${outputs["RejectsBucketName"]}/ --recursive`),
    aws(`redshift-data execute-statement --workgroup-name ${outputs["WarehouseWorkgroupName"]} --database ${outputs["WarehouseDatabase"]} --sql "select count(*) from valence.results"`),
    "",
  ].join("\n");
}
