import { createHash, randomUUID } from "node:crypto";
import { SpeakerSchema } from "../../core/contracts/identity.ts";
import type { Channel } from "../../core/contracts/identity.ts";
import { TEXT_RECORD_VERSION, TextRecordSchema } from "../../core/contracts/text-record.ts";
import type { TextRecord } from "../../core/contracts/text-record.ts";
import { describeIssues } from "../../core/text/describe-issues.ts";
import { lineId } from "./line-id.ts";

/** What the command line says about records that do not say it themselves. */
export interface RecordDefaults {
  channel: Channel;
  language?: string;
  occurredAt: string;
}

/** Where a record comes from: decides its id when it brings none. */
export interface LineOrigin {
  fileName: string;
  line: number;
  repeatable: boolean;
}

export type MappedRecord = { ok: true; record: TextRecord } | { ok: false; problem: string };

/** Spellings met in exports and data sets, lower case without separators → our field. */
const FIELD_OF_NAME: Record<string, keyof TextRecord> = {
  text: "text",
  id: "id",
  conversationid: "conversationId",
  channel: "channel",
  speaker: "speaker",
  turn: "turn",
  language: "language",
  lang: "language",
  occurredat: "occurredAt",
};

/**
 * A foreign object or CSV row as a TextRecord. Fields it names are mapped, what is missing comes from `defaults`, and
 * everything unknown is kept in `attributes`. Nothing is dropped: what fits nowhere is a problem that names the field.
 */
export function mapToRecord(row: Record<string, unknown>, defaults: RecordDefaults, origin: LineOrigin): MappedRecord {
  const record: Record<string, unknown> = { schema: TEXT_RECORD_VERSION };
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (value === null || value === undefined || name === "schema") continue;
    const field = FIELD_OF_NAME[name.toLowerCase().replaceAll(/[\s_-]/gu, "")];
    // Data sets name their speakers ("Phoebe"); only customer and agent mean something to Valence.
    const foreignSpeaker = field === "speaker" && !SpeakerSchema.safeParse(value).success;
    if (field !== undefined && !foreignSpeaker) {
      // An empty CSV cell means "not given", except for the text, which the pipeline refuses by name.
      if (value === "" && field !== "text") continue;
      if (record[field] !== undefined) return { ok: false, problem: `${name}: the field ${field} is given twice` };
      record[field] = toFieldValue(field, value);
    } else if (name === "attributes" && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, entry] of Object.entries(value)) attributes[key] = toAttribute(entry);
    } else if (value !== "") {
      attributes[name] = toAttribute(value);
    }
  }
  record["channel"] ??= defaults.channel;
  if (defaults.language !== undefined) record["language"] ??= defaults.language;
  record["occurredAt"] ??= defaults.occurredAt;
  if (Object.keys(attributes).length > 0) record["attributes"] = attributes;
  record["id"] ??= origin.repeatable ? lineId(origin.fileName, origin.line, row) : randomUUID();
  return checkRecord(record);
}

export function checkRecord(value: object): MappedRecord {
  const parsed = TextRecordSchema.safeParse(value);
  if (parsed.success) return { ok: true, record: parsed.data };
  return { ok: false, problem: describeIssues(parsed.error.issues, value) };
}

function toFieldValue(field: keyof TextRecord, value: unknown): unknown {
  if (field === "turn" && typeof value === "string" && /^\d+$/u.test(value)) return Number(value);
  if ((field === "id" || field === "conversationId") && typeof value === "number") return String(value);
  if (field === "occurredAt" && typeof value === "string") return toTimestamp(value);
  return value;
}

/** Exports write `2026-03-01 10:00:00` or a bare date; both are read as UTC, because nothing says otherwise. */
function toTimestamp(value: string): string {
  const matched = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(Z|[+-]\d\d:?\d\d)?$/u.exec(value.trim());
  if (matched === null) return value;
  const [, day, time = "00:00:00", zone = "Z"] = matched;
  return `${day}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`;
}

function toAttribute(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A partition key for bytes that name none: spread evenly, and the same for the same bytes. */
export function partitionKeyOfBytes(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}
