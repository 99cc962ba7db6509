import type { Reject } from "../../core/contracts/reject.ts";
import { writeRejects } from "./write-rejects.ts";

/** What became of the records of a stream's batch: a reason to see one again, a reject, or neither. */
export interface BatchOutcomes<Step> {
  failures: Map<Step, string>;
  rejects: Map<Step, Reject>;
}

/** Steps of one conversation together, in the batch's order. */
export function byConversation<Step extends { conversationId: string }>(steps: readonly Step[]): [conversationId: string, its: Step[]][] {
  const conversations = new Map<string, Step[]>();
  for (const step of steps) {
    const its = conversations.get(step.conversationId);
    if (its === undefined) conversations.set(step.conversationId, [step]);
    else its.push(step);
  }
  return [...conversations];
}

/** Writes the rejects; a record whose reject could not be written is to be seen again. */
export async function writeRejectsOf<Step>({ failures, rejects }: BatchOutcomes<Step>, bucket: string, signal: AbortSignal): Promise<void> {
  const unwritten = await writeRejects(bucket, [...rejects.values()], signal);
  for (const [step, reject] of rejects) {
    const reason = unwritten.get(reject);
    if (reason !== undefined) failures.set(step, reason);
  }
}
