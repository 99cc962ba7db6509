import type { TextRecord } from "../contracts/text-record.ts";
import { TEXT_JOB_VERSION, type TextJob } from "../contracts/text-job.ts";
import type { RejectReason } from "../contracts/reject.ts";
import { decodeTextRecord } from "./decode-text-record.ts";
import { type PreparedText, prepareText } from "./prepare-text.ts";

export interface ArrivedRecord {
  data: Uint8Array;
  /** When Kinesis took the record, ISO 8601. */
  arrivedAt: string;
}

/** What becomes of one record; `of` is the position in the batch of the record it repeats. */
export type Outcome =
  | { kind: "job"; job: TextJob }
  | { kind: "reject"; reason: RejectReason; detail: string }
  | { kind: "repeat"; of: number };

/**
 * The heart of the preprocessor: one outcome a record, in the order given. Pure, and never throws for what a record
 * holds. Repeats are told within the batch only; across batches the same id meets again in `resultId`.
 */
export function preprocessRecords(records: readonly ArrivedRecord[]): Outcome[] {
  const seen = new Map<string, number>();
  return records.map((record, position) => preprocessRecord(record, position, seen));
}

function preprocessRecord({ data, arrivedAt }: ArrivedRecord, position: number, seen: Map<string, number>): Outcome {
  const decoded = decodeTextRecord(data);
  if (!decoded.ok) return { kind: "reject", reason: decoded.reason, detail: decoded.detail };
  const { record } = decoded;
  const conversationId = record.conversationId ?? record.id;

  const sameId = JSON.stringify(["id", conversationId, record.id]);
  const earlier = seen.get(sameId);
  if (earlier !== undefined) return { kind: "repeat", of: earlier };

  const prepared = prepareText(record);
  if (!prepared.ok) return { kind: "reject", reason: prepared.reason, detail: prepared.detail };

  const sameWords = sameWordsKey(record, prepared.modelText);
  const said = sameWords === undefined ? undefined : seen.get(sameWords);
  if (said !== undefined) return { kind: "repeat", of: said };
  seen.set(sameId, position);
  if (sameWords !== undefined) seen.set(sameWords, position);

  return { kind: "job", job: buildJob(record, conversationId, arrivedAt, prepared) };
}

/** Only with conversation and turn both known: two customers may well say the same words. */
function sameWordsKey({ conversationId, turn, speaker }: TextRecord, modelText: string): string | undefined {
  if (conversationId === undefined || turn === undefined) return undefined;
  return JSON.stringify(["words", conversationId, turn, speaker ?? null, modelText.toLowerCase()]);
}

function buildJob(record: TextRecord, conversationId: string, arrivedAt: string, { attributes, ...prepared }: PreparedText): TextJob {
  return {
    schema: TEXT_JOB_VERSION,
    id: record.id,
    conversationId,
    channel: record.channel,
    ...(record.speaker !== undefined && { speaker: record.speaker }),
    ...(record.turn !== undefined && { turn: record.turn }),
    language: prepared.language,
    occurredAt: record.occurredAt,
    ...(attributes !== undefined && { attributes }),
    segment: { index: 0 },
    text: prepared.text,
    ...(prepared.modelText !== prepared.text && { modelText: prepared.modelText }),
    route: "text",
    ...(prepared.redactions !== undefined && { redactions: prepared.redactions }),
    flags: prepared.flags,
    arrivedAt,
  };
}
