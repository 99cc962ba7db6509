import type * as z from "zod";
import type { RejectReason } from "../contracts/reject.ts";
import { describeIssues, kindOf, shown } from "../text/describe-issues.ts";

export interface Refusal {
  ok: false;
  reason: RejectReason;
  detail: string;
}

export type DecodedRecord<Content> = { ok: true; record: Content } | Refusal;

export interface RecordContract<Content> {
  version: string;
  schema: z.ZodType<Content>;
  /** Looked at before the schema, so that what is far too large costs no more than its parsing. */
  refuseEarly?: (value: Readonly<Record<string, unknown>>) => Refusal | undefined;
  /** Which of the schema's complaints to name; all of them when absent. */
  issuesOf?: (issues: readonly z.core.$ZodIssue[], value: Readonly<Record<string, unknown>>) => readonly z.core.$ZodIssue[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads the bytes of one record of a stream. Never throws: whatever is wrong becomes a reason and one readable line that names the field and
 * never holds a customer's words or personal data.
 */
export function decodeRecord<Content extends { id: string; conversationId?: string | undefined }>(bytes: Uint8Array, contract: RecordContract<Content>): DecodedRecord<Content> {
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
  return checkRecord(value as Record<string, unknown>, contract);
}

function checkRecord<Content extends { id: string; conversationId?: string | undefined }>(value: Record<string, unknown>, contract: RecordContract<Content>): DecodedRecord<Content> {
  const { schema, attributes } = value;
  // Looked at before the rest: under another version every other complaint would be noise.
  if (typeof schema === "string" && schema !== contract.version) {
    return refuse("unsupported_version", `schema is ${shown(schema)}; supported is "${contract.version}"`);
  }
  const early = contract.refuseEarly?.(value);
  if (early !== undefined) return early;
  const parsed = contract.schema.safeParse(value);
  if (!parsed.success) {
    const issues = contract.issuesOf?.(parsed.error.issues, value) ?? parsed.error.issues;
    return refuse("invalid_record", describeIssues(issues, value));
  }
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

export function refuse(reason: RejectReason, detail: string): Refusal {
  return { ok: false, reason, detail };
}
