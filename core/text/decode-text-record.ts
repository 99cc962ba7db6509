import type { RejectReason } from "../contracts/reject.ts";
import { MAX_TEXT_BYTES, TEXT_RECORD_VERSION, TextRecordSchema, type TextRecord } from "../contracts/text-record.ts";
import { describeIssues, kindOf, shown } from "./describe-issues.ts";

export type DecodedTextRecord =
  | { ok: true; record: TextRecord }
  | { ok: false; reason: RejectReason; detail: string };

const utf8 = new TextDecoder("utf-8", { fatal: true });
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads the bytes of one record of the text stream. Never throws: whatever is wrong becomes a reason and one
 * readable line that names the field and never holds the text or personal data.
 */
export function decodeTextRecord(bytes: Uint8Array): DecodedTextRecord {
  let json: string;
  try {
    json = utf8.decode(bytes);
  } catch {
    return refuse("not_utf8", `the ${bytes.length} bytes are not valid UTF-8; encode the record as UTF-8`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message quotes the input, which may be a customer's words.
    return refuse("not_json", bytes.length === 0 ? "the record is empty" : `the ${bytes.length} bytes are not one JSON value`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("invalid_record", `the record must be a JSON object, not ${kindOf(value)}`);
  }
  return checkRecord(value as Record<string, unknown>);
}

function checkRecord(value: Record<string, unknown>): DecodedTextRecord {
  const { schema, text, attributes } = value;
  // Looked at before the rest: under another version every other complaint would be noise.
  if (typeof schema === "string" && schema !== TEXT_RECORD_VERSION) {
    return refuse("unsupported_version", `schema is ${shown(schema)}; supported is "${TEXT_RECORD_VERSION}"`);
  }
  // Before the schema check, so that a megabyte of text costs no more than its parsing.
  if (typeof text === "string" && Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    return refuse("text_too_long", `text has ${Buffer.byteLength(text)} bytes of UTF-8; at most ${MAX_TEXT_BYTES} are allowed`);
  }
  const parsed = TextRecordSchema.safeParse(value);
  if (!parsed.success) return refuse("invalid_record", describeIssues(parsed.error.issues, value));
  for (const field of ["id", "conversationId"] as const) {
    // Written as UTF-8 each half of a broken pair becomes U+FFFD, and two different ids would become one.
    if (LONE_SURROGATE.test(parsed.data[field] ?? "")) {
      return refuse("invalid_record", `${field}: must not contain half of a surrogate pair`);
    }
  }
  // zod leaves this key out of a record without a word.
  if (attributes !== undefined && Object.hasOwn(attributes as object, "__proto__")) {
    return refuse("invalid_record", "attributes: must not have the key __proto__");
  }
  return { ok: true, record: parsed.data };
}

function refuse(reason: RejectReason, detail: string): DecodedTextRecord {
  return { ok: false, reason, detail };
}
