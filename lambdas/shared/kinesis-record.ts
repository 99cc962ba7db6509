import type { KinesisStreamRecord } from "aws-lambda";
import { REJECT_VERSION, type Reject, type RejectReason, type RejectSource } from "../../core/contracts/reject.ts";

/** One record of a Kinesis event, decoded. */
export interface ArrivedRecord {
  data: Buffer;
  /** ISO 8601: when Kinesis took it. */
  arrivedAt: string;
  sequenceNumber: string;
  source: RejectSource;
}

export function readKinesisRecord(record: KinesisStreamRecord): ArrivedRecord {
  const { approximateArrivalTimestamp, data, partitionKey, sequenceNumber } = record.kinesis;
  const arrivedAt = new Date(Math.round(approximateArrivalTimestamp * 1_000)).toISOString();
  // eventID is `<shard id>:<sequence number>`; the shard is named nowhere else.
  const shardId = record.eventID.slice(0, record.eventID.lastIndexOf(":"));
  return {
    data: Buffer.from(data, "base64"),
    arrivedAt,
    sequenceNumber,
    source: { kind: "kinesis", streamArn: record.eventSourceARN, shardId, sequenceNumber, partitionKey, arrivedAt },
  };
}

export function rejectRecord(record: ArrivedRecord, reason: RejectReason, detail: string, rejectedBy: string): Reject {
  return { schema: REJECT_VERSION, reason, detail, rejectedBy, source: record.source, record: record.data.toString("base64") };
}
