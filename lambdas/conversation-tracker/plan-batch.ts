import type { KinesisStreamRecord } from "aws-lambda";
import type { Reject } from "../../core/contracts/reject.ts";
import { SentimentResultSchema } from "../../core/contracts/sentiment-result.ts";
import type { ArrivedOpinion } from "../../core/conversation/round.ts";
import { opinionOf } from "../../core/conversation/opinion.ts";
import { type ArrivedRecord, readKinesisRecord, rejectRecord } from "../shared/kinesis-record.ts";
import { readJob } from "../shared/read-job.ts";

/** What to do with one record of the batch; each has exactly one step, in the batch's order. */
export type Step = { record: ArrivedRecord } & ({ kind: "opinion"; conversationId: string; arrived: ArrivedOpinion } | { kind: "reject"; reject: Reject } | { kind: "ignore" });

/** From here on a time is none of the contract, and none of JavaScript a little later: a turn that begins then could not be said. */
const END_OF_TIMES = Date.parse("2100-01-01T00:00:00Z");

/** Decides without touching anything outside. @throws never for what lay on the stream. */
export function planBatch(records: readonly KinesisStreamRecord[], rejectedBy: string): Step[] {
  return records.map((one): Step => {
    const record = readKinesisRecord(one);
    const read = readJob(SentimentResultSchema, record.data.toString("utf8"));
    if (!read.ok) return { record, kind: "reject", reject: rejectRecord(record, "invalid_result", read.detail, rejectedBy) };
    const opinion = opinionOf(read.job);
    if (opinion === undefined) return { record, kind: "ignore" };
    if (Date.parse(opinion.occurredAt) + (opinion.startMs ?? 0) >= END_OF_TIMES) {
      return { record, kind: "reject", reject: rejectRecord(record, "invalid_result", "segment.startMs: the segment would begin after the year 2099", rejectedBy) };
    }
    return { record, kind: "opinion", conversationId: read.job.conversationId, arrived: { opinion, arrivedMs: Date.parse(record.arrivedAt) } };
  });
}
