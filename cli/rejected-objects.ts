import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { REJECTS_PREFIX, RejectSchema } from "../core/contracts/reject.ts";
import type { Reject } from "../core/contracts/reject.ts";
import { CommandError } from "./command-error.ts";

/** Where Lambda's own on-failure destination writes batches that it gave up. */
export const FAILED_BATCHES_PREFIX = "aws/lambda/";

/** Where objects go once they were sent again. */
export const REPLAYED_PREFIX = "replayed/";

/** The reason under which a batch that Lambda gave up is listed. */
export const FAILED_BATCH = "failed_batch";

export interface RejectedObject {
  key: string;
  /** A reason code of the contract, or `failed_batch`. */
  reason: string;
  size: number;
  storedAt: Date;
}

/** Every reject and failed batch in the bucket, newest first. */
export async function listRejectedObjects(client: S3Client, bucket: string): Promise<RejectedObject[]> {
  const objects: RejectedObject[] = [];
  for (const prefix of [REJECTS_PREFIX, FAILED_BATCHES_PREFIX]) {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined) continue;
        const reason = prefix === REJECTS_PREFIX ? (Key.slice(prefix.length).split("/", 1)[0] ?? "") : FAILED_BATCH;
        objects.push({ key: Key, reason, size: Size ?? 0, storedAt: LastModified ?? new Date(0) });
      }
    }
  }
  return objects.sort((a, b) => b.storedAt.getTime() - a.storedAt.getTime() || a.key.localeCompare(b.key));
}

/** The object's text. @throws CommandError when there is no such object. */
export async function readObject(client: S3Client, bucket: string, key: string): Promise<string> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString("utf8")) ?? "";
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") {
      throw new CommandError(`There is no object ${key} in ${bucket}. \`npx valence rejects\` lists the keys; replayed ones moved to ${REPLAYED_PREFIX}.`);
    }
    throw error;
  }
}

export function parseReject(key: string, text: string): Reject {
  return parseAs(RejectSchema, key, text);
}

/** What Lambda writes to S3 for a batch of a stream that it gave up: the event is a JSON text inside `payload`. */
const FailedBatchSchema = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z.string(), approximateInvokeCount: z.number().optional() }),
  KinesisBatchInfo: z.object({ streamArn: z.string(), shardId: z.string(), batchSize: z.number() }),
  payload: z.union([z.string(), z.object({ Records: z.array(z.unknown()) })]),
});

const KinesisEventSchema = z.object({
  Records: z.array(z.object({ kinesis: z.object({ data: z.base64(), partitionKey: z.string(), sequenceNumber: z.string() }) })),
});

export interface FailedBatch {
  condition: string;
  functionArn: string;
  streamArn: string;
  shardId: string;
  records: { data: Buffer; partitionKey: string; sequenceNumber: string }[];
}

export function parseFailedBatch(key: string, text: string): FailedBatch {
  const batch = parseAs(FailedBatchSchema, key, text);
  const payload = typeof batch.payload === "string" ? batch.payload : JSON.stringify(batch.payload);
  const event = parseAs(KinesisEventSchema, `${key} (payload)`, payload);
  return {
    condition: batch.requestContext.condition,
    functionArn: batch.requestContext.functionArn,
    streamArn: batch.KinesisBatchInfo.streamArn,
    shardId: batch.KinesisBatchInfo.shardId,
    records: event.Records.map(({ kinesis }) => ({
      data: Buffer.from(kinesis.data, "base64"),
      partitionKey: kinesis.partitionKey,
      sequenceNumber: kinesis.sequenceNumber,
    })),
  };
}

function parseAs<Schema extends z.ZodType>(schema: Schema, what: string, text: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${what} is not JSON.`, undefined, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CommandError(`${what} is not in a form this version reads: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
