import type { TextRecord } from "../../core/contracts/text-record.ts";
import { TEXT_RECORD_VERSION } from "../../core/contracts/text-record.ts";
import { bytes } from "../terminal.ts";
import { byteLines, LONGEST_LINE_BYTES } from "./byte-lines.ts";
import { csvRows } from "./csv-rows.ts";
import type { InputFile } from "./input-file.ts";
import { mapToRecord, checkRecord, partitionKeyOfBytes } from "./record-fields.ts";
import type { MappedRecord, RecordDefaults } from "./record-fields.ts";

/** One line of input: bytes for the stream, or why there are none. */
export type InputItem =
  | { ok: true; origin: string; line: number; data: Buffer; partitionKey: string }
  | { ok: false; origin: string; line: number; problem: string };

const TOO_LONG = `the line is longer than ${bytes(LONGEST_LINE_BYTES)}`;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Every line of a file as something to send or a problem; blank lines say nothing and are passed over. */
export async function* readRecords(file: InputFile, defaults: RecordDefaults): AsyncGenerator<InputItem> {
  if (file.format === "csv") {
    for await (const row of csvRows(file.bytes)) {
      const mapped: MappedRecord = row.ok ? mapToRecord(row.fields, defaults, originOf(file, row.line)) : row;
      yield toItem(file, row.line, mapped);
    }
    return;
  }
  for await (const line of byteLines(file.bytes)) {
    if (isBlank(line.bytes)) continue;
    if (line.tooLong) {
      yield toItem(file, line.number, { ok: false, problem: TOO_LONG });
      continue;
    }
    const text = decode(line.bytes);
    if (text === undefined) yield toItem(file, line.number, { ok: false, problem: "the line is not UTF-8" });
    else if (file.format === "text") yield toItem(file, line.number, mapToRecord({ text }, defaults, originOf(file, line.number)));
    else yield toItem(file, line.number, parseJsonLine(text, defaults, originOf(file, line.number)));
  }
}

/** Every line as it is, whatever is in it: for the pipeline to accept or to reject. */
export async function* readRawLines(file: InputFile): AsyncGenerator<InputItem> {
  for await (const line of byteLines(file.bytes)) {
    const at = { origin: file.name, line: line.number };
    // Kinesis refuses an empty record, so an empty line cannot be sent even here.
    if (line.bytes.length === 0) continue;
    if (line.tooLong) yield { ok: false, ...at, problem: TOO_LONG };
    else yield { ok: true, ...at, data: line.bytes, partitionKey: partitionKeyOfBytes(line.bytes) };
  }
}

function parseJsonLine(text: string, defaults: RecordDefaults, origin: ReturnType<typeof originOf>): MappedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, problem: "the line is JSON but not an object with a field text" };
  }
  if ("schema" in value) {
    if (value.schema === TEXT_RECORD_VERSION) return checkRecord(value);
    return { ok: false, problem: `schema: ${JSON.stringify(value.schema)} is not ${TEXT_RECORD_VERSION}` };
  }
  if (!("text" in value)) return { ok: false, problem: `the object has no field text (it has ${Object.keys(value).join(", ") || "none"})` };
  return mapToRecord(value, defaults, origin);
}

function originOf(file: InputFile, line: number): { fileName: string; line: number; repeatable: boolean } {
  return { fileName: file.name, line, repeatable: file.repeatable };
}

function toItem(file: InputFile, line: number, mapped: MappedRecord): InputItem {
  if (!mapped.ok) return { ok: false, origin: file.name, line, problem: mapped.problem };
  return { ok: true, origin: file.name, line, ...encode(mapped.record) };
}

/** A record's bytes and partition key: one conversation stays on one shard, so its turns keep their order. */
export function encode(record: TextRecord): { data: Buffer; partitionKey: string } {
  return { data: Buffer.from(JSON.stringify(record)), partitionKey: record.conversationId ?? record.id };
}

function decode(bytes: Buffer): string | undefined {
  try {
    // The decoder takes a byte order mark at the start away, which Windows tools write.
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}
