import { SentimentResultSchema } from "../contracts/sentiment-result.ts";
import { type ContractField, contractFields, type FieldType } from "./contract-fields.ts";

/**
 * The shape of a result for DuckDB's `from_json`, as the value to be written as JSON: objects become structs, so that
 * `payload."sentiment"."label"` navigates as it does in a Redshift SUPER. Timestamps stay text, as they are in SUPER.
 */
export function duckdbStructure(fields: readonly ContractField[] = contractFields(SentimentResultSchema)): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ key, type }) => [key, duckdbType(type)]));
}

function duckdbType(type: FieldType): unknown {
  switch (type.kind) {
    case "text":
    case "timestamp":
      return "VARCHAR";
    case "integer":
      return type.bits === 32 ? "INTEGER" : "BIGINT";
    case "double":
      return "DOUBLE";
    case "boolean":
      return "BOOLEAN";
    case "array":
      return [duckdbType(type.element)];
    case "map":
      return "JSON";
    case "object":
      return duckdbStructure(type.fields);
  }
}
