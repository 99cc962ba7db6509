import { MAX_ATTRIBUTE_CHARACTERS } from "../contracts/identity.ts";
import type { TextRecord } from "../contracts/text-record.ts";
import { MAX_TEXT_BYTES } from "../contracts/text-record.ts";
import { TEXT_JOB_VERSION, type TextJob } from "../contracts/text-job.ts";
import type { RejectReason } from "../contracts/reject.ts";
import type { Flag, RedactionCounts } from "../contracts/sentiment-result.ts";
import { addCounts, redact } from "../redaction/redact.ts";
import { decodeTextRecord } from "./decode-text-record.ts";
import { resolveLanguage } from "./language/resolve-language.ts";
import { prepareAttributes } from "./prepare-attributes.ts";
import { prepareForModel } from "./prepare-for-model.ts";
import { prepareForStorage } from "./prepare-for-storage.ts";

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

  const readable = prepareForStorage(record.text, record.channel);
  if (readable === "") {
    return { kind: "reject", reason: "empty_text", detail: "nothing is left of text without tags, white space and invisible characters" };
  }
  const stored = redact(readable);
  const storedBytes = Buffer.byteLength(stored.text);
  if (storedBytes > MAX_TEXT_BYTES) {
    const detail = `text has ${storedBytes} bytes of UTF-8 once prepared and redacted; at most ${MAX_TEXT_BYTES} are allowed`;
    return { kind: "reject", reason: "text_too_long", detail };
  }
  const attributes = prepareAttributes(record.attributes);
  if (attributes.tooLong !== undefined) {
    const detail = `attributes.${attributes.tooLong}: more than ${MAX_ATTRIBUTE_CHARACTERS} characters once redacted; send a shorter value`;
    return { kind: "reject", reason: "invalid_record", detail };
  }
  const modelText = prepareForModel(stored.text, record.channel);

  const sameWords = sameWordsKey(record, modelText);
  const said = sameWords === undefined ? undefined : seen.get(sameWords);
  if (said !== undefined) return { kind: "repeat", of: said };
  seen.set(sameId, position);
  if (sameWords !== undefined) seen.set(sameWords, position);

  const { language, flags } = resolveLanguage(record.language, modelText);
  const redactions = addCounts([stored.counts, attributes.counts]);
  if (Object.keys(redactions).length > 0) flags.push("redacted");
  const prepared = { conversationId, text: stored.text, modelText, language, flags, redactions, attributes: attributes.attributes };
  return { kind: "job", job: buildJob(record, arrivedAt, prepared) };
}

/** Only with conversation and turn both known: two customers may well say the same words. */
function sameWordsKey({ conversationId, turn, speaker }: TextRecord, modelText: string): string | undefined {
  if (conversationId === undefined || turn === undefined) return undefined;
  return JSON.stringify(["words", conversationId, turn, speaker ?? null, modelText.toLowerCase()]);
}

interface Prepared {
  conversationId: string;
  text: string;
  modelText: string;
  language: string;
  flags: Flag[];
  redactions: RedactionCounts;
  attributes: Record<string, string> | undefined;
}

function buildJob(record: TextRecord, arrivedAt: string, prepared: Prepared): TextJob {
  return {
    schema: TEXT_JOB_VERSION,
    id: record.id,
    conversationId: prepared.conversationId,
    channel: record.channel,
    ...(record.speaker !== undefined && { speaker: record.speaker }),
    ...(record.turn !== undefined && { turn: record.turn }),
    language: prepared.language,
    occurredAt: record.occurredAt,
    ...(prepared.attributes !== undefined && { attributes: prepared.attributes }),
    segment: { index: 0 },
    text: prepared.text,
    ...(prepared.modelText !== prepared.text && { modelText: prepared.modelText }),
    route: "text",
    ...(Object.keys(prepared.redactions).length > 0 && { redactions: prepared.redactions }),
    flags: prepared.flags,
    arrivedAt,
  };
}
