import { type ResultColumn, resultColumns } from "./result-columns.ts";

export interface RedshiftColumn {
  name: string;
  /** As Redshift names it, e.g. `varchar(384)`. */
  type: string;
  nullable: boolean;
  /** An expression over the SUPER column that holds a result. */
  expression: string;
}

/**
 * The columns of the view `valence.results`. JSON keys are quoted because they are camelCase: the workgroup must set
 * `enable_case_sensitive_identifier`.
 * @param payload the SUPER column; with its table, or `a.b.c` could be read as schema, table and column
 */
export function redshiftColumns(columns: readonly ResultColumn[] = resultColumns(), payload = "payload"): RedshiftColumn[] {
  return columns.map(({ name, path, nullable, type }) => {
    const value = [payload, ...path.map((key) => `"${key}"`)].join(".");
    const redshiftType = redshiftTypeOf(type);
    return { name, type: redshiftType, nullable, expression: cast(value, type, redshiftType) };
  });
}

function redshiftTypeOf(type: ResultColumn["type"]): string {
  switch (type.kind) {
    case "text":
      return `varchar(${type.maxBytes})`;
    case "integer":
      return type.bits === 32 ? "integer" : "bigint";
    case "double":
      return "double precision";
    case "boolean":
      return "boolean";
    case "timestamp":
      return "timestamptz";
    case "array":
    case "map":
      return "super";
  }
}

// One value that Redshift cannot take must not fail every query over the view, for good. A cast from SUPER gives null
// for such a value by itself; a cast from text does not, and needs TRY_CAST.
function cast(value: string, type: ResultColumn["type"], redshiftType: string): string {
  switch (type.kind) {
    case "timestamp":
      // SUPER holds it as text.
      return `TRY_CAST(${value}::varchar AS ${redshiftType})`;
    case "text":
    case "integer":
    case "double":
    case "boolean":
      return `${value}::${redshiftType}`;
    case "array":
    case "map":
      return value;
  }
}
