import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
  type RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import { setTimeout as sleep } from "node:timers/promises";

export interface Connection {
  workgroupName: string;
  database: string;
  secretArn: string;
}

/** A statement the warehouse refused, with its own words. */
export class StatementFailedError extends Error {
  constructor(statement: string, status: string, message: string | undefined) {
    super(`${oneLine(statement)} … ${status.toLowerCase()}: ${message ?? "Redshift gave no message"}`);
    this.name = "StatementFailedError";
  }
}

/** The Data API answers at once and works in the background: ask soon at first, then less often. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 5_000;
const PAUSE_GROWTH = 2;

/** Runs SQL through the Redshift Data API, one call after the other. */
export class WarehouseSession {
  readonly #client: RedshiftDataClient;
  readonly #connection: { WorkgroupName: string; Database: string; SecretArn: string };
  readonly #signal: AbortSignal;

  /** @param signal ends every wait; the statement that runs then goes on in the warehouse. */
  constructor(client: RedshiftDataClient, { workgroupName, database, secretArn }: Connection, signal: AbortSignal) {
    this.#client = client;
    this.#connection = { WorkgroupName: workgroupName, Database: database, SecretArn: secretArn };
    this.#signal = signal;
  }

  /** @throws StatementFailedError with Redshift's message. */
  async execute(sql: string): Promise<void> {
    await this.#finished(sql);
  }

  /**
   * All statements in one transaction: all or none.
   * @throws StatementFailedError naming the one that failed.
   */
  async transaction(statements: readonly string[]): Promise<void> {
    const command = new BatchExecuteStatementCommand({ ...this.#connection, Sqls: [...statements] });
    const { Id } = await this.#client.send(command, { abortSignal: this.#signal });
    await this.#wait(Id, statements.join(";\n"));
  }

  /** Rows as text; NULL as undefined. */
  async query(sql: string): Promise<(string | undefined)[][]> {
    const id = await this.#finished(sql);
    const rows: (string | undefined)[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#client.send(new GetStatementResultCommand({ Id: id, ...(nextToken !== undefined && { NextToken: nextToken }) }), { abortSignal: this.#signal });
      rows.push(...(page.Records ?? []).map((record) => record.map(fieldText)));
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
    return rows;
  }

  async #finished(sql: string): Promise<string> {
    const command = new ExecuteStatementCommand({ ...this.#connection, Sql: sql });
    const { Id } = await this.#client.send(command, { abortSignal: this.#signal });
    return this.#wait(Id, sql);
  }

  async #wait(id: string | undefined, sql: string): Promise<string> {
    if (id === undefined) throw new Error(`The Data API gave no id for ${oneLine(sql)}`);
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
      const statement = await this.#client.send(new DescribeStatementCommand({ Id: id }), { abortSignal: this.#signal });
      if (statement.Status === "FINISHED") return id;
      if (statement.Status === "FAILED" || statement.Status === "ABORTED") throw failure(statement, sql);
      await sleep(pause, undefined, { signal: this.#signal });
    }
  }
}

function failure(statement: DescribeStatementResponse, sql: string): StatementFailedError {
  const culprit = statement.SubStatements?.find(({ Status }) => Status === "FAILED");
  return new StatementFailedError(culprit?.QueryString ?? statement.QueryString ?? sql, statement.Status ?? "FAILED", culprit?.Error ?? statement.Error);
}

const STATEMENT_CHARACTERS = 200;

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/gu, " ").slice(0, STATEMENT_CHARACTERS);
}

function fieldText(field: Field): string | undefined {
  const value = field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue;
  return value === undefined ? undefined : String(value);
}
