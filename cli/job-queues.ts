import type { DeploymentOutput } from "../core/deployment-outputs.ts";

/** A queue between two functions, and where its messages go that no try could handle. */
export interface JobQueue {
  /** For messages: `the queue of text jobs`. */
  name: string;
  url: string;
  deadLettersUrl: string;
}

const QUEUES: readonly { name: string; url: DeploymentOutput; deadLettersUrl: DeploymentOutput }[] = [
  { name: "the queue of text jobs", url: "TextJobsQueueUrl", deadLettersUrl: "TextJobsDeadLetterQueueUrl" },
  { name: "the queue of recordings", url: "RecordingsQueueUrl", deadLettersUrl: "RecordingsDeadLetterQueueUrl" },
  { name: "the queue of quiet checks", url: "QuietChecksQueueUrl", deadLettersUrl: "QuietChecksDeadLetterQueueUrl" },
  { name: "the queue of audio jobs", url: "AudioJobsQueueUrl", deadLettersUrl: "AudioJobsDeadLetterQueueUrl" },
  { name: "the queue of transcriptions", url: "TranscriptionsQueueUrl", deadLettersUrl: "TranscriptionsDeadLetterQueueUrl" },
  { name: "the queue of transcripts", url: "TranscriptsQueueUrl", deadLettersUrl: "TranscriptsDeadLetterQueueUrl" },
  { name: "the queue of conversations' ends", url: "ConversationEndsQueueUrl", deadLettersUrl: "ConversationEndsDeadLetterQueueUrl" },
  { name: "the queue of alerts for Amazon Connect", url: "ConnectAlertsQueueUrl", deadLettersUrl: "ConnectAlertsDeadLetterQueueUrl" },
];

/** Those that the stage has: one without a voice road has only the first. */
export function jobQueues(outputs: Partial<Record<DeploymentOutput, string>>): JobQueue[] {
  return QUEUES.flatMap(({ deadLettersUrl, name, url }) => {
    const [queue, deadLetters] = [outputs[url], outputs[deadLettersUrl]];
    return queue === undefined || deadLetters === undefined ? [] : [{ name, url: queue, deadLettersUrl: deadLetters }];
  });
}

/** The queue with this ARN or name. */
export function queueNamed(queues: readonly JobQueue[], arnOrName: string): JobQueue | undefined {
  const name = arnOrName.slice(arnOrName.lastIndexOf(":") + 1);
  return queues.find((queue) => queueName(queue) === name);
}

/** A queue's URL ends in its name. */
export function queueName({ url }: JobQueue): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
