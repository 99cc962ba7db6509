import * as z from "zod";

/** What a field of a contract can hold, in terms every warehouse understands. */
export type FieldType =
  /** `maxBytes` is an upper bound of the UTF-8 length. */
  | { kind: "text"; maxBytes: number }
  /** 32 bits when the contract bounds the value so, otherwise 64. */
  | { kind: "integer"; bits: 32 | 64 }
  | { kind: "double" }
  | { kind: "boolean" }
  | { kind: "timestamp" }
  | { kind: "array"; element: FieldType }
  /** Text keys. */
  | { kind: "map"; values: "text" | "integer" | "double" }
  | { kind: "object"; fields: readonly ContractField[] };

export interface ContractField {
  /** The JSON key. */
  key: string;
  optional: boolean;
  type: FieldType;
}

/** Redshift's longest VARCHAR, and the longest text Valence accepts. */
const LONGEST_TEXT_BYTES = 65_535;
// zod counts UTF-16 code units; one of them takes at most three bytes of UTF-8 (a surrogate pair takes four for two).
const BYTES_PER_CODE_UNIT = 3;
const LARGEST_32_BIT_INTEGER = 2_147_483_647;

/**
 * The fields of a contract, in its order.
 * @throws Error naming the path of anything a table column cannot be derived from.
 */
export function contractFields(schema: z.ZodType, path: readonly string[] = []): ContractField[] {
  if (!(schema instanceof z.ZodObject)) throw unsupported(path, schema, "an object was expected");
  return Object.entries(schema.shape).map(([key, field]) => contractField(key, field as z.ZodType, [...path, key]));
}

function contractField(key: string, schema: z.ZodType, path: readonly string[]): ContractField {
  if (schema instanceof z.ZodOptional) return { key, optional: true, type: fieldType(schema.unwrap() as z.ZodType, path) };
  return { key, optional: false, type: fieldType(schema, path) };
}

function fieldType(schema: z.ZodType, path: readonly string[]): FieldType {
  if (schema instanceof z.ZodISODateTime) return { kind: "timestamp" };
  if (schema instanceof z.ZodString) return { kind: "text", maxBytes: maxBytes(schema, path) };
  if (schema instanceof z.ZodEnum) return { kind: "text", maxBytes: longest(schema.options, path, schema) };
  if (schema instanceof z.ZodLiteral) return { kind: "text", maxBytes: longest([...schema.values], path, schema) };
  if (schema instanceof z.ZodNumberFormat && (schema.format === "safeint" || schema.format === "int32")) {
    return { kind: "integer", bits: (schema.maxValue ?? Infinity) <= LARGEST_32_BIT_INTEGER ? 32 : 64 };
  }
  if (schema instanceof z.ZodNumber) return { kind: "double" };
  if (schema instanceof z.ZodBoolean) return { kind: "boolean" };
  if (schema instanceof z.ZodArray) return { kind: "array", element: fieldType(schema.element as z.ZodType, [...path, "[]"]) };
  if (schema instanceof z.ZodRecord) {
    if (schema.valueType instanceof z.ZodString) return { kind: "map", values: "text" };
    if (schema.valueType instanceof z.ZodNumberFormat && schema.valueType.format === "safeint") return { kind: "map", values: "integer" };
    if (schema.valueType instanceof z.ZodNumber && !(schema.valueType instanceof z.ZodNumberFormat)) return { kind: "map", values: "double" };
    throw unsupported(path, schema, "only maps from text to text or to numbers have a column type");
  }
  if (schema instanceof z.ZodObject) return { kind: "object", fields: contractFields(schema, path) };
  throw unsupported(path, schema, "it has no column type");
}

function maxBytes(schema: z.ZodString, path: readonly string[]): number {
  if (schema.maxLength !== null) return Math.min(schema.maxLength * BYTES_PER_CODE_UNIT, LONGEST_TEXT_BYTES);
  // One class of ASCII characters repeated exactly n times, such as a hexadecimal id.
  const count = /^\^\[[A-Za-z0-9_-]+\]\{(\d+)\}\$$/u.exec(z.toJSONSchema(schema).pattern ?? "")?.[1];
  if (count !== undefined) return Number(count);
  throw unsupported(path, schema, "it has no bound: give the text a .max()");
}

// A stack that is deployed later may already send a longer value: room keeps the column from cutting it silently.
const SHORTEST_TEXT_COLUMN_BYTES = 32;

function longest(values: readonly unknown[], path: readonly string[], schema: z.ZodType): number {
  return Math.max(
    SHORTEST_TEXT_COLUMN_BYTES,
    ...values.map((value) => {
      if (typeof value !== "string") throw unsupported(path, schema, `the value ${String(value)} is not text`);
      return Buffer.byteLength(value);
    }),
  );
}

function unsupported(path: readonly string[], schema: z.ZodType, why: string): Error {
  const where = path.length === 0 ? "the contract itself" : `the contract's field ${path.join(".")}`;
  return new Error(
    `No table column can be derived from ${where} (zod type ${schema.def.type}): ${why}. ` +
      "Change the contract, or teach core/tables/contract-fields.ts the type.",
  );
}
