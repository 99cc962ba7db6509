import { CopyObjectCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { jobQueues, queueNamed } from "./job-queues.ts";
import { putRecords } from "./put-records.ts";
import type { RecordToPut } from "./put-records.ts";
import { FAILED_BATCH, parseFailedBatch, parseReject, readObject, REPLAYED_PREFIX } from "./rejected-objects.ts";
import type { RejectedObject } from "./rejected-objects.ts";

export const REPLAY_OUTPUTS = ["TextStreamName", "RejectsBucketName", "TextJobsQueueUrl", "TextJobsDeadLetterQueueUrl"] as const;
export type ReplayDeployment = Deployment<(typeof REPLAY_OUTPUTS)[number]>;

export interface ReplayClients {
  s3: S3Client;
  sqs: SQSClient;
  kinesis: KinesisClient;
}

/**
 * Sends what the object holds back to where it came from, byte by byte with the same partition key, then moves the object
 * to `replayed/`. In this order an interruption can only send twice, never lose: the same id makes the same row.
 * Returns the number of records sent.
 */
export async function replayObject(clients: ReplayClients, deployment: ReplayDeployment, object: RejectedObject): Promise<number> {
  const bucket = deployment.outputs.RejectsBucketName;
  const text = await readObject(clients.s3, bucket, object.key);
  const sent = object.reason === FAILED_BATCH ? await resendBatch(clients, object.key, text) : await resendReject(clients, deployment, object.key, text);
  const source = `${bucket}/${object.key.split("/").map(encodeURIComponent).join("/")}`;
  await clients.s3.send(new CopyObjectCommand({ Bucket: bucket, Key: `${REPLAYED_PREFIX}${object.key}`, CopySource: source }));
  await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: object.key }));
  return sent;
}

async function resendReject(clients: ReplayClients, deployment: ReplayDeployment, key: string, text: string): Promise<number> {
  const reject = parseReject(key, text);
  const data = Buffer.from(reject.record, "base64");
  if (reject.source.kind === "sqs") {
    const { queueArn } = reject.source;
    const queue = queueNamed(jobQueues(deployment.outputs), queueArn);
    if (queue === undefined) throw new CommandError(`It came from ${queueArn}, which is no queue of this stage any more; the object stays.`);
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: data.toString("utf8") }));
    return 1;
  }
  const { partitionKey, streamArn } = reject.source;
  return resend(clients.kinesis, streamArn, [{ data, partitionKey, origin: key }]);
}

async function resendBatch(clients: ReplayClients, key: string, text: string): Promise<number> {
  const batch = parseFailedBatch(key, text);
  const records = batch.records.map(({ data, partitionKey, sequenceNumber }) => ({ data, partitionKey, origin: sequenceNumber }));
  return resend(clients.kinesis, batch.streamArn, records);
}

async function resend(client: KinesisClient, streamArn: string, records: readonly RecordToPut[]): Promise<number> {
  const reasons: string[] = [];
  const stream = streamArn.slice(streamArn.lastIndexOf("/") + 1);
  const progress = await putRecords(client, records, { stream, onFailure: ({ origin }, reason) => reasons.push(`${origin}: ${reason}`) });
  if (progress.failed > 0) throw new CommandError(`${progress.failed} of ${records.length} records could not be sent (${reasons[0]}); the object stays.`);
  return progress.acknowledged;
}
