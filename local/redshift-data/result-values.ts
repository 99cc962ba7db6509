import {
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";

/** DuckDB names a column without an alias by its expression, `count_star()`; Redshift by its function, `count`. */
export function redshiftColumnName(name: string): string {
  return /^(?!cast\()(\w+?)(?:_star)?\(.*\)$/iu.exec(name)?.[1] ?? name;
}

/** Redshift's name of a DuckDB type, as the Data API's `typeName`. */
export function redshiftTypeName(type: DuckDBType): string {
  if (type.alias === "JSON") return "super";
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- whatever Redshift has no type for is shown as text
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return "bool";
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.SMALLINT:
      return "int2";
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.USMALLINT:
      return "int4";
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    // Redshift's SUM over whole numbers is an int8; DuckDB's is wider.
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return "int8";
    case DuckDBTypeId.FLOAT:
      return "float4";
    case DuckDBTypeId.DOUBLE:
      return "float8";
    case DuckDBTypeId.DECIMAL:
      return "numeric";
    case DuckDBTypeId.DATE:
      return "date";
    case DuckDBTypeId.TIME:
      return "time";
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return "timestamp";
    case DuckDBTypeId.TIMESTAMP_TZ:
      return "timestamptz";
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.MAP:
    case DuckDBTypeId.ARRAY:
      return "super";
    case DuckDBTypeId.BLOB:
      return "varbyte";
    default:
      return "varchar";
  }
}

/** SQL NULL is null; a whole number beyond 2^53 is a bigint; super is JSON text. */
export type CellValue = string | number | bigint | boolean | null;

/**
 * A value as Redshift would hand it out: whole numbers as number (bigint beyond 2^53), super as JSON text, numerics and
 * dates and times as text.
 */
export function redshiftValue(value: DuckDBValue, type: DuckDBType): CellValue {
  if (value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }
  if (value instanceof DuckDBTimestampTZValue && isOfOurEra(value.micros)) return `${timestampText(value.micros)}+00`;
  if (value instanceof DuckDBTimestampValue && isOfOurEra(value.micros)) return timestampText(value.micros);
  if (redshiftTypeName(type) === "super") return JSON.stringify(superValue(value, type));
  return value.toString();
}

/** As SUPER shows it: an absent optional field of a struct is left out, as it was in the record. */
function superValue(value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null) return null;
  if (typeof value === "string") return type.alias === "JSON" ? JSON.parse(value) : value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) return value.items.map((item) => superValue(item, type.valueType));
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    return Object.fromEntries(value.entries.map((entry) => [String(entry.key), superValue(entry.value, type.valueType)]));
  }
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    const fields = type.entryNames.map((name, index) => [name, superValue(value.entries[name] ?? null, type.entryTypes[index]!)] as const);
    return Object.fromEntries(fields.filter(([, field]) => field !== null));
  }
  return redshiftValue(value, type);
}

const YEAR_1_MICROS = BigInt(Date.parse("0001-01-01T00:00:00Z")) * 1000n;
const YEAR_10000_MICROS = BigInt(Date.parse("+010000-01-01T00:00:00Z")) * 1000n;

/** The others (infinity, BC) are left to DuckDB's own words. */
function isOfOurEra(micros: bigint): boolean {
  return micros >= YEAR_1_MICROS && micros < YEAR_10000_MICROS;
}

function timestampText(micros: bigint): string {
  const perSecond = 1_000_000n;
  const fraction = ((micros % perSecond) + perSecond) % perSecond;
  const seconds = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  return fraction === 0n ? seconds : `${seconds}.${fraction.toString().padStart(6, "0").replace(/0+$/u, "")}`;
}
