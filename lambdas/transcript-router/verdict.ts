import type { Reject } from "../../core/contracts/reject.ts";

/** How many of a transcript's utterances went which way. `passedOver`: of no customer or agent, or told before by the other road. */
export interface UtteranceCounts {
  queued: number;
  empty: number;
  passedOver: number;
}

/**
 * What became of one message. `repeated`: its transcript was routed before. `running`: the job has not ended yet. `skipped`: a file that nobody reads.
 */
export type Outcome =
  | { kind: "routed"; utterances: UtteranceCounts }
  | { kind: "repeated" }
  | { kind: "running" }
  | { kind: "skipped" }
  | { kind: "reject"; reject: Reject };

export type Verdict = { messageId: string } & (Outcome | { kind: "again"; reason: string });
