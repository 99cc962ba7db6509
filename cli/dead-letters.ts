import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { CommandError } from "./command-error.ts";
import type { JobQueue } from "./job-queues.ts";

export interface DeadLetters {
  queueArn: string;
  /** As SQS counts them: approximate in an account, exact in a local run. */
  waiting: number;
}

const POLL_MS = 500;
const LONGEST_WAIT_MS = 60_000;

export async function countDeadLetters(client: SQSClient, queueUrl: string): Promise<DeadLetters> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"] }),
  );
  const queueArn = Attributes?.["QueueArn"];
  if (queueArn === undefined) throw new CommandError(`${queueUrl} did not say its ARN.`);
  return { queueArn, waiting: Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0) };
}

/** Over all of a stage's queues. */
export async function countAllDeadLetters(client: SQSClient, queues: readonly JobQueue[]): Promise<{ queue: JobQueue; letters: DeadLetters }[]> {
  return Promise.all(queues.map(async (queue) => ({ queue, letters: await countDeadLetters(client, queue.deadLettersUrl) })));
}

export function waitingIn(counted: readonly { letters: DeadLetters }[]): number {
  return counted.reduce((sum, { letters }) => sum + letters.waiting, 0);
}

/**
 * Lets SQS itself move the dead letters to the queue, and waits for it: a task can be accepted and fail afterwards.
 * Returns how many it moved, or undefined when it is still at work after a minute.
 * @throws CommandError with the reason SQS gives.
 */
export async function redriveDeadLetters(client: SQSClient, letters: DeadLetters, queueUrl: string): Promise<number | undefined> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] }));
  const DestinationArn = Attributes?.["QueueArn"];
  // Named, although SQS knows where most came from: it does not for a message that was put there by hand.
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: letters.queueArn, ...(DestinationArn === undefined ? {} : { DestinationArn }) }));
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += POLL_MS) {
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: letters.queueArn, MaxResults: 1 }));
    const task = Results?.[0];
    if (task?.Status === "COMPLETED") return task.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === "FAILED" || task?.Status === "CANCELLED") {
      throw new CommandError(`SQS stopped moving the dead letters (${task.Status}): ${task.FailureReason ?? "it gives no reason"}`);
    }
    await sleep(POLL_MS);
  }
  return undefined;
}
