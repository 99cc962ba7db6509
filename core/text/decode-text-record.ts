import { MAX_TEXT_BYTES, TEXT_RECORD_VERSION, TextRecordSchema, type TextRecord } from "../contracts/text-record.ts";
import { type DecodedRecord, decodeRecord, refuse } from "../records/decode-record.ts";

export type DecodedTextRecord = DecodedRecord<TextRecord>;

/** Reads the bytes of one record of the text stream, as `decodeRecord` does; a text above the limit has a reason of its own. */
export function decodeTextRecord(bytes: Uint8Array): DecodedTextRecord {
  return decodeRecord(bytes, {
    version: TEXT_RECORD_VERSION,
    schema: TextRecordSchema,
    refuseEarly: ({ text }) =>
      typeof text === "string" && Buffer.byteLength(text) > MAX_TEXT_BYTES
        ? refuse("text_too_long", `text has ${Buffer.byteLength(text)} bytes of UTF-8; at most ${MAX_TEXT_BYTES} are allowed`)
        : undefined,
  });
}
