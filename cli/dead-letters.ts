import { GetQueueAttributesCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { CommandError } from "./command-error.ts";

export interface DeadLetters {
  queueArn: string;
  /** As SQS counts them: approximate in an account, exact in a local run. */
  waiting: number;
}

export async function countDeadLetters(client: SQSClient, queueUrl: string): Promise<DeadLetters> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] }),
  );
  const queueArn = Attributes?.["QueueArn"];
  if (queueArn === undefined) throw new CommandError(`${queueUrl} did not say its ARN.`);
  return { queueArn, waiting: Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0) };
}

/** Lets SQS itself move the dead letters back to the queue they came from. */
export async function redriveDeadLetters(client: SQSClient, letters: DeadLetters): Promise<void> {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: letters.queueArn }));
}
