import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { deliverInBatches } from "./deliver-in-batches.ts";
import { sqsClient } from "./sqs-client.ts";

/** SQS's limit for one message and for all bodies of a batch together. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** A call takes 10 entries, so a full Lambda batch is a thousand calls: eight at once keep it under a few seconds. */
const LIMITS = { entries: 10, bytes: MAX_MESSAGE_BYTES, inFlight: 8 } as const;

export interface JobMessage {
  body: string;
  bytes: number;
  /** Seconds, 0 to 900, until the message can be received; the queue's own delay when absent. */
  delaySeconds?: number;
}

/** A job as an SQS body. Check `bytes` against MAX_MESSAGE_BYTES: normalisation can make a text longer. */
export function jobMessage(job: object, delaySeconds?: number): JobMessage {
  // JSON.stringify escapes control characters and lone surrogates; of what SQS refuses, these two are left.
  const body = JSON.stringify(job).replaceAll("\uFFFE", String.raw`\ufffe`).replaceAll("\uFFFF", String.raw`\uffff`);
  return { body, bytes: Buffer.byteLength(body), ...(delaySeconds !== undefined && { delaySeconds }) };
}

/** @returns message → why it is not on the queue. An acknowledged message is absent. */
export async function sendJobs(queueUrl: string, messages: readonly JobMessage[], signal: AbortSignal): Promise<Map<JobMessage, string>> {
  return deliverInBatches({
    entries: messages,
    bytesOf: (message) => message.bytes,
    limits: LIMITS,
    signal,
    call: async (batch, abortSignal) => {
      const command = new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map(({ body, delaySeconds }, index) => ({ Id: String(index), MessageBody: body, ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }) })),
      });
      const answer = await (await sqsClient()).send(command, { abortSignal });
      const sent = new Set(answer.Successful?.map((entry) => entry.Id));
      // Senders' faults are sent again too: SQS reports a throttled key of KMS as one.
      const reasons = new Map(answer.Failed?.map((entry) => [entry.Id, `${entry.Code ?? "unknown"}: ${entry.Message ?? ""}`]));
      return batch.map((_, index) => (sent.has(String(index)) ? undefined : (reasons.get(String(index)) ?? "not in SQS's answer")));
    },
  });
}
