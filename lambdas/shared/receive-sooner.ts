import { ChangeMessageVisibilityBatchCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { deliverInBatches } from "./deliver-in-batches.ts";
import { logger } from "./observability.ts";
import { sqsClient } from "./sqs-client.ts";

/** After the first try; twice as long after each further one. */
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 900;

const LIMITS = { entries: 10, bytes: Number.POSITIVE_INFINITY, inFlight: 2 } as const;

/**
 * Has the messages of failed jobs come again after half a minute to 15 minutes. Left alone, they come when the queue's visibility time-out is over:
 * six times the function's own, which is for batches that Lambda could not start. Never throws: what could not be changed comes then.
 *
 * @param records that the function reports as failed, with the queue's URL.
 */
export async function receiveSooner(queueUrl: string, records: readonly SQSRecord[], signal: AbortSignal): Promise<void> {
  const unchanged = await deliverInBatches({
    entries: records,
    bytesOf: () => 0,
    limits: LIMITS,
    signal,
    call: async (batch, abortSignal) => {
      const Entries = batch.map(({ attributes, receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: pauseSeconds(Number(attributes.ApproximateReceiveCount)) }));
      const answer = await (await sqsClient()).send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }), { abortSignal });
      const changed = new Set(answer.Successful?.map(({ Id }) => Id));
      const reasons = new Map(answer.Failed?.map(({ Code, Id, Message }) => [Id, `${Code ?? "unknown"}: ${Message ?? ""}`]));
      return batch.map((_, index) => (changed.has(String(index)) ? undefined : (reasons.get(String(index)) ?? "not in SQS's answer")));
    },
  });
  if (unchanged.size > 0) logger.warn("Some messages come again only when the queue's visibility time-out is over.", { messages: unchanged.size, reasons: [...new Set(unchanged.values())].slice(0, 3) });
}

function pauseSeconds(receives: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (receives - 1));
}
