import type { KinesisStreamRecord } from "aws-lambda";
import type { Reject } from "../../core/contracts/reject.ts";
import { preprocessRecords } from "../../core/text/preprocess.ts";
import { type JobMessage, jobMessage, MAX_MESSAGE_BYTES } from "../shared/send-jobs.ts";
import { readKinesisRecord, rejectRecord } from "../shared/kinesis-record.ts";

/** What to do with one record of the batch; each has exactly one step, in the batch's order. */
export type Step = { sequenceNumber: string } & ({ kind: "send"; message: JobMessage } | { kind: "reject"; reject: Reject } | { kind: "drop" });

/** Decides without touching anything outside. @throws never for what a producer sent. */
export function planBatch(records: readonly KinesisStreamRecord[], rejectedBy: string): Step[] {
  const arrived = records.map(readKinesisRecord);
  const outcomes = preprocessRecords(arrived);
  return arrived.map((record, index): Step => {
    const outcome = outcomes[index];
    const { sequenceNumber } = record;
    if (outcome === undefined) throw new Error(`preprocessRecords gave no outcome for record ${index} of ${arrived.length}: it must give one a record, in order.`);
    switch (outcome.kind) {
      case "job": {
        const message = jobMessage(outcome.job);
        if (message.bytes <= MAX_MESSAGE_BYTES) return { sequenceNumber, kind: "send", message };
        const detail = `the prepared text makes a job of ${message.bytes} bytes; SQS takes ${MAX_MESSAGE_BYTES}`;
        return { sequenceNumber, kind: "reject", reject: rejectRecord(record, "text_too_long", detail, rejectedBy) };
      }
      case "reject":
        return { sequenceNumber, kind: "reject", reject: rejectRecord(record, outcome.reason, outcome.detail, rejectedBy) };
      case "repeat":
        return { sequenceNumber, kind: "drop" };
    }
  });
}
