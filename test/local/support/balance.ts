import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { RejectSchema } from "../../../core/contracts/reject.ts";
import type { LocalCloud } from "../../../local/local-cloud.ts";
import { OWNER_CREDENTIALS } from "./producer.ts";
import { query } from "./query.ts";
import type { TrafficRecord } from "./traffic.ts";

/** Where every record ended, as the outside can see it: SQL for rows, S3 for rejects, queues for what is stuck. */
export interface Balance {
  /** The producer's ids with a row in `valence.results`, and how many rows each has. */
  rowsById: Map<string, number>;
  /** Deliveries of results before the view keeps one for each `result_id`. */
  deliveredResults: number;
  rejectsByReason: Record<string, number>;
  deadLetters: number;
  /** Batches that Lambda gave up on, in the on-failure destination. */
  failedBatches: number;
  repeatsDropped: number;
}

export async function balanceOf(cloud: LocalCloud): Promise<Balance> {
  const status = await cloud.settled({ timeoutMs: 240_000 });
  const rows = await query(cloud.endpoint, "SELECT id, count(*) AS n FROM valence.results WHERE modality = 'text' GROUP BY id");
  const [[delivered] = []] = await query(cloud.endpoint, "SELECT count(*) AS n FROM valence.results_stream AS delivered WHERE delivered.payload.\"modality\"::varchar(32) = 'text'");
  const rejects = await listRejects(cloud);
  return {
    rowsById: new Map(rows.map(([id, n]) => [String(id), Number(n)])),
    deliveredResults: Number(delivered),
    rejectsByReason: rejects.byReason,
    deadLetters: status.queues["valence-local-text-jobs-dead-letters"]?.visible ?? Number.NaN,
    failedBatches: rejects.failedBatches,
    repeatsDropped: status.metrics["RecordsRepeated"] ?? 0,
  };
}

async function listRejects(cloud: LocalCloud): Promise<{ byReason: Record<string, number>; failedBatches: number }> {
  const bucket = cloud.outputs["RejectsBucketName"];
  const client = new S3Client({ endpoint: cloud.endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS, forcePathStyle: true });
  const keys: string[] = [];
  let page: string | undefined;
  do {
    const answer = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: page }));
    keys.push(...(answer.Contents ?? []).map(({ Key }) => Key ?? ""));
    page = answer.NextContinuationToken;
  } while (page !== undefined);
  const byReason: Record<string, number> = {};
  const sample = new Set<string>();
  for (const key of keys.filter((key) => key.startsWith("rejects/"))) {
    const reason = key.split("/")[1] ?? "";
    byReason[reason] = (byReason[reason] ?? 0) + 1;
    if (!sample.has(reason)) {
      // One of each reason is opened: the contract holds and the record is there, whole.
      const object = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      RejectSchema.parse(JSON.parse((await object.Body?.transformToString()) ?? ""));
      sample.add(reason);
    }
  }
  client.destroy();
  return { byReason, failedBatches: keys.filter((key) => key.startsWith("aws/lambda/")).length };
}

/** What the traffic says should come of it. */
export function expectedOf(traffic: readonly TrafficRecord[]): { ids: Set<string>; repeats: number; rejectsByReason: Record<string, number> } {
  const ids = new Set<string>();
  const rejectsByReason: Record<string, number> = {};
  let repeats = 0;
  for (const { expected } of traffic) {
    if (expected.kind === "row") ids.add(expected.id);
    if (expected.kind === "repeat") repeats += 1;
    if (expected.kind === "reject") rejectsByReason[expected.reason] = (rejectsByReason[expected.reason] ?? 0) + 1;
  }
  return { ids, repeats, rejectsByReason };
}
