import type { Reject } from "../../core/contracts/reject.ts";
import { publishRejects } from "./observability.ts";
import { writeRejects } from "./write-rejects.ts";

/** What became of one message: `again` has a reason, a reject is to be written, anything else is done. */
interface Judged {
  kind: string;
  reason?: string;
  reject?: Reject;
}

/**
 * Writes and counts the rejects among a batch's verdicts.
 *
 * @returns verdict → why its message has to come again, in the batch's order: it was judged so, or its reject is not in the bucket.
 */
export async function writeRejected<Verdict extends Judged>(verdicts: readonly Verdict[], bucket: string, signal: AbortSignal): Promise<Map<Verdict, string>> {
  const rejects = verdicts.flatMap(({ reject }) => reject ?? []);
  const unwritten = await writeRejects(bucket, rejects, signal);
  publishRejects(rejects.filter((reject) => !unwritten.has(reject)).map(({ reason }) => reason));
  const againOf = ({ kind, reason, reject }: Verdict): string | undefined => (kind === "again" ? reason : reject && unwritten.get(reject));
  return new Map(verdicts.flatMap((verdict) => (againOf(verdict) === undefined ? [] : [[verdict, againOf(verdict)!]])));
}
