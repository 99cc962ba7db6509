import { z } from "zod";

const StreamShape = {
  StreamName: z.string().min(1).max(128).regex(/^[a-zA-Z0-9_.-]+$/u, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+").optional(),
  StreamARN: z.string().max(2048).optional(),
};

const RecordShape = {
  Data: z.string(),
  PartitionKey: z.string().min(1, "Member must have length greater than or equal to 1").max(256, "Member must have length less than or equal to 256"),
  ExplicitHashKey: z.string().nullish(),
};

/** The requests of Kinesis' JSON protocol, as far as they are read here; unknown fields pass, as in the service. */
export const KINESIS_REQUESTS = {
  PutRecord: z.object({ ...StreamShape, ...RecordShape, SequenceNumberForOrdering: z.string().nullish() }),
  PutRecords: z.object({
    ...StreamShape,
    Records: z.array(z.object(RecordShape)).min(1, "Member must have length greater than or equal to 1").max(500, "Member must have length less than or equal to 500"),
  }),
  GetShardIterator: z.object({
    ...StreamShape,
    ShardId: z.string().min(1).max(128),
    ShardIteratorType: z.enum(["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
    StartingSequenceNumber: z.string().nullish(),
    Timestamp: z.number().nullish(),
  }),
  GetRecords: z.object({ ...StreamShape, ShardIterator: z.string().min(1).max(2048), Limit: z.int().min(1).max(10_000).nullish() }),
  ListShards: z.object({ ...StreamShape, NextToken: z.string().nullish(), ExclusiveStartShardId: z.string().nullish(), MaxResults: z.int().min(1).max(10_000).nullish() }),
  DescribeStream: z.object({ ...StreamShape, Limit: z.int().min(1).max(10_000).nullish(), ExclusiveStartShardId: z.string().nullish() }),
  DescribeStreamSummary: z.object({ ...StreamShape }),
  ListStreams: z.object({ Limit: z.int().min(1).max(10_000).nullish(), ExclusiveStartStreamName: z.string().nullish(), NextToken: z.string().nullish() }),
} as const;

export type KinesisOperation = keyof typeof KINESIS_REQUESTS;
export type KinesisInput<Operation extends KinesisOperation> = z.infer<(typeof KINESIS_REQUESTS)[Operation]>;

export function isKinesisOperation(name: string | undefined): name is KinesisOperation {
  return name !== undefined && Object.hasOwn(KINESIS_REQUESTS, name);
}
