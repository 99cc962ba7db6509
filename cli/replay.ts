import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { CommandError, EXIT } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { countAllDeadLetters, redriveDeadLetters, waitingIn } from "./dead-letters.ts";
import { findDeployment } from "./deployment.ts";
import type { TargetOptions } from "./deployment.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { type JobQueue, jobQueues, queueName } from "./job-queues.ts";
import { FAILED_BATCH, listRejectedObjects, REPLAYED_PREFIX } from "./rejected-objects.ts";
import type { RejectedObject } from "./rejected-objects.ts";
import { REPLAY_OUTPUTS, replayObject } from "./replay-object.ts";
import type { ReplayClients, ReplayDeployment } from "./replay-object.ts";
import { count, painter, plural } from "./terminal.ts";

export interface ReplayOptions extends TargetOptions {
  reason?: string;
  key?: string[];
  yes?: boolean;
}

/** The "reason" under which dead letters are chosen with --reason. */
const DEAD_LETTERS = "dead_letters";

const OBJECTS_AT_ONCE = 8;

/** `valence replay`: rejects, failed batches and dead letters back to where they came from; a dry run without --yes. */
export async function replay(options: ReplayOptions): Promise<ExitCode> {
  const deployment = await findDeployment(options, REPLAY_OUTPUTS);
  const clients: ReplayClients = {
    s3: new S3Client(deployment.clientConfiguration),
    sqs: new SQSClient(deployment.clientConfiguration),
    kinesis: new KinesisClient(deployment.clientConfiguration),
  };
  try {
    return await replayWith(clients, deployment, options);
  } finally {
    clients.s3.destroy();
    clients.sqs.destroy();
    clients.kinesis.destroy();
  }
}

/** The replay itself, with clients that are there already. */
export async function replayWith(clients: ReplayClients, deployment: ReplayDeployment, options: ReplayOptions): Promise<ExitCode> {
  const objects = choose(await listRejectedObjects(clients.s3, deployment.outputs.RejectsBucketName), options);
  const withLetters = options.key === undefined && (options.reason ?? DEAD_LETTERS) === DEAD_LETTERS;
  const queues = jobQueues(deployment.outputs);
  const dead = (withLetters ? await countAllDeadLetters(clients.sqs, queues) : []).filter(({ letters }) => letters.waiting > 0);
  if (objects.length === 0 && waitingIn(dead) === 0) {
    console.log("There is nothing to replay.");
    return EXIT.ok;
  }
  console.log(plan(objects, dead, queues, deployment));
  if (!options.yes) {
    console.log(`\nThis was a dry run: nothing was sent. Do it with --yes. What is still broken will be rejected again.`);
    return EXIT.ok;
  }
  const failed = objects.length === 0 ? 0 : await replayObjects(clients, deployment, objects);
  for (const { queue, letters } of dead) {
    const moved = await redriveDeadLetters(clients.sqs, letters, queue.url);
    if (moved === undefined) console.log("SQS is still moving dead letters back to the queue; `npx valence rejects` shows how many are left.");
    else console.log(`${plural(moved, "dead letter")} moved back to ${queue.name}.`);
  }
  return failed > 0 ? EXIT.inputFailed : EXIT.ok;
}

function choose(objects: readonly RejectedObject[], options: ReplayOptions): RejectedObject[] {
  const keys = options.key && new Set(options.key);
  const chosen = objects.filter(
    ({ key, reason }) => (keys === undefined || keys.has(key)) && (options.reason === undefined || reason === options.reason),
  );
  const unknown = [...(keys ?? [])].filter((key) => !chosen.some((object) => object.key === key));
  if (unknown.length > 0) {
    throw new CommandError(`Not among the rejects: ${unknown.join(", ")}. What was replayed already lies under ${REPLAYED_PREFIX}.`, EXIT.usage);
  }
  return chosen;
}

function plan(objects: readonly RejectedObject[], dead: Awaited<ReturnType<typeof countAllDeadLetters>>, queues: readonly JobQueue[], { outputs }: ReplayDeployment): string {
  const counts = new Map<string, number>();
  for (const { key, reason } of objects) {
    // A reject's key says where it arrived (core/contracts/reject.ts); a batch that Lambda gave up says so inside.
    const [, source = ""] = /\/([^/]+)\.json$/u.exec(key) ?? [];
    const stream = [outputs.TextStreamName, outputs.AudioStreamName].find((name) => name !== undefined && source.startsWith(`${name}-shardId-`));
    const queue = queues.find((one) => source.startsWith(`${queueName(one)}-`));
    const line = `${reason.padEnd(22)} → ${reason === FAILED_BATCH ? "the stream it came from" : (stream ?? queue?.name ?? "where it came from")}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = [...counts].map(([line, number]) => `${count(number).padStart(8)}  ${line}`);
  for (const { queue, letters } of dead) lines.push(`${count(letters.waiting).padStart(8)}  ${DEAD_LETTERS.padEnd(22)} → ${queue.name}`);
  return [painter(process.stdout)("bold", "To be sent again"), ...lines].join("\n");
}

/** Returns how many objects failed; those stay where they are. */
async function replayObjects(clients: ReplayClients, deployment: ReplayDeployment, objects: readonly RejectedObject[]): Promise<number> {
  const interrupt = abortOnInterrupt("Finishing what is in flight; press Ctrl-C again to leave at once.");
  const waiting = [...objects];
  let records = 0;
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let object = waiting.shift(); object !== undefined && !interrupt.signal.aborted; object = waiting.shift()) {
      try {
        const sent = await replayObject(clients, deployment, object);
        records += sent;
      } catch (error) {
        failed += 1;
        console.error(`${object.key}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, work));
  interrupt.release();
  const left = interrupt.signal.aborted ? ` ${plural(waiting.length, "object")} not reached: run it again.` : "";
  console.log(`${plural(records, "record")} of ${plural(objects.length - waiting.length - failed, "object")} sent again; ${count(failed)} failed.${left}`);
  return failed + waiting.length;
}
