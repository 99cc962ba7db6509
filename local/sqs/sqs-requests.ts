import { z } from "zod";
import { parseInput } from "../protocols/aws-json.ts";
import { ServiceError } from "../service.ts";

const QueueUrl = z.string().min(1);
const DelaySeconds = z.int().min(0).max(900).nullish();
const VisibilityTimeout = z.int().min(0).max(43_200);
const Names = z.array(z.string()).nullish();

const Attributes = z
  .record(
    z.string().min(1).max(256),
    z.object({
      DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/u, "must start with String, Number or Binary"),
      StringValue: z.string().nullish(),
      BinaryValue: z.string().nullish(),
    }),
  )
  .nullish();

const MessageShape = { MessageBody: z.string(), DelaySeconds, MessageAttributes: Attributes, MessageSystemAttributes: Attributes };
const Id = z.string();
const batch = <Entry extends z.ZodType>(entry: Entry) => z.object({ QueueUrl, Entries: z.array(entry).nullish() });

/** The requests of SQS' JSON protocol, as far as they are read here; the query protocol is brought into the same shape. */
export const SQS_REQUESTS = {
  SendMessage: z.object({ QueueUrl, ...MessageShape }),
  SendMessageBatch: batch(z.object({ Id, ...MessageShape })),
  ReceiveMessage: z.object({
    QueueUrl,
    MaxNumberOfMessages: z.int().min(1).max(10).nullish(),
    VisibilityTimeout: VisibilityTimeout.nullish(),
    WaitTimeSeconds: z.int().min(0).max(20).nullish(),
    AttributeNames: Names,
    MessageSystemAttributeNames: Names,
    MessageAttributeNames: Names,
  }),
  DeleteMessage: z.object({ QueueUrl, ReceiptHandle: z.string() }),
  DeleteMessageBatch: batch(z.object({ Id, ReceiptHandle: z.string() })),
  ChangeMessageVisibility: z.object({ QueueUrl, ReceiptHandle: z.string(), VisibilityTimeout }),
  ChangeMessageVisibilityBatch: batch(z.object({ Id, ReceiptHandle: z.string(), VisibilityTimeout: VisibilityTimeout.nullish() })),
  GetQueueUrl: z.object({ QueueName: z.string().min(1) }),
  GetQueueAttributes: z.object({ QueueUrl, AttributeNames: Names }),
  ListQueues: z.object({ QueueNamePrefix: z.string().nullish(), MaxResults: z.int().min(1).max(1000).nullish(), NextToken: z.string().nullish() }),
  ListDeadLetterSourceQueues: z.object({ QueueUrl }),
  PurgeQueue: z.object({ QueueUrl }),
  StartMessageMoveTask: z.object({ SourceArn: z.string(), DestinationArn: z.string().nullish(), MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).nullish() }),
  ListMessageMoveTasks: z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).nullish() }),
} as const;

export type SqsOperation = keyof typeof SQS_REQUESTS;
export type SqsInput<Operation extends SqsOperation> = z.infer<(typeof SQS_REQUESTS)[Operation]>;
export type MessageInput = Omit<SqsInput<"SendMessage">, "QueueUrl">;

export function isSqsOperation(name: string | null | undefined): name is SqsOperation {
  return typeof name === "string" && Object.hasOwn(SQS_REQUESTS, name);
}

/** @throws ServiceError as SQS words it for batches that are empty, too long or whose ids are not usable. */
export function parseSqsInput<Operation extends SqsOperation>(operation: Operation, input: unknown): SqsInput<Operation> {
  const parsed = parseInput(SQS_REQUESTS[operation], input, "InvalidParameterValue") as SqsInput<Operation>;
  if (operation.endsWith("Batch")) checkBatch((parsed as { Entries?: { Id: string }[] | null }).Entries ?? []);
  return parsed;
}

function checkBatch(entries: readonly { Id: string }[]): void {
  if (entries.length === 0) throw new ServiceError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > 10) throw new ServiceError("TooManyEntriesInBatchRequest", `Maximum number of entries per request are 10. You have sent ${entries.length}.`);
  const seen = new Set<string>();
  for (const { Id: id } of entries) {
    if (!/^[\w-]{1,80}$/u.test(id)) {
      throw new ServiceError("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
    }
    if (seen.has(id)) throw new ServiceError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
    seen.add(id);
  }
}
