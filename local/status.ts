import type { DeliveryStreamStats } from "./firehose/delivery-stream.ts";
import type { FunctionStats } from "./functions/function-host.ts";
import type { QueueStats } from "./sqs/queue.ts";

/** What a local run is doing and has done. Counts of functions, metrics and delivery streams are of this run; those of streams, queues and topics of all runs on the data folder. */
export interface LocalStatus {
  /** `lag`: records that a consumer has not done yet, by consumer. */
  streams: Record<string, { records: number; bytes: number; lag: Record<string, number> }>;
  queues: Record<string, QueueStats>;
  /** Queues that a function reads; the others only collect. */
  consumedQueues: string[];
  /** Messages published; each is a line of `<data>/sns/<topic>.jsonl`. */
  topics: Record<string, { published: number }>;
  functions: Record<string, FunctionStats>;
  /** `RecordsRejected{reason=not_json}` → sum, from what the functions printed. */
  metrics: Record<string, number>;
  deliveryStreams: Record<string, DeliveryStreamStats>;
  /** Amazon Transcribe's that have not ended. */
  transcriptionJobs: { queued: number; running: number };
  /** Refused calls, each with the statement to add. */
  denied: string[];
  /** Statements of acting roles that this run never needed. */
  unusedGrants: { role: string; actions: string[]; resources: string[] }[];
  /** Nothing is under way: every stream read to its end, every queue with a consumer empty. */
  settled: boolean;
}
