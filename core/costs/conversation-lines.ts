import { type BillLine, billLine } from "./bill-line.ts";
import type { Load } from "./load.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { DAYS_A_MONTH, GIB, MILLION } from "./workload.ts";

/** Of the journal: an opinion with the address of its recording, and what an item says beside its opinions. */
const OPINION_BYTES = 400;
const ITEM_BYTES = 200;
const WRITE_UNIT_BYTES = 1_024;

/**
 * The journal in DynamoDB: each round asks for what is new, which is nothing where the function still knows the conversation and so one unit, and
 * appends what it learnt, to the next KB. Backups for point-in-time recovery are billed by what lies there, too.
 */
export function conversationLines({ conversations }: StageToEstimate, { tracked: { opinions, rounds } }: Load): BillLine[] {
  if (conversations === null || conversations === undefined || rounds === 0) return [];
  const unitsOfItem = Math.ceil((ITEM_BYTES + (opinions / rounds) * OPINION_BYTES) / WRITE_UNIT_BYTES);
  const gigabyteMonths = ((opinions * OPINION_BYTES + rounds * ITEM_BYTES) / GIB) * (conversations.settings.rememberDays / DAYS_A_MONTH);
  return [
    billLine("DynamoDB", "conversations, writing", (rounds * unitsOfItem) / MILLION, PRICES.dynamoDbWrites),
    billLine("DynamoDB", "conversations, reading", rounds / MILLION, PRICES.dynamoDbReads),
    billLine("DynamoDB", "conversations, kept", gigabyteMonths, PRICES.dynamoDbStorage),
    billLine("DynamoDB", "conversations, backups", gigabyteMonths, PRICES.dynamoDbBackups),
  ];
}
