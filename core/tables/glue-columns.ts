import { SentimentResultSchema } from "../contracts/sentiment-result.ts";
import { type ContractField, contractFields, type FieldType } from "./contract-fields.ts";
import { snakeCase } from "./result-columns.ts";

export interface GlueColumn {
  name: string;
  /** A Hive type, e.g. `struct<index:bigint,startms:bigint>`. */
  type: string;
}

/** The columns of the Parquet table: one a top-level field of the result contract, nested ones as structs. */
export function glueColumns(fields: readonly ContractField[] = contractFields(SentimentResultSchema)): GlueColumn[] {
  return fields.map(({ key, type }) => ({ name: snakeCase(key), type: hiveType(type) }));
}

/**
 * Column name → JSON key, for Firehose's OpenX deserializer (`columnToJsonKeyMappings`), for columns whose name is not the key.
 *
 * Keys are in lower case: with `caseInsensitive` (needed for the fields of structs, which Hive knows in lower case only)
 * the deserializer lower-cases every key of the record before it looks a column up.
 */
export function openXMappings(fields: readonly ContractField[] = contractFields(SentimentResultSchema)): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ key }) => [snakeCase(key), key.toLowerCase()] as const).filter(([name, key]) => name !== key),
  );
}

function hiveType(type: FieldType): string {
  switch (type.kind) {
    case "text":
      return "string";
    case "integer":
      return type.bits === 32 ? "int" : "bigint";
    case "double":
      return "double";
    case "boolean":
      return "boolean";
    case "timestamp":
      // Hive's timestamp takes no offset and the deserializer gives null for ISO 8601 with one: text keeps the moment.
      return "string";
    case "array":
      return `array<${hiveType(type.element)}>`;
    case "map":
      return `map<string,${HIVE_VALUES[type.values]}>`;
    case "object":
      return `struct<${type.fields.map(({ key, type }) => `${key.toLowerCase()}:${hiveType(type)}`).join(",")}>`;
  }
}

const HIVE_VALUES = { text: "string", integer: "int", double: "double" } as const;
