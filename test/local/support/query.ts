import { DescribeStatementCommand, ExecuteStatementCommand, GetStatementResultCommand, RedshiftDataClient, type Field } from "@aws-sdk/client-redshift-data";
import { OWNER_CREDENTIALS } from "./producer.ts";

export type Cell = string | number | boolean | null;

/** Runs one statement through the Redshift Data API, as an analyst's tool would, and returns every page of its rows. */
export async function query(endpoint: string, sql: string): Promise<Cell[][]> {
  const client = new RedshiftDataClient({ endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS });
  const { Id } = await client.send(new ExecuteStatementCommand({ WorkgroupName: "valence-local", Database: "valence", Sql: sql }));
  for (;;) {
    const statement = await client.send(new DescribeStatementCommand({ Id }));
    if (statement.Status === "FINISHED") break;
    if (statement.Status === "FAILED" || statement.Status === "ABORTED") throw new Error(`${sql}: ${statement.Error}`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
  const rows: Cell[][] = [];
  let page: string | undefined;
  do {
    const result = await client.send(new GetStatementResultCommand({ Id, NextToken: page }));
    rows.push(...(result.Records ?? []).map((record) => record.map(cell)));
    page = result.NextToken;
  } while (page !== undefined);
  client.destroy();
  return rows;
}

function cell(field: Field): Cell {
  if (field.isNull) return null;
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}
