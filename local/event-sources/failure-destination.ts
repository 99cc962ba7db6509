import { randomUUID } from "node:crypto";
import type { StoredRecord } from "../kinesis/kinesis-engine.ts";
import type { StorageEngines } from "../storage-engines.ts";

export interface DiscardedBatch {
  records: readonly StoredRecord[];
  shardId: string;
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  /** Of the last invocation; `undefined` when the records were never tried. */
  requestId: string | undefined;
  invokeCount: number;
  functionError: string | undefined;
  /** The whole event, as JSON. */
  event: string;
}

export interface DestinationOwner {
  mappingUuid: string;
  functionArn: string;
  streamArn: string;
}

/** Where Lambda leaves a batch it gives up, in its own key and JSON. Only S3 keeps the records themselves. */
export async function sendToFailureDestination(
  destinationArn: string,
  batch: DiscardedBatch,
  owner: DestinationOwner,
  engines: Pick<StorageEngines, "s3" | "sqs">,
): Promise<void> {
  const now = new Date();
  const [, , service, , , name = ""] = destinationArn.split(":");
  const metadata = invocationRecord(batch, owner, now);
  if (service === "s3") {
    const day = now.toISOString().slice(0, 10);
    const time = now.toISOString().slice(11, 19).replaceAll(":", ".");
    const key = `aws/lambda/${owner.mappingUuid}/${batch.shardId}/${day.replaceAll("-", "/")}/${day}T${time}-${randomUUID()}`;
    await engines.s3.put(name, key, Buffer.from(JSON.stringify({ ...metadata, payload: batch.event })), { contentType: "application/json" });
    return;
  }
  engines.sqs.send(name, [{ body: JSON.stringify(metadata) }]);
}

function invocationRecord(batch: DiscardedBatch, owner: DestinationOwner, now: Date): object {
  const first = batch.records[0];
  const last = batch.records.at(-1);
  return {
    requestContext: {
      requestId: batch.requestId ?? randomUUID(),
      functionArn: owner.functionArn,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(batch.requestId === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            functionError: batch.functionError ?? null,
          },
        }),
    version: "1.0",
    timestamp: now.toISOString(),
    KinesisBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first?.arrivedAt ?? 0).toISOString(),
      approximateArrivalOfLastRecord: new Date(last?.arrivedAt ?? 0).toISOString(),
      batchSize: batch.records.length,
      streamArn: owner.streamArn,
    },
  };
}
