import type { HiveType } from "./hive-type.ts";

export interface TableColumn {
  name: string;
  type: HiveType;
  /** The JSON key it is taken from, lower-cased: a mapping of the deserializer, or the column's own name. */
  key: string;
}

/** A record that Firehose could not convert either. */
export class ConversionError extends Error {
  readonly code: "DataFormatConversion.ParseError" | "DataFormatConversion.MalformedData";

  constructor(code: ConversionError["code"], message: string) {
    super(message);
    this.name = "ConversionError";
    this.code = code;
  }
}

// Text that is not UTF-8 would be written with replacement characters, silently: refuse it as JSON that cannot be read.
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * One JSON record → a row with exactly the table's columns, as JSON. Keys are matched without regard to case, as the OpenX
 * deserializer does with `CaseInsensitive`; what the table lacks is dropped.
 * @throws ConversionError
 */
export function convertRecord(data: Uint8Array, columns: readonly TableColumn[]): string {
  let record: unknown;
  try {
    record = JSON.parse(decoder.decode(data));
  } catch (error) {
    throw new ConversionError("DataFormatConversion.ParseError", `The record is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const fields = lowerCased(record, "the record");
  return JSON.stringify(Object.fromEntries(columns.map(({ name, type, key }) => [name, convert(fields.get(key), type, name)])));
}

function convert(value: unknown, type: HiveType, place: string): unknown {
  if (value === undefined || value === null) return null;
  switch (type.kind) {
    case "scalar":
      return convertScalar(value, type.name, place);
    case "array":
      if (!Array.isArray(value)) throw malformed(value, "an array", place);
      return value.map((item, index) => convert(item, type.element, `${place}[${index}]`));
    case "map":
      if (typeof value !== "object" || Array.isArray(value)) throw malformed(value, "an object", place);
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, type.value, `${place}.${key}`)]));
    case "struct": {
      const fields = lowerCased(value, place);
      return Object.fromEntries(type.fields.map((field) => [field.name, convert(fields.get(field.name.toLowerCase()), field.type, `${place}.${field.name}`)]));
    }
  }
}

function convertScalar(value: unknown, type: string, place: string): unknown {
  switch (type) {
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value);
    case "boolean":
      if (typeof value !== "boolean") throw malformed(value, "true or false", place);
      return value;
    case "double":
    case "float":
      if (typeof value !== "number") throw malformed(value, "a number", place);
      return value;
    default:
      if (typeof value !== "number" || !Number.isSafeInteger(value)) throw malformed(value, "a whole number", place);
      return value;
  }
}

function lowerCased(value: unknown, place: string): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(value, "an object", place);
  return new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]));
}

function malformed(value: unknown, expected: string, place: string): ConversionError {
  return new ConversionError("DataFormatConversion.MalformedData", `${place} must be ${expected}, not ${JSON.stringify(value)?.slice(0, 80)}`);
}
