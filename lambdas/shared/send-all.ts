import { type JobMessage, sendJobs } from "./send-jobs.ts";

/** @throws Error when the queue did not take a message; some of the others may have been taken. */
export async function sendAll(queueUrl: string, messages: readonly JobMessage[], signal: AbortSignal): Promise<void> {
  const [reason] = (await sendJobs(queueUrl, messages, signal)).values();
  if (reason !== undefined) throw new Error(`a message is not on the queue ${queueUrl.slice(queueUrl.lastIndexOf("/") + 1)}: ${reason}`);
}
