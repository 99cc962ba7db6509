import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { deliverInBatches } from "./deliver-in-batches.ts";
import { kinesisClient } from "./kinesis-client.ts";

/** PutRecords: 500 records and 10 MiB a call, partition keys included. More than two calls at once only meet the shards' own limit. */
const LIMITS = { entries: 500, bytes: 10 * 1024 * 1024, inFlight: 2 } as const;

interface ResultEntry {
  result: SentimentResult;
  data: Buffer;
}

/** @returns result → why it is not on the stream. An acknowledged result is absent. */
export async function putResults(streamName: string, results: readonly SentimentResult[], signal: AbortSignal): Promise<Map<SentimentResult, string>> {
  const undelivered = await deliverInBatches<ResultEntry>({
    entries: results.map((result) => ({ result, data: Buffer.from(JSON.stringify(result)) })),
    bytesOf: ({ result, data }) => data.length + Buffer.byteLength(result.conversationId),
    limits: LIMITS,
    signal,
    call: async (batch, abortSignal) => {
      const command = new PutRecordsCommand({
        StreamName: streamName,
        // One conversation stays on one shard, in order.
        Records: batch.map(({ result, data }) => ({ Data: data, PartitionKey: result.conversationId })),
      });
      const answer = await (await kinesisClient()).send(command, { abortSignal });
      // Kinesis answers 200 even when it took nothing: only a sequence number says that a record was taken.
      return (answer.Records ?? []).map((record) =>
        record.SequenceNumber === undefined ? `${record.ErrorCode ?? "unknown"}: ${record.ErrorMessage ?? ""}` : undefined,
      );
    },
  });
  return new Map([...undelivered].map(([entry, reason]) => [entry.result, reason]));
}
