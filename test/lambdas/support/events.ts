import type { Context, KinesisStreamEvent, KinesisStreamRecord, SQSEvent, SQSRecord } from "aws-lambda";
import { TEXT_JOB_VERSION, type TextJob } from "../../../core/contracts/text-job.ts";
import { TEXT_RECORD_VERSION, type TextRecord } from "../../../core/contracts/text-record.ts";

export const TEXT_STREAM_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/valence-test-text";
export const TEXT_JOBS_QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:valence-test-text-jobs";

export function textRecord(overrides: Partial<TextRecord> = {}): TextRecord {
  return {
    schema: TEXT_RECORD_VERSION,
    id: "record-1",
    channel: "chat",
    language: "en",
    text: "The new app is lovely, thank you!",
    occurredAt: "2026-03-02T09:00:00Z",
    ...overrides,
  };
}

/** A record as Lambda hands it over; sequence numbers ascend with `position`. */
export function kinesisRecord(data: Buffer | string | TextRecord, position = 0): KinesisStreamRecord {
  const bytes = Buffer.isBuffer(data) ? data : Buffer.from(typeof data === "string" ? data : JSON.stringify(data));
  const sequenceNumber = sequenceNumberAt(position);
  return {
    awsRegion: "us-east-1",
    eventID: `shardId-000000000003:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    eventSource: "aws:kinesis",
    eventSourceARN: TEXT_STREAM_ARN,
    eventVersion: "1.0",
    invokeIdentityArn: "arn:aws:iam::123456789012:role/text-preprocessor",
    kinesis: {
      approximateArrivalTimestamp: 1_772_442_000.123 + position,
      data: bytes.toString("base64"),
      kinesisSchemaVersion: "1.0",
      partitionKey: `key-${position}`,
      sequenceNumber,
    },
  };
}

export function sequenceNumberAt(position: number): string {
  return `4966000000000000000000000000000000000000000000000${String(position).padStart(7, "0")}`;
}

export function kinesisEvent(records: readonly (Buffer | string | TextRecord)[]): KinesisStreamEvent {
  return { Records: records.map((record, position) => kinesisRecord(record, position)) };
}

export function textJob(overrides: Partial<TextJob> = {}): TextJob {
  return {
    schema: TEXT_JOB_VERSION,
    id: "record-1",
    conversationId: "conversation-1",
    channel: "chat",
    language: "en",
    occurredAt: "2026-03-02T09:00:00Z",
    segment: { index: 0 },
    text: "The new app is lovely, thank you!",
    route: "text",
    flags: [],
    arrivedAt: "2026-03-02T09:00:00.123Z",
    ...overrides,
  };
}

export function sqsRecord(body: string | TextJob, position = 0): SQSRecord {
  return {
    messageId: `message-${position}`,
    receiptHandle: `receipt-${position}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1772442000123",
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: "1772442000456",
    },
    messageAttributes: {},
    md5OfBody: "not checked",
    eventSource: "aws:sqs",
    eventSourceARN: TEXT_JOBS_QUEUE_ARN,
    awsRegion: "us-east-1",
  };
}

export function sqsEvent(bodies: readonly (string | TextJob)[]): SQSEvent {
  return { Records: bodies.map((body, position) => sqsRecord(body, position)) };
}

export function lambdaContext(remainingMs = 60_000): Context {
  const end = Date.now() + remainingMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "valence-test-function",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:valence-test-function",
    memoryLimitInMB: "512",
    awsRequestId: "00000000-0000-0000-0000-000000000000",
    logGroupName: "/aws/lambda/valence-test-function",
    logStreamName: "test",
    getRemainingTimeInMillis: () => end - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
