import { join } from "node:path";
import { z } from "zod";
import { encryptionKeyArn } from "./assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "./assembly/local-application.ts";
import { readProperties } from "./assembly/read-properties.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./assembly/pseudo-parameters.ts";
import { KinesisEngine } from "./kinesis/kinesis-engine.ts";
import { S3Engine } from "./s3/s3-engine.ts";
import { SnsEngine } from "./sns/sns-engine.ts";
import { topicDefinitions } from "./sns/topic-definition.ts";
import { SqsEngine } from "./sqs/sqs-engine.ts";

export interface StorageEngines {
  kinesis: KinesisEngine;
  sqs: SqsEngine;
  s3: S3Engine;
  sns: SnsEngine;
}

const count = z.coerce.number().int();

const StreamSchema = z.looseObject({
  ShardCount: count.optional(),
  RetentionPeriodHours: count.default(24),
  StreamModeDetails: z.looseObject({ StreamMode: z.enum(["ON_DEMAND", "PROVISIONED"]) }).optional(),
});

const RedriveSchema = z.looseObject({ deadLetterTargetArn: z.string(), maxReceiveCount: count });
const QueueSchema = z.looseObject({
  VisibilityTimeout: count.default(30),
  MessageRetentionPeriod: count.default(345_600),
  DelaySeconds: count.default(0),
  FifoQueue: z.literal(false, "FIFO queues are not known to the local run").optional(),
  RedrivePolicy: z.union([RedriveSchema, z.string().transform((text) => RedriveSchema.parse(JSON.parse(text)))]).optional(),
});

// What an on-demand stream starts with.
const ON_DEMAND_SHARDS = 4;

/** Opens the engines and makes the templates' streams, queues, buckets and topics in them; what they held stays. */
export function openStorageEngines(application: LocalApplication, dataFolder: string): StorageEngines {
  const place = { region: LOCAL_REGION, accountId: LOCAL_ACCOUNT_ID };
  const kinesis = new KinesisEngine({ folder: join(dataFolder, "kinesis"), keysFolder: join(dataFolder, "keys"), ...place });
  const sqs = new SqsEngine({ folder: join(dataFolder, "sqs"), ...place });
  const s3 = new S3Engine({ folder: join(dataFolder, "s3") });
  for (const stream of application.ofType("AWS::Kinesis::Stream")) {
    const { ShardCount, RetentionPeriodHours, StreamModeDetails } = readProperties(stream, StreamSchema);
    const shardCount = StreamModeDetails?.StreamMode === "ON_DEMAND" ? ON_DEMAND_SHARDS : (ShardCount ?? 1);
    kinesis.createStream({ name: stream.id, shardCount, retentionHours: RetentionPeriodHours, ...keyOf(stream) });
  }
  for (const queue of application.ofType("AWS::SQS::Queue")) {
    const { VisibilityTimeout, MessageRetentionPeriod, DelaySeconds, RedrivePolicy } = readProperties(queue, QueueSchema);
    sqs.createQueue({
      name: queueName(queue),
      visibilityTimeoutSeconds: VisibilityTimeout,
      retentionSeconds: MessageRetentionPeriod,
      delaySeconds: DelaySeconds,
      ...(RedrivePolicy === undefined ? {} : { redrive: { deadLetterQueueArn: RedrivePolicy.deadLetterTargetArn, maxReceiveCount: RedrivePolicy.maxReceiveCount } }),
      ...keyOf(queue),
    });
  }
  for (const bucket of application.ofType("AWS::S3::Bucket")) s3.createBucket({ name: bucket.id, ...keyOf(bucket) });
  return { kinesis, sqs, s3, sns: new SnsEngine(join(dataFolder, "sns"), topicDefinitions(application), sqs) };
}

export function queueName(queue: LocalResource): string {
  return String(queue.attribute("QueueName"));
}

function keyOf(resource: LocalResource): { kmsKeyArn?: string } {
  const kmsKeyArn = encryptionKeyArn(resource);
  return kmsKeyArn === undefined ? {} : { kmsKeyArn };
}
