import { z } from "zod";
import { type LocalService, type RequiredPermission, ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { describeTable, listSchemas, listTables } from "./catalog-operations.ts";
import { jsonBody, jsonError, jsonResponse, targetOperation } from "./json-protocol.ts";
import { describeStatement, listedStatement, statementResult } from "./statement-answers.ts";
import { type Statement, StatementStore } from "./statement-store.ts";
import type { WarehouseEngine } from "./warehouse-engine.ts";

export interface LocalWorkgroup {
  name: string;
  arn: string;
  database: string;
}

export interface RedshiftDataOptions {
  engine: WarehouseEngine;
  workgroups: readonly LocalWorkgroup[];
}

const ConnectionSchema = z.object({
  WorkgroupName: z.string().optional(),
  ClusterIdentifier: z.string().optional(),
  Database: z.string().min(1),
  SecretArn: z.string().optional(),
});
const SubmissionSchema = ConnectionSchema.extend({
  ClientToken: z.string().max(64).optional(),
  StatementName: z.string().max(500).optional(),
  SessionId: z.undefined({ error: "sessions are not kept by the local warehouse" }).optional(),
  SessionKeepAliveSeconds: z.undefined({ error: "sessions are not kept by the local warehouse" }).optional(),
  ResultFormat: z.literal("JSON", { error: "the local warehouse answers in JSON only" }).optional(),
  Parameters: z.array(z.object({ name: z.string().regex(/^[0-9a-zA-Z_]+$/u), value: z.string().min(1) })).min(1).optional(),
});
const ExecuteSchema = SubmissionSchema.extend({ Sql: z.string().min(1) });
const BatchSchema = SubmissionSchema.extend({ Sqls: z.array(z.string().min(1)).min(1).max(40) });
const IdSchema = z.object({ Id: z.string().regex(/^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$/u), NextToken: z.string().optional() });
const ListStatementsSchema = z.object({
  MaxResults: z.int().min(0).max(100).optional(),
  NextToken: z.string().optional(),
  StatementName: z.string().optional(),
  Status: z.enum(["ALL", "SUBMITTED", "PICKED", "STARTED", "FINISHED", "FAILED", "ABORTED"]).optional(),
});
const CatalogSchema = ConnectionSchema.extend({
  SchemaPattern: z.string().optional(),
  TablePattern: z.string().optional(),
  Schema: z.string().optional(),
  Table: z.string().optional(),
});

/** Operations that reach a workgroup; the others concern a statement and know no resource. */
const ON_WORKGROUP = new Set(["ExecuteStatement", "BatchExecuteStatement", "ListDatabases", "ListSchemas", "ListTables", "DescribeTable"]);

/** The Redshift Data API over the local warehouse. */
export class RedshiftDataService implements LocalService {
  readonly signingName = "redshift-data";
  readonly #workgroups: ReadonlyMap<string, LocalWorkgroup>;
  readonly #engine: WarehouseEngine;
  readonly #statements: StatementStore;

  constructor({ engine, workgroups }: RedshiftDataOptions) {
    this.#engine = engine;
    this.#workgroups = new Map(workgroups.map((workgroup) => [workgroup.name, workgroup]));
    this.#statements = new StatementStore(engine);
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const operation = targetOperation(request, "RedshiftData");
    const action = `redshift-data:${operation}`;
    if (!ON_WORKGROUP.has(operation)) return [{ action, resource: "*" }];
    const connection = jsonBody(request, ConnectionSchema);
    const { arn } = this.#workgroup(connection);
    // The service logs in with the caller's rights: to the secret, or to temporary credentials.
    const login =
      connection.SecretArn === undefined
        ? { action: "redshift-serverless:GetCredentials", resource: arn }
        : { action: "secretsmanager:GetSecretValue", resource: connection.SecretArn };
    return [{ action, resource: arn }, login];
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = targetOperation(request, "RedshiftData");
    switch (operation) {
      case "ExecuteStatement": {
        const body = jsonBody(request, ExecuteSchema);
        return this.#submit(request, body, [body.Sql], false);
      }
      case "BatchExecuteStatement": {
        const body = jsonBody(request, BatchSchema);
        return this.#submit(request, body, body.Sqls, true);
      }
      case "DescribeStatement": {
        const { statement } = this.#statement(request);
        return jsonResponse(describeStatement(statement));
      }
      case "GetStatementResult": {
        const { statement, index, nextToken } = this.#statement(request);
        return withLargeNumbers(jsonResponse(statementResult(statement, index, nextToken)));
      }
      case "CancelStatement":
        return jsonResponse({ Status: this.#statements.cancel(this.#statement(request).statement) });
      case "ListStatements":
        return this.#list(request);
      case "ListDatabases": {
        const body = jsonBody(request, CatalogSchema);
        return jsonResponse({ Databases: [this.#workgroup(body).database] });
      }
      case "ListSchemas": {
        const body = this.#catalogRequest(request);
        return jsonResponse({ Schemas: await listSchemas(this.#engine, body.SchemaPattern) });
      }
      case "ListTables": {
        const body = this.#catalogRequest(request);
        return jsonResponse({ Tables: await listTables(this.#engine, body.SchemaPattern, body.TablePattern) });
      }
      case "DescribeTable": {
        const body = this.#catalogRequest(request);
        return jsonResponse({ TableName: body.Table, ColumnList: await describeTable(this.#engine, body.Schema, body.Table) });
      }
      default:
        throw new ServiceError("UnknownOperationException", `The local warehouse does not answer redshift-data:${operation}.`);
    }
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError(error);
  }

  #submit(request: ServiceRequest, body: z.infer<typeof SubmissionSchema>, sqls: readonly string[], isBatch: boolean): ServiceResponse {
    const workgroup = this.#workgroup(body);
    const statement = this.#statements.submit(
      {
        sqls,
        isBatch,
        parameters: body.Parameters ?? [],
        database: body.Database,
        workgroupName: workgroup.name,
        secretArn: body.SecretArn,
        statementName: body.StatementName,
        roleArn: request.caller.roleArn,
      },
      body.ClientToken,
      body.Database === workgroup.database ? undefined : `FATAL: database "${body.Database}" does not exist; the workgroup ${workgroup.name} has "${workgroup.database}"`,
    );
    return jsonResponse({
      Id: statement.id,
      CreatedAt: statement.createdAt / 1000,
      Database: statement.database,
      WorkgroupName: statement.workgroupName,
      SecretArn: statement.secretArn,
    });
  }

  /** `Id:n` is the nth statement of a batch, from 1. */
  #statement(request: ServiceRequest): { statement: Statement; index: number | undefined; nextToken: string | undefined } {
    const { Id, NextToken } = jsonBody(request, IdSchema);
    const [id, position] = Id.split(":");
    const statement = this.#statements.get(id!, request.caller.roleArn);
    return { statement, index: position === undefined ? undefined : Number(position) - 1, nextToken: NextToken };
  }

  #list(request: ServiceRequest): ServiceResponse {
    const { MaxResults, NextToken, StatementName, Status } = jsonBody(request, ListStatementsSchema);
    const all = this.#statements
      .list(request.caller.roleArn)
      .filter(({ status }) => Status === undefined || Status === "ALL" || status === Status)
      .filter(({ statementName }) => StatementName === undefined || (statementName ?? "").startsWith(StatementName));
    const from = NextToken === undefined ? 0 : Number(NextToken);
    const to = from + (MaxResults === undefined || MaxResults === 0 ? 100 : MaxResults);
    return jsonResponse({ Statements: all.slice(from, to).map(listedStatement), NextToken: to < all.length ? String(to) : undefined });
  }

  #catalogRequest(request: ServiceRequest): z.infer<typeof CatalogSchema> {
    const body = jsonBody(request, CatalogSchema);
    const { database } = this.#workgroup(body);
    if (body.Database !== database) throw new ServiceError("ValidationException", `FATAL: database "${body.Database}" does not exist; there is "${database}".`);
    return body;
  }

  #workgroup({ WorkgroupName, ClusterIdentifier }: z.infer<typeof ConnectionSchema>): LocalWorkgroup {
    if (ClusterIdentifier !== undefined || WorkgroupName === undefined) {
      throw new ServiceError("ValidationException", "Give WorkgroupName and no ClusterIdentifier: the local warehouse is a serverless workgroup.");
    }
    // Redshift takes the workgroup's name or its ARN.
    const workgroup = this.#workgroups.get(WorkgroupName) ?? [...this.#workgroups.values()].find(({ arn }) => arn === WorkgroupName);
    if (workgroup !== undefined) return workgroup;
    throw new ServiceError(
      "ValidationException",
      `Redshift endpoint doesn't exist in this region: workgroup ${WorkgroupName} is not one of ${[...this.#workgroups.keys()].join(", ") || "(none is deployed)"}.`,
    );
  }
}

/** Whole numbers beyond 2^53 are JSON numbers on the wire, which JavaScript can only write as text. */
function withLargeNumbers(response: ServiceResponse): ServiceResponse {
  return { ...response, body: String(response.body).replaceAll(/"longValue":"(-?\d+)"/gu, '"longValue":$1') };
}
