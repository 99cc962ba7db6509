import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
} from "@aws-sdk/client-redshift-data";
import type { ColumnMetadata, Field, RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import type { Cell, Column } from "./table.ts";

export type WarehouseDeployment = Deployment<"WarehouseWorkgroupName" | "WarehouseDatabase">;

export interface QueryResult {
  columns: Column[];
  rows: Cell[][];
  /** Rows a statement without a result has changed. */
  affected: number;
}

export const REFRESH_STATEMENT = "REFRESH MATERIALIZED VIEW valence.results_stream";

const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 1_000;

const NUMBER_TYPES = new Set(["int2", "int4", "int8", "float4", "float8", "numeric", "smallint", "integer", "bigint", "real", "double precision", "decimal"]);

/**
 * Runs one statement in the stage's warehouse and waits for its end; all pages are read.
 * @param parameters the values of `:name` in it.
 * @throws CommandError with what the warehouse said; on abort the statement is cancelled.
 */
export async function runQuery(
  client: RedshiftDataClient,
  deployment: WarehouseDeployment,
  sql: string,
  { signal, secretArn, parameters }: { signal?: AbortSignal; secretArn?: string | undefined; parameters?: Readonly<Record<string, string>> } = {},
): Promise<QueryResult> {
  const { Id } = await client.send(
    new ExecuteStatementCommand({
      WorkgroupName: deployment.outputs.WarehouseWorkgroupName,
      Database: deployment.outputs.WarehouseDatabase,
      Sql: sql,
      // Without a secret, Redshift takes the caller's IAM identity for the database user.
      SecretArn: secretArn,
      // Values apart from the statement: a backslash or a quote in one is nothing but itself.
      Parameters: parameters && Object.entries(parameters).map(([name, value]) => ({ name, value })),
    }),
  );
  if (Id === undefined) throw new CommandError("The Redshift Data API gave the statement no id.");
  const finished = await waitForEnd(client, Id, signal);
  if (!finished.hasResult) return { columns: [], rows: [], affected: finished.affected };
  return readResult(client, Id, finished.affected);
}

async function waitForEnd(client: RedshiftDataClient, id: string, signal?: AbortSignal): Promise<{ hasResult: boolean; affected: number }> {
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 1.5)) {
    const state = await client.send(new DescribeStatementCommand({ Id: id }));
    if (state.Status === "FINISHED") return { hasResult: state.HasResultSet ?? false, affected: state.ResultRows ?? 0 };
    if (state.Status === "FAILED") throw new CommandError(state.Error ?? "The statement failed without saying why.");
    if (state.Status === "ABORTED") throw new CommandError("The statement was cancelled.");
    if (signal?.aborted) {
      await client.send(new CancelStatementCommand({ Id: id })).catch(() => undefined);
      throw new CommandError("The statement was cancelled.");
    }
    await sleep(pause);
  }
}

async function readResult(client: RedshiftDataClient, id: string, affected: number): Promise<QueryResult> {
  let columns: Column[] = [];
  const rows: Cell[][] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new GetStatementResultCommand({ Id: id, ...(token === undefined ? {} : { NextToken: token }) }));
    columns = (page.ColumnMetadata ?? []).map(toColumn);
    for (const record of page.Records ?? []) rows.push(record.map(toCell));
    token = page.NextToken;
  } while (token !== undefined);
  return { columns, rows, affected };
}

function toColumn({ label, name, typeName }: ColumnMetadata): Column {
  const type = typeName?.toLowerCase() ?? "";
  return { name: label || name || "?", align: NUMBER_TYPES.has(type) ? "right" : "left", json: type === "super" };
}

function toCell(field: Field): Cell {
  if (field.isNull) return null;
  if (field.blobValue !== undefined) return Buffer.from(field.blobValue).toString("base64");
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}
