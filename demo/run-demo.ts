import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CommandError, EXIT } from "../cli/command-error.ts";
import type { ExitCode } from "../cli/command-error.ts";
import { countAllDeadLetters, waitingIn } from "../cli/dead-letters.ts";
import { type Deployment, findDeployment } from "../cli/deployment.ts";
import { openInput } from "../cli/input/input-file.ts";
import type { InputFile } from "../cli/input/input-file.ts";
import { jobQueues } from "../cli/job-queues.ts";
import { dataFolderOf, emptyDataFolder } from "../cli/local.ts";
import { progressBar } from "../cli/progress-bar.ts";
import { FAILED_BATCH, listRejectedObjects, parseFailedBatch, readObject } from "../cli/rejected-objects.ts";
import type { RejectedObject } from "../cli/rejected-objects.ts";
import { sendFile } from "../cli/send-records.ts";
import { synthesize } from "../cli/synthesize.ts";
import { count, plural, seconds } from "../cli/terminal.ts";
import { AUDIO_DEPLOYMENT_OUTPUTS, CONVERSATION_DEPLOYMENT_OUTPUTS, DEPLOYMENT_OUTPUTS } from "../core/deployment-outputs.ts";
import type { Channel } from "../core/contracts/identity.ts";
import { startLocalCloud } from "../local/local-cloud.ts";
import type { LocalCloud } from "../local/local-cloud.ts";
import type { LocalStatus } from "../local/status.ts";
import { unaccounted } from "./accounting.ts";
import { alertsFile, raisedAlerts } from "./alerts.ts";
import { askWarehouse } from "./ask.ts";
import { fusedCalls } from "./conversations.ts";
import { addsUp } from "./figures.ts";
import type { DemoFigures } from "./figures.ts";
import { htmlReport } from "./html-report.ts";
import { labelsInParquet, parquetFiles } from "./parquet-labels.ts";
import { terminalReport } from "./terminal-report.ts";
import { heardCalls, sendCalls, type VoicedDeployment } from "./voice.ts";

export interface DemoOptions {
  channel: Channel;
  language?: string;
  data: string;
}

interface Input {
  file: InputFile;
  /** Sent byte by byte: the authored broken records would not pass the CLI's own reading. */
  raw: boolean;
}

type DemoDeployment = VoicedDeployment & Deployment<(typeof CONVERSATION_DEPLOYMENT_OUTPUTS)[number]>;

const SAMPLES = fileURLToPath(new URL("samples/", import.meta.url));
const SETTLE_TIMEOUT_MS = 10 * 60_000;

/** `valence demo`: from nothing to answers in SQL, over the samples or the caller's own files. */
export async function runDemo(paths: readonly string[], options: DemoOptions): Promise<ExitCode> {
  const inputs = paths.length > 0 ? paths.map((path) => ({ file: openInput(path), raw: false })) : sampleInputs();
  const dataFolder = dataFolderOf(options.data);
  const assemblyFolder = await synthesize();
  emptyDataFolder(dataFolder);
  const started = Date.now();
  const cloud = await startLocalCloud({ assemblyFolder, dataFolder, port: 0 });
  console.error(`Started the application at ${cloud.endpoint} in ${seconds(Date.now() - started)}.`);
  try {
    const figures = await watch(cloud, inputs, dataFolder, options);
    writePicture(figures);
    console.log(terminalReport(figures));
    return figures.unreadable === 0 && addsUp(figures, unaccounted(figures.accounting)) ? EXIT.ok : EXIT.inputFailed;
  } finally {
    await cloud.stop();
  }
}

function sampleInputs(): Input[] {
  return [
    { file: openInput(join(SAMPLES, "interactions.jsonl")), raw: false },
    { file: openInput(join(SAMPLES, "broken.jsonl")), raw: true },
  ];
}

async function watch(cloud: LocalCloud, inputs: readonly Input[], dataFolder: string, options: DemoOptions): Promise<DemoFigures> {
  const deployment: DemoDeployment = await findDeployment({ stage: "local", endpointUrl: cloud.endpoint }, [...DEPLOYMENT_OUTPUTS, ...AUDIO_DEPLOYMENT_OUTPUTS, ...CONVERSATION_DEPLOYMENT_OUTPUTS]);
  const started = Date.now();
  // A person's own files come without calls.
  const withCalls = inputs.some(({ raw }) => raw);
  const [unreadable, calls] = await Promise.all([send(deployment, inputs, options), withCalls ? sendVoices(deployment) : 0]);
  const sent = Date.now();
  const status = await settle(cloud);
  const settled = Date.now();
  const figures = await collect(deployment, status, dataFolder, calls);
  return {
    ...figures,
    source: withCalls ? "Sample interactions" : inputs.map(({ file }) => file.name).join(", "),
    unreadable,
    elapsed: { sendMs: sent - started, settleMs: settled - sent },
  };
}

/** Returns the number of lines that could not be read. */
async function send(deployment: VoicedDeployment, inputs: readonly Input[], options: DemoOptions): Promise<number> {
  const client = new KinesisClient(deployment.clientConfiguration);
  const defaults = {
    channel: options.channel,
    occurredAt: new Date().toISOString(),
    ...(options.language === undefined ? {} : { language: options.language }),
  };
  let unreadable = 0;
  try {
    for (const { file, raw } of inputs) {
      const bar = progressBar(process.stderr, `records of ${file.name}`);
      const summary = await sendFile(client, file, { stream: deployment.outputs.TextStreamName, defaults, raw, bar });
      console.error(`Sent ${plural(summary.acknowledged, "record")} of ${file.name} to ${deployment.outputs.TextStreamName}.`);
      if (summary.failed > 0) throw new CommandError(`${plural(summary.failed, "record")} of ${file.name} could not be sent (named above).`);
      unreadable += summary.unreadable;
    }
  } finally {
    client.destroy();
  }
  return unreadable;
}

/** Returns the number of calls, one of them sent live. */
async function sendVoices(deployment: VoicedDeployment): Promise<number> {
  const s3 = new S3Client(deployment.clientConfiguration);
  const kinesis = new KinesisClient(deployment.clientConfiguration);
  try {
    const calls = await sendCalls(s3, kinesis, deployment);
    console.error(`Sent ${plural(calls - 1, "recording")} to ${deployment.outputs.RecordingsBucketName} and a live call to ${deployment.outputs.AudioStreamName}.`);
    return calls;
  } finally {
    s3.destroy();
    kinesis.destroy();
  }
}

async function settle(cloud: LocalCloud): Promise<LocalStatus> {
  const bar = progressBar(process.stderr, "results");
  const watching = setInterval(() => {
    void cloud.status().then(({ metrics }) => bar.update(sumOf(metrics, "ResultsPublished"), undefined), () => undefined);
  }, 250);
  try {
    return await cloud.settled({ timeoutMs: SETTLE_TIMEOUT_MS });
  } finally {
    clearInterval(watching);
    bar.finish();
  }
}

async function collect(deployment: DemoDeployment, status: LocalStatus, dataFolder: string, callsSent: number): Promise<Omit<DemoFigures, "source" | "unreadable" | "elapsed">> {
  const { clientConfiguration, outputs } = deployment;
  const warehouse = new RedshiftDataClient(clientConfiguration);
  const s3 = new S3Client(clientConfiguration);
  const sqs = new SQSClient(clientConfiguration);
  try {
    const { delivered, texts: rows, ...answers } = await askWarehouse(warehouse, deployment);
    const rejected = await listRejectedObjects(s3, outputs.RejectsBucketName);
    // Named after the stream or queue they were on: a call's are none of the records put on the text stream.
    const ofTexts = rejected.filter(({ key, reason }) => reason === FAILED_BATCH || (key.split("/").at(-1) ?? "").startsWith(outputs.TextStreamName));
    const reasons = await countReasons(s3, outputs.RejectsBucketName, ofTexts);
    const others = rejected.filter((one) => !ofTexts.includes(one));
    if (others.length > 0) console.error(`${plural(others.length, "reject")} of calls: ${[...new Set(others.map(({ reason }) => reason))].join(", ")} (npx valence rejects).`);
    const letters = waitingIn(await countAllDeadLetters(sqs, jobQueues(outputs)));
    const lakeFolder = join(dataFolder, "s3", outputs.LakeBucketName);
    const files = parquetFiles(lakeFolder);
    return {
      ...answers,
      calls: { sent: callsSent, heard: await heardCalls(s3, warehouse, deployment) },
      fused: callsSent === 0 ? undefined : await fusedCalls(warehouse, deployment),
      alerts: raisedAlerts(dataFolder, outputs.AlertsTopicArn),
      accounting: {
        received: status.streams[outputs.TextStreamName]?.records ?? 0,
        rows,
        rejects: reasons.reduce((sum, { records }) => sum + records, 0),
        dropped: sumOf(status.metrics, "RecordsRepeated"),
        merged: delivered - rows,
        deadLetters: letters,
      },
      rejectReasons: reasons,
      parquetFiles: files.length,
      parquetLabels: await labelsInParquet(files),
      functions: Object.entries(status.functions).map(([name, { invocations, errors }]) => ({ name, invocations, errors })),
      denied: status.denied,
      places: {
        dataFolder: fromHere(dataFolder),
        alerts: fromHere(alertsFile(dataFolder, outputs.AlertsTopicArn)),
        parquetFolder: fromHere(files[0] === undefined ? lakeFolder : dirname(dirname(files[0]))),
        picture: fromHere(join(dataFolder, "report.html")),
      },
    };
  } finally {
    for (const client of [warehouse, s3, sqs]) client.destroy();
  }
}

async function countReasons(s3: S3Client, bucket: string, rejected: readonly RejectedObject[]): Promise<DemoFigures["rejectReasons"]> {
  const counts = new Map<string, number>();
  for (const { key, reason } of rejected) {
    // A reject is one record; a batch that Lambda gave up holds as many as it had.
    const records = reason === FAILED_BATCH ? parseFailedBatch(key, await readObject(s3, bucket, key)).records.length : 1;
    counts.set(reason, (counts.get(reason) ?? 0) + records);
  }
  return [...counts].map(([reason, records]) => ({ reason, records })).sort((a, b) => b.records - a.records || a.reason.localeCompare(b.reason));
}

/** Sums a metric over its dimensions: `RecordsRejected{reason=not_json}` and its like. */
function sumOf(metrics: Record<string, number>, name: string): number {
  return Object.entries(metrics).reduce((sum, [key, value]) => (key === name || key.startsWith(`${name}{`) ? sum + value : sum), 0);
}

function fromHere(path: string): string {
  return relative(process.cwd(), path) || ".";
}

function writePicture(figures: DemoFigures): void {
  const path = resolve(figures.places.picture);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, htmlReport(figures));
  console.error(`Wrote ${figures.places.picture} (${count(figures.accounting.rows)} rows).`);
}
