import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { StoredRecord } from "../kinesis/kinesis-engine.ts";

/** The event a function gets for a Kinesis batch, as JSON. */
export function kinesisEvent(records: readonly StoredRecord[], source: { arn: string; shardId: string; roleArn: string }): string {
  return JSON.stringify({
    Records: records.map((record) => ({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: record.partitionKey,
        sequenceNumber: record.sequenceNumber,
        data: record.data.toString("base64"),
        approximateArrivalTimestamp: record.arrivedAt / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${source.shardId}:${record.sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: source.roleArn,
      awsRegion: LOCAL_REGION,
      eventSourceARN: source.arn,
    })),
  });
}

/** An upper bound of what one record adds to the event, in bytes. */
export function eventBytes(record: StoredRecord): number {
  // Base64 makes 4 of 3; JSON may write a character of the partition key as six; the rest is fixed text and ARNs.
  return Math.ceil(record.data.length / 3) * 4 + record.partitionKey.length * 6 + 800;
}
