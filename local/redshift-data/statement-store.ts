import { randomUUID } from "node:crypto";
import { ServiceError } from "../service.ts";
import type { SqlParameter } from "./sql-tokens.ts";
import { BatchError, type QueryResult, type WarehouseEngine } from "./warehouse-engine.ts";

export type StatementStatus = "SUBMITTED" | "STARTED" | "FINISHED" | "FAILED" | "ABORTED";

export interface StatementRequest {
  sqls: readonly string[];
  isBatch: boolean;
  parameters: readonly SqlParameter[];
  database: string;
  workgroupName: string;
  secretArn: string | undefined;
  statementName: string | undefined;
  /** Statements belong to whoever ran them; `null` is the owner of the machine. */
  roleArn: string | null;
}

export interface Statement extends StatementRequest {
  id: string;
  status: StatementStatus;
  /** Epoch milliseconds. */
  createdAt: number;
  updatedAt: number;
  startedAt: number | undefined;
  error: string | undefined;
  /** Of a batch, the statement that failed. */
  failedIndex: number | undefined;
  results: readonly QueryResult[];
}

/** The real service forgets after 24 hours; so many statements is a long day on one machine. */
const KEPT_STATEMENTS = 1_000;

/** Statements run in the background, in the order they came; their results wait here to be fetched. */
export class StatementStore {
  readonly #engine: WarehouseEngine;
  readonly #statements = new Map<string, Statement>();
  readonly #idsByToken = new Map<string, string>();
  #running: string | undefined;

  constructor(engine: WarehouseEngine) {
    this.#engine = engine;
  }

  /** @param failure set when the statement cannot even start; it then ends FAILED, as in the real service. */
  submit(request: StatementRequest, clientToken: string | undefined, failure?: string): Statement {
    // A call that is sent again because its answer was lost carries the same token.
    const token = clientToken === undefined ? undefined : `${request.roleArn} ${clientToken}`;
    const known = token === undefined ? undefined : this.#statements.get(this.#idsByToken.get(token) ?? "");
    if (known !== undefined) return known;
    const now = Date.now();
    const statement: Statement = { ...request, id: randomUUID(), status: "SUBMITTED", createdAt: now, updatedAt: now, startedAt: undefined, error: undefined, failedIndex: undefined, results: [] };
    this.#statements.set(statement.id, statement);
    if (token !== undefined) this.#idsByToken.set(token, statement.id);
    this.#forgetOldest();
    if (failure === undefined) void this.#run(statement);
    else end(statement, "FAILED", failure);
    return statement;
  }

  /** @throws ServiceError `ResourceNotFoundException` for an unknown id, or one of another caller. */
  get(id: string, roleArn: string | null): Statement {
    const statement = this.#statements.get(id);
    if (statement === undefined || (roleArn !== null && statement.roleArn !== roleArn)) {
      throw new ServiceError("ResourceNotFoundException", `Query ${id} doesn't exist: the local warehouse keeps the last ${KEPT_STATEMENTS} statements of a run, each for the caller who sent it.`);
    }
    return statement;
  }

  /** Newest first. */
  list(roleArn: string | null): Statement[] {
    return [...this.#statements.values()].filter((statement) => roleArn === null || statement.roleArn === roleArn).reverse();
  }

  cancel(statement: Statement): boolean {
    if (statement.status !== "SUBMITTED" && statement.status !== "STARTED") return false;
    end(statement, "ABORTED", undefined);
    if (this.#running === statement.id) this.#engine.interrupt();
    return true;
  }

  async #run(statement: Statement): Promise<void> {
    try {
      const results = await this.#engine.exclusively(async (session) => {
        if (statement.status !== "SUBMITTED") return [];
        statement.status = "STARTED";
        statement.startedAt = statement.updatedAt = Date.now();
        this.#running = statement.id;
        try {
          return statement.isBatch ? await session.runAll(statement.sqls, statement.parameters) : [await session.run(statement.sqls[0]!, statement.parameters)];
        } finally {
          this.#running = undefined;
        }
      });
      if (statement.status !== "STARTED") return;
      statement.results = results;
      end(statement, "FINISHED", undefined);
    } catch (error) {
      if (statement.status === "ABORTED") return;
      if (error instanceof BatchError) statement.failedIndex = error.statementIndex;
      end(statement, "FAILED", error instanceof Error ? error.message : String(error));
    }
  }

  #forgetOldest(): void {
    for (const [id, { status }] of this.#statements) {
      if (this.#statements.size <= KEPT_STATEMENTS) break;
      if (status !== "SUBMITTED" && status !== "STARTED") this.#statements.delete(id);
    }
    for (const [token, id] of this.#idsByToken) if (!this.#statements.has(id)) this.#idsByToken.delete(token);
  }
}

function end(statement: Statement, status: StatementStatus, error: string | undefined): void {
  statement.status = status;
  statement.error = error;
  statement.updatedAt = Date.now();
}
