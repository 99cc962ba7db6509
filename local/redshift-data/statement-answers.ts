import { ServiceError } from "../service.ts";
import type { CellValue } from "./result-values.ts";
import type { Statement } from "./statement-store.ts";
import type { QueryResult } from "./warehouse-engine.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000;
/** A page of a result: the real service's ends near 1 MB. */
const PAGE_ROWS = 1_000;
const PAGE_CHARACTERS = 1_000_000;

/** The answer to DescribeStatement. */
export function describeStatement(statement: Statement): unknown {
  const { id, sqls, isBatch, results, parameters } = statement;
  return {
    Id: id,
    ...progress(statement),
    QueryString: isBatch ? undefined : sqls[0],
    QueryParameters: parameters.length === 0 ? undefined : parameters,
    Database: statement.database,
    WorkgroupName: statement.workgroupName,
    SecretArn: statement.secretArn,
    Error: statement.error,
    ...size(isBatch ? undefined : results[0]),
    HasResultSet: results.some(({ hasResultSet }) => hasResultSet),
    RedshiftPid: process.pid,
    RedshiftQueryId: -1,
    SubStatements: isBatch ? sqls.map((sql, index) => subStatement(statement, sql, index)) : undefined,
  };
}

function subStatement(statement: Statement, sql: string, index: number): unknown {
  const failed = statement.failedIndex === index;
  // One transaction: when one failed, none of the others took effect.
  const status = statement.status === "FAILED" && !failed ? "ABORTED" : statement.status;
  return {
    Id: `${statement.id}:${index + 1}`,
    ...progress(statement),
    Status: status,
    QueryString: sql,
    Error: failed ? statement.error : undefined,
    ...size(statement.results[index]),
    HasResultSet: statement.results[index]?.hasResultSet ?? false,
    RedshiftQueryId: -1,
  };
}

function progress({ status, createdAt, updatedAt, startedAt }: Statement): Record<string, unknown> {
  return {
    Status: status,
    CreatedAt: createdAt / 1000,
    UpdatedAt: updatedAt / 1000,
    Duration: startedAt === undefined || status === "STARTED" ? -1 : (updatedAt - startedAt) * NANOSECONDS_PER_MILLISECOND,
  };
}

function size(result: QueryResult | undefined): Record<string, unknown> {
  return { ResultRows: result === undefined ? -1 : result.affected, ResultSize: result === undefined ? -1 : 0 };
}

/** An entry of the answer to ListStatements. */
export function listedStatement(statement: Statement): unknown {
  return {
    Id: statement.id,
    Status: statement.status,
    QueryString: statement.isBatch ? undefined : statement.sqls[0],
    QueryStrings: statement.isBatch ? statement.sqls : undefined,
    IsBatchStatement: statement.isBatch,
    StatementName: statement.statementName,
    SecretArn: statement.secretArn,
    CreatedAt: statement.createdAt / 1000,
    UpdatedAt: statement.updatedAt / 1000,
  };
}

/**
 * The answer to GetStatementResult: one page.
 * @param index of the statement within a batch, from 0; a batch has no result of its own
 * @throws ServiceError when there is no result (yet).
 */
export function statementResult(statement: Statement, index: number | undefined, nextToken: string | undefined): unknown {
  const result = statement.isBatch && index === undefined ? undefined : statement.results[index ?? 0];
  if (result === undefined || !result.hasResultSet) {
    throw new ServiceError("ResourceNotFoundException", `Query does not have result. Please check query status with DescribeStatement: it is ${statement.status}.`);
  }
  const from = nextToken === undefined ? 0 : Number(nextToken);
  if (!Number.isInteger(from) || from < 0 || from > result.rows.length) throw new ServiceError("ValidationException", `NextToken ${nextToken} does not belong to this result.`);
  const records: unknown[] = [];
  let characters = 0;
  for (let row = from; row < result.rows.length && records.length < PAGE_ROWS && characters < PAGE_CHARACTERS; row++) {
    const record = result.rows[row]!.map((value, column) => field(value, result.columns[column]!.type));
    records.push(record);
    characters += result.rows[row]!.reduce<number>((sum, value) => sum + (typeof value === "string" ? value.length : 8), 0);
  }
  const end = from + records.length;
  return {
    Records: records,
    ColumnMetadata: result.columns.map(columnMetadata),
    TotalNumRows: result.rows.length,
    NextToken: end < result.rows.length ? String(end) : undefined,
  };
}

function field(value: CellValue, type: string): Record<string, unknown> {
  if (value === null) return { isNull: true };
  switch (type) {
    case "bool":
      return { booleanValue: value };
    case "int2":
    case "int4":
    case "int8":
      // The service takes the quotes off again.
      return { longValue: typeof value === "bigint" ? String(value) : value };
    case "float4":
    case "float8":
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      return { stringValue: String(value) };
  }
}

function columnMetadata({ name, type }: { name: string; type: string }): Record<string, unknown> {
  const isNumber = type.startsWith("int") || type.startsWith("float") || type === "numeric";
  return { name, label: name, typeName: type, nullable: 1, isCaseSensitive: type === "varchar", isCurrency: false, isSigned: isNumber, length: 0, precision: 0, scale: 0, schemaName: "", tableName: "" };
}
