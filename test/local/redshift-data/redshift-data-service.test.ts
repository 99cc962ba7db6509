import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  DescribeTableCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
  ListTablesCommand,
  RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RedshiftDataService } from "../../../local/redshift-data/redshift-data-service.ts";
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { CREDENTIALS, type ProtocolServer, startProtocolServer } from "./protocol-server.ts";
import { MemoryStream, temporaryFolder } from "./warehouse-fixture.ts";

const ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0f6b";
const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin";
const CONNECTION = { WorkgroupName: "valence-test", Database: "valence", SecretArn: SECRET };
const place = temporaryFolder();
let engine: WarehouseEngine;
let server: ProtocolServer;
let client: RedshiftDataClient;

beforeAll(async () => {
  engine = await WarehouseEngine.open({ folder: place.folder, kinesis: new MemoryStream() });
  server = await startProtocolServer([new RedshiftDataService({ engine, workgroups: [{ name: "valence-test", arn: ARN, database: "valence" }] })]);
  client = new RedshiftDataClient({ ...CREDENTIALS, endpoint: server.url, maxAttempts: 1 });
});
afterEach(() => {
  server.caller = { roleArn: null, name: "the owner" };
});
afterAll(async () => {
  client.destroy();
  await server.close();
  await engine.close();
  place.remove();
});

async function ended(id: string | undefined): Promise<DescribeStatementResponse> {
  for (;;) {
    const statement = await client.send(new DescribeStatementCommand({ Id: id }));
    if (statement.Status !== "SUBMITTED" && statement.Status !== "STARTED") return statement;
    await sleep(5);
  }
}

async function run(sql: string): Promise<DescribeStatementResponse> {
  return ended((await client.send(new ExecuteStatementCommand({ ...CONNECTION, Sql: sql }))).Id);
}

describe("a statement", () => {
  it("answers with typed fields", async () => {
    const { Id, Status, ResultRows, HasResultSet, QueryString } = await run("SELECT 1 AS whole, 9007199254740993 AS large, 1.5::double precision AS fraction, 1.50::numeric(5,2) AS exact, true AS yes, NULL AS nothing, 'ü' AS words, DATE '2026-03-01' AS day");
    expect({ Status, ResultRows, HasResultSet }).toEqual({ Status: "FINISHED", ResultRows: 1, HasResultSet: true });
    expect(QueryString).toMatch(/^SELECT 1/u);
    const result = await client.send(new GetStatementResultCommand({ Id }));
    expect(result.TotalNumRows).toBe(1);
    expect(result.ColumnMetadata?.map(({ name, typeName }) => `${name} ${typeName}`)).toEqual(["whole int4", "large int8", "fraction float8", "exact numeric", "yes bool", "nothing int4", "words varchar", "day date"]);
    const [whole, , ...others] = result.Records![0]!;
    expect([whole, ...others]).toEqual([{ longValue: 1 }, { doubleValue: 1.5 }, { stringValue: "1.50" }, { booleanValue: true }, { isNull: true }, { stringValue: "ü" }, { stringValue: "2026-03-01" }]);
  });

  it("keeps a large whole number exact on the wire", async () => {
    const { Id } = await run("SELECT 9007199254740993 AS large, '\"longValue\":\"1\"' AS words");
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "x-amz-target": "RedshiftData.GetStatementResult", authorization: "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/redshift-data/aws4_request" },
      body: JSON.stringify({ Id }),
    });
    const text = await response.text();
    expect(text).toContain('{"longValue":9007199254740993}');
    expect(text).toContain(JSON.stringify('"longValue":"1"'));
  });

  it("is paged", async () => {
    const { Id } = await run("SELECT x FROM range(2500) AS t(x)");
    const seen: unknown[] = [];
    let pages = 0;
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await client.send(new GetStatementResultCommand({ Id, NextToken: token }));
      seen.push(...page.Records!.map(([field]) => field!.longValue));
      token = page.NextToken;
      pages++;
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 2500 }, (_, index) => index));
  });

  it("fails with the database's words, and has no result then", async () => {
    const { Id, Status, Error: message } = await run("SELECT * FROM valence.nowhere");
    expect(Status).toBe("FAILED");
    expect(message).toContain("nowhere");
    await expect(client.send(new GetStatementResultCommand({ Id }))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("fails for a database that is not there", async () => {
    const { Id } = await client.send(new ExecuteStatementCommand({ ...CONNECTION, Database: "other", Sql: "SELECT 1" }));
    expect(await ended(Id)).toMatchObject({ Status: "FAILED", Error: expect.stringContaining('database "other" does not exist') });
  });

  it("runs once when its call is sent again", async () => {
    await run("CREATE TABLE IF NOT EXISTS counted (x integer)");
    const command = { ...CONNECTION, Sql: "INSERT INTO counted VALUES (1)", ClientToken: "same-token" };
    const first = await client.send(new ExecuteStatementCommand(command));
    const second = await client.send(new ExecuteStatementCommand(command));
    expect(second.Id).toBe(first.Id);
    await ended(first.Id);
    expect((await engine.run("SELECT COUNT(*) FROM counted")).rows).toEqual([[1]]);
  });

  it("takes parameters", async () => {
    const { Id } = await client.send(new ExecuteStatementCommand({ ...CONNECTION, Sql: "SELECT :who AS who", Parameters: [{ name: "who", value: "O'Brien" }] }));
    await ended(Id);
    expect((await client.send(new GetStatementResultCommand({ Id }))).Records).toEqual([[{ stringValue: "O'Brien" }]]);
  });

  it("can be cancelled, running or waiting", async () => {
    const slow = await client.send(new ExecuteStatementCommand({ ...CONNECTION, Sql: "SELECT COUNT(*) FROM range(1000000) AS a(x), range(1000000) AS b(y) WHERE x * y % 7 = 1" }));
    const waiting = await client.send(new ExecuteStatementCommand({ ...CONNECTION, Sql: "CREATE TABLE never (x integer)" }));
    expect(await client.send(new CancelStatementCommand({ Id: waiting.Id }))).toMatchObject({ Status: true });
    expect(await client.send(new CancelStatementCommand({ Id: slow.Id }))).toMatchObject({ Status: true });
    expect((await ended(slow.Id)).Status).toBe("ABORTED");
    expect((await run("SELECT 1")).Status).toBe("FINISHED");
    expect((await run("SELECT * FROM never")).Status).toBe("FAILED");
    expect(await client.send(new CancelStatementCommand({ Id: slow.Id }))).toMatchObject({ Status: false });
  });
});

describe("a batch", () => {
  it("has a result for each of its statements", async () => {
    const { Id } = await client.send(new BatchExecuteStatementCommand({ ...CONNECTION, Sqls: ["CREATE TABLE batched (x integer)", "INSERT INTO batched VALUES (7)", "SELECT x FROM batched"] }));
    const statement = await ended(Id);
    expect(statement.SubStatements?.map(({ Status, HasResultSet }) => [Status, HasResultSet])).toEqual([["FINISHED", false], ["FINISHED", false], ["FINISHED", true]]);
    expect((await client.send(new GetStatementResultCommand({ Id: `${Id}:3` }))).Records).toEqual([[{ longValue: 7 }]]);
  });

  it("rolls back and names the statement that failed", async () => {
    const { Id } = await client.send(new BatchExecuteStatementCommand({ ...CONNECTION, Sqls: ["CREATE TABLE gone (x integer)", "SELECT * FROM valence.nowhere"] }));
    const statement = await ended(Id);
    expect(statement.Status).toBe("FAILED");
    expect(statement.SubStatements?.map(({ Status }) => Status)).toEqual(["ABORTED", "FAILED"]);
    expect(statement.SubStatements?.[1]?.Error).toContain("nowhere");
    expect((await run("SELECT * FROM gone")).Status).toBe("FAILED");
  });
});

describe("callers", () => {
  it("need the workgroup, and the secret or temporary credentials", async () => {
    server.permissions.length = 0;
    await run("SELECT 1");
    await client.send(new ExecuteStatementCommand({ WorkgroupName: "valence-test", Database: "valence", Sql: "SELECT 1" }));
    expect(server.permissions.filter(({ action }) => action !== "redshift-data:DescribeStatement")).toEqual([
      { action: "redshift-data:ExecuteStatement", resource: ARN },
      { action: "secretsmanager:GetSecretValue", resource: SECRET },
      { action: "redshift-data:ExecuteStatement", resource: ARN },
      { action: "redshift-serverless:GetCredentials", resource: ARN },
    ]);
    expect(server.permissions).toContainEqual({ action: "redshift-data:DescribeStatement", resource: "*" });
  });

  it("see their own statements only", async () => {
    server.caller = { roleArn: "arn:aws:iam::123456789012:role/a", name: "a" };
    const { Id } = await client.send(new ExecuteStatementCommand({ ...CONNECTION, Sql: "SELECT 1", StatementName: "mine" }));
    await ended(Id);
    expect((await client.send(new ListStatementsCommand({ StatementName: "mine" }))).Statements?.map((statement) => statement.Id)).toEqual([Id]);
    server.caller = { roleArn: "arn:aws:iam::123456789012:role/b", name: "b" };
    await expect(client.send(new DescribeStatementCommand({ Id }))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect((await client.send(new ListStatementsCommand({}))).Statements).toEqual([]);
  });

  it.each([
    [{ WorkgroupName: "nope", Database: "valence", Sql: "SELECT 1" }, /nope is not one of valence-test/u],
    [{ ClusterIdentifier: "c", Database: "valence", Sql: "SELECT 1" }, /Give WorkgroupName/u],
    [{ ...CONNECTION, Sql: "" }, /Sql/u],
    [{ ...CONNECTION, Sql: "SELECT 1", SessionKeepAliveSeconds: 5 }, /sessions are not kept/u],
  ])("are told what is wrong: %j", async (input, message) => {
    await expect(client.send(new ExecuteStatementCommand(input))).rejects.toMatchObject({ name: "ValidationException", message: expect.stringMatching(message) });
  });
});

it("lists tables and columns", async () => {
  await engine.run("CREATE SCHEMA IF NOT EXISTS shown");
  await engine.run("CREATE TABLE shown.t (a integer NOT NULL, b varchar(3))");
  expect((await client.send(new ListTablesCommand({ ...CONNECTION, SchemaPattern: "shown" }))).Tables).toEqual([{ schema: "shown", name: "t", type: "TABLE" }]);
  expect((await client.send(new DescribeTableCommand({ ...CONNECTION, Schema: "shown", Table: "t" }))).ColumnList?.map(({ name, nullable }) => [name, nullable])).toEqual([["a", 0], ["b", 1]]);
});
