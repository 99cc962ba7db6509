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

/** @throws ConversionError */
export type RecordConverter = (data: Uint8Array) => string;

/** A value of a record → JSON of what the row holds; `place` names it in errors. */
type Converter = (value: unknown, place: string) => string;

/**
 * One JSON record → a row with exactly the table's columns, as JSON. Keys are matched without regard to case, as the OpenX
 * deserializer does with `CaseInsensitive`; what the table lacks is dropped.
 *
 * Made once for a table: asking anew for every value what its column's type is took a third of the local run's main thread.
 */
export function recordConverter(columns: readonly TableColumn[]): RecordConverter {
  const convert = fieldsConverter(columns, (name) => name);
  return (data) => {
    let record: unknown;
    try {
      record = JSON.parse(decoder.decode(data));
    } catch (error) {
      throw new ConversionError("DataFormatConversion.ParseError", `The record is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    return convert(record, "the record");
  };
}

function converter(type: HiveType): Converter {
  switch (type.kind) {
    case "scalar":
      return scalarConverter(type.name);
    case "array": {
      const convert = converter(type.element);
      return (value, place) => {
        if (!Array.isArray(value)) throw malformed(value, "an array", place);
        return `[${value.map((item: unknown, index) => (item === null ? "null" : convert(item, `${place}[${index}]`))).join(",")}]`;
      };
    }
    case "map": {
      const convert = converter(type.value);
      return (value, place) => {
        if (typeof value !== "object" || Array.isArray(value)) throw malformed(value, "an object", place);
        const entries = Object.entries(value as Record<string, unknown>);
        return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${item === null ? "null" : convert(item, `${place}.${key}`)}`).join(",")}}`;
      };
    }
    case "struct":
      return fieldsConverter(
        type.fields.map((field) => ({ ...field, key: field.name.toLowerCase() })),
        (name, place) => `${place}.${name}`,
      );
  }
}

/** An object with exactly the fields, null where the value has none. Of keys that differ only in case, the last counts. */
function fieldsConverter(fields: readonly TableColumn[], placeOf: (name: string, place: string) => string): Converter {
  const known = fields.map(({ name, type, key }) => ({ name, key, label: `${JSON.stringify(name)}:`, convert: converter(type) }));
  const wanted = new Set(known.map(({ key }) => key));
  return (value, place) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(value, "an object", place);
    const found = new Map<string, unknown>();
    for (const key of Object.keys(value)) found.set(wanted.has(key) ? key : key.toLowerCase(), (value as Record<string, unknown>)[key]);
    let row = "";
    for (const { name, key, label, convert } of known) {
      const field = found.get(key);
      row += (row === "" ? label : `,${label}`) + (field === undefined || field === null ? "null" : convert(field, placeOf(name, place)));
    }
    return `{${row}}`;
  };
}

function scalarConverter(type: string): Converter {
  switch (type) {
    case "string":
      return (value) => JSON.stringify(typeof value === "string" ? value : JSON.stringify(value));
    case "boolean":
      return (value, place) => {
        if (typeof value !== "boolean") throw malformed(value, "true or false", place);
        return JSON.stringify(value);
      };
    case "double":
    case "float":
      return (value, place) => {
        if (typeof value !== "number") throw malformed(value, "a number", place);
        return JSON.stringify(value);
      };
    default:
      return (value, place) => {
        if (typeof value !== "number" || !Number.isSafeInteger(value)) throw malformed(value, "a whole number", place);
        return JSON.stringify(value);
      };
  }
}

function malformed(value: unknown, expected: string, place: string): ConversionError {
  return new ConversionError("DataFormatConversion.MalformedData", `${place} must be ${expected}, not ${JSON.stringify(value)?.slice(0, 80)}`);
}
