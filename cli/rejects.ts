import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { EXIT } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { countAllDeadLetters, waitingIn } from "./dead-letters.ts";
import { findDeployment } from "./deployment.ts";
import type { TargetOptions } from "./deployment.ts";
import { jobQueues } from "./job-queues.ts";
import { printRows } from "./print-rows.ts";
import type { RowFormat } from "./print-rows.ts";
import { FAILED_BATCHES_PREFIX, FAILED_BATCH, listRejectedObjects, parseFailedBatch, parseReject, readObject } from "./rejected-objects.ts";
import type { RejectedObject } from "./rejected-objects.ts";
import type { Column } from "./table.ts";
import { bytes, count, painter, plural } from "./terminal.ts";

export interface RejectsOptions extends TargetOptions {
  reason?: string;
  limit: number;
  show?: string;
  format: RowFormat;
}

const COLUMNS: Column[] = [
  { name: "stored", align: "left" },
  { name: "reason", align: "left" },
  { name: "detail", align: "left" },
  { name: "key", align: "left" },
];

/** `valence rejects`: how many of which reason, the newest, or one whole. */
export async function showRejects(options: RejectsOptions): Promise<ExitCode> {
  const deployment = await findDeployment(options, ["RejectsBucketName", "TextJobsQueueUrl", "TextJobsDeadLetterQueueUrl"]);
  const bucket = deployment.outputs.RejectsBucketName;
  const s3 = new S3Client(deployment.clientConfiguration);
  const sqs = new SQSClient(deployment.clientConfiguration);
  try {
    if (options.show !== undefined) {
      console.log(describeWhole(options.show, await readObject(s3, bucket, options.show)));
      return EXIT.ok;
    }
    const all = await listRejectedObjects(s3, bucket);
    const chosen = all.filter(({ reason }) => options.reason === undefined || reason === options.reason);
    if (options.format === "table") {
      printCounts(all, waitingIn(await countAllDeadLetters(sqs, jobQueues(deployment.outputs))));
      if (chosen.length === 0) {
        if (options.reason !== undefined) console.log(`None with the reason ${options.reason}.`);
        return EXIT.ok;
      }
      console.log(`\n${painter(process.stdout)("bold", `The newest ${Math.min(options.limit, chosen.length)} of ${count(chosen.length)}`)}`);
    }
    const newest = chosen.slice(0, options.limit);
    const rows = await Promise.all(
      newest.map(async (object) => [
        `${object.storedAt.toISOString().slice(0, 19).replace("T", " ")}Z`,
        object.reason,
        describe(object, await readObject(s3, bucket, object.key)),
        object.key,
      ]),
    );
    if (options.format === "table") printList(rows);
    else printRows(COLUMNS, rows, options.format);
    return EXIT.ok;
  } finally {
    s3.destroy();
    sqs.destroy();
  }
}

function printCounts(objects: readonly RejectedObject[], deadLetters: number): void {
  const paint = painter(process.stdout);
  const reasons = groupByReason(objects);
  if (objects.length === 0 && deadLetters === 0) {
    console.log("Nothing was rejected, and no dead letters are waiting.");
    return;
  }
  for (const [reason, group] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
    const what = reason === FAILED_BATCH ? "batches that Lambda gave up" : "";
    console.log(`${count(group.length).padStart(8)}  ${paint("bold", reason.padEnd(22))} ${what}`.trimEnd());
  }
  if (deadLetters > 0) console.log(`${count(deadLetters).padStart(8)}  ${paint("bold", "dead letters".padEnd(22))} in the queue of text jobs`);
}

function groupByReason(objects: readonly RejectedObject[]): Map<string, RejectedObject[]> {
  const groups = new Map<string, RejectedObject[]>();
  for (const object of objects) groups.set(object.reason, [...(groups.get(object.reason) ?? []), object]);
  return groups;
}

function printList(rows: readonly string[][]): void {
  const paint = painter(process.stdout);
  for (const [stored = "", reason = "", detail = "", key = ""] of rows) {
    console.log(`\n${paint("dim", stored)}  ${paint("bold", reason)}  ${detail}`);
    console.log(`  ${key}`);
  }
  console.log(paint("dim", "\nOne whole: npx valence rejects --show KEY    Send again: npx valence replay"));
}

function describe(object: RejectedObject, text: string): string {
  if (object.reason !== FAILED_BATCH) return parseReject(object.key, text).detail;
  const batch = parseFailedBatch(object.key, text);
  return `${batch.condition}: ${plural(batch.records.length, "record")} of ${batch.shardId}`;
}

function describeWhole(key: string, text: string): string {
  if (key.startsWith(FAILED_BATCHES_PREFIX)) {
    const { records, ...batch } = parseFailedBatch(key, text);
    return JSON.stringify({ ...batch, records: records.map((record) => ({ ...record, data: readable(record.data) })) }, null, 2);
  }
  const { record, ...reject } = parseReject(key, text);
  return JSON.stringify({ ...reject, record: readable(Buffer.from(record, "base64")) }, null, 2);
}

/** The words if they are words, otherwise the start of the bytes in hexadecimal. */
function readable(data: Buffer): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(data);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  } catch {
    return `${bytes(data.length)}, not UTF-8, in hexadecimal: ${data.subarray(0, 256).toString("hex")}${data.length > 256 ? " …" : ""}`;
  }
}
