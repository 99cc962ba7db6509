import type { Context } from "aws-lambda";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RedshiftDataService } from "../../../local/redshift-data/redshift-data-service.ts";
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { RedshiftServerlessService } from "../../../local/redshift-serverless/redshift-serverless-service.ts";
import { ServiceError } from "../../../local/service.ts";
import { CREDENTIALS, type ProtocolServer, startProtocolServer } from "../../local/redshift-data/protocol-server.ts";
import { MemoryStream, REFRESH, RESULTS_STREAM, sampleResult, temporaryFolder } from "../../local/redshift-data/warehouse-fixture.ts";

const WORKGROUP_ARN = "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0f6b";
const PROPERTIES = { migrations: "digest", workgroupArn: WORKGROUP_ARN, usageLimit: { amount: "8", period: "daily" }, refresh: "scheduled" };

let place: ReturnType<typeof temporaryFolder>;
let engine: WarehouseEngine;
let kinesis: MemoryStream;
let server: ProtocolServer;
let cloudFormation: Server;
let answers: Record<string, unknown>[];
let refusedAnswers: number;
let handler: (event: unknown, context: Context) => Promise<void>;

beforeEach(async () => {
  place = temporaryFolder();
  kinesis = new MemoryStream();
  engine = await WarehouseEngine.open({ folder: place.folder, kinesis });
  server = await startProtocolServer([
    new RedshiftDataService({ engine, workgroups: [{ name: "valence-test", arn: WORKGROUP_ARN, database: "valence" }] }),
    new RedshiftServerlessService({ file: join(place.folder, "limits.json"), region: "us-east-1", accountId: "123456789012" }),
  ]);
  answers = [];
  refusedAnswers = 0;
  cloudFormation = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (refusedAnswers-- > 0) return response.writeHead(503).end();
      answers.push({ method: request.method, contentType: request.headers["content-type"], bytes: Buffer.byteLength(body), ...(JSON.parse(body) as object) });
      return response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => {
    cloudFormation.listen(0, "127.0.0.1", resolve);
  });
  for (const [name, value] of Object.entries({
    POWERTOOLS_SERVICE_NAME: "warehouse-migrator",
    POWERTOOLS_METRICS_NAMESPACE: "Valence",
    POWERTOOLS_LOG_LEVEL: "ERROR",
    WORKGROUP_NAME: "valence-test",
    DATABASE: "valence",
    ADMIN_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin",
    RESULTS_STREAM_NAME: RESULTS_STREAM,
    STREAM_READER_ROLE_ARN: "arn:aws:iam::123456789012:role/reader",
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: CREDENTIALS.region,
    AWS_ACCESS_KEY_ID: "AKIDTEST",
    AWS_SECRET_ACCESS_KEY: "secret",
  })) {
    vi.stubEnv(name, value);
  }
  vi.resetModules();
  ({ handler } = await import("../../../lambdas/warehouse-migrator/handler.ts"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  cloudFormation.closeAllConnections();
  cloudFormation.close();
  await engine.close();
  place.remove();
});

async function deploy(changes: Record<string, unknown> = {}, remainingMs = 900_000): Promise<Record<string, unknown>> {
  const event = {
    RequestType: "Create",
    ResponseURL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/answer`,
    StackId: "stack",
    RequestId: "request",
    LogicalResourceId: "Migrations",
    ResourceType: "Custom::WarehouseMigrations",
    ResourceProperties: PROPERTIES,
    ...changes,
  };
  await handler(event, { getRemainingTimeInMillis: () => remainingMs } as Context);
  return answers.at(-1)!;
}

async function rows(sql: string): Promise<unknown[][]> {
  return (await engine.run(sql)).rows;
}

describe("the first deployment", () => {
  it("makes the warehouse ready to be queried, and says so to CloudFormation", async () => {
    expect(await deploy()).toMatchObject({
      method: "PUT",
      contentType: "",
      Status: "SUCCESS",
      PhysicalResourceId: "valence-test-migrations",
      StackId: "stack",
      RequestId: "request",
      LogicalResourceId: "Migrations",
      Data: { Migrations: "0001-external-schema-of-the-streams 0002-results-stream 0003-analyst-role views" },
    });
    kinesis.put(sampleResult(1));
    await engine.run(REFRESH);
    expect(await rows("SELECT id FROM valence.results")).toEqual([["record-1"]]);
    expect(await rows("SELECT role_name FROM svv_roles")).toEqual([["valence_analyst"]]);
  });

  it("limits the bill before anything else runs", async () => {
    const operations: string[] = [];
    server.intercept = (operation) => operations.push(operation);
    await deploy();
    expect(operations.slice(0, 3)).toEqual(["ListUsageLimits", "CreateUsageLimit", "ExecuteStatement"]);
  });

  it("uses no permission but those it needs", async () => {
    await deploy();
    expect([...new Set(server.permissions.map(({ action, resource }) => `${action} ${resource}`))].sort()).toEqual([
      `redshift-data:BatchExecuteStatement ${WORKGROUP_ARN}`,
      "redshift-data:DescribeStatement *",
      `redshift-data:ExecuteStatement ${WORKGROUP_ARN}`,
      "redshift-data:GetStatementResult *",
      "redshift-serverless:CreateUsageLimit *",
      "redshift-serverless:ListUsageLimits *",
      "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:admin",
    ]);
  });
});

describe("a later deployment", () => {
  it("runs nothing twice and keeps the physical id it was given", async () => {
    await deploy();
    kinesis.put(sampleResult(1));
    await engine.run(REFRESH);
    const answer = await deploy({ RequestType: "Update", PhysicalResourceId: "given", OldResourceProperties: PROPERTIES });
    expect(answer).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: "given", Data: { Migrations: "" } });
    expect(await rows("SELECT COUNT(*) FROM valence.results")).toEqual([[1]]);
    expect(await rows("SELECT COUNT(*) FROM valence.schema_migrations")).toEqual([[4]]);
  });

  it("creates the views anew when their text changed", async () => {
    await deploy();
    await engine.run("UPDATE valence.schema_migrations SET digest = 'older' WHERE id = 'views'");
    await engine.run("DROP VIEW valence.result_flags");
    expect(await deploy()).toMatchObject({ Data: { Migrations: "views" } });
    expect(await rows("SELECT * FROM valence.result_flags")).toEqual([]);
    expect(await rows("SELECT COUNT(*) FROM valence.schema_migrations WHERE id = 'views' AND digest <> 'older'")).toEqual([[1]]);
  });

  it("stops when a migration that ran has another text now", async () => {
    await deploy();
    vi.stubEnv("STREAM_READER_ROLE_ARN", "arn:aws:iam::123456789012:role/another");
    vi.resetModules();
    ({ handler } = await import("../../../lambdas/warehouse-migrator/handler.ts"));
    expect(await deploy()).toMatchObject({ Status: "FAILED", Reason: expect.stringContaining("0001-external-schema-of-the-streams ran with another text") });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("ends what one that died after %i statements had begun", async (survived) => {
    let submitted = 0;
    server.intercept = (operation) => {
      if (operation.endsWith("ExecuteStatement") && submitted++ >= survived) throw new ServiceError("ValidationException", "the function is gone");
    };
    await deploy();
    server.intercept = () => undefined;
    expect(await deploy()).toMatchObject({ Status: "SUCCESS" });
    expect(await rows("SELECT id FROM valence.schema_migrations ORDER BY 1")).toEqual([["0001-external-schema-of-the-streams"], ["0002-results-stream"], ["0003-analyst-role"], ["views"]]);
    expect(await rows("SELECT COUNT(*) FROM valence.results")).toEqual([[0]]);
  });

  it("switches continuous refresh on and off", async () => {
    await deploy({ ResourceProperties: { ...PROPERTIES, refresh: "continuous" } });
    expect(await rows("SELECT autorefresh FROM svv_mv_info")).toEqual([["t"]]);
    await deploy();
    expect(await rows("SELECT autorefresh FROM svv_mv_info")).toEqual([["f"]]);
  });
});

describe("the usage limit", () => {
  async function limits(): Promise<unknown> {
    const service = new RedshiftServerlessService({ file: join(place.folder, "limits.json"), region: "us-east-1", accountId: "123456789012" });
    const request = { method: "POST", path: "/", query: new URLSearchParams(), headers: { "x-amz-target": "RedshiftServerless.ListUsageLimits" }, body: Buffer.from("{}"), caller: server.caller, baseUrl: "" };
    const { usageLimits } = JSON.parse(String((await service.handle(request)).body)) as { usageLimits: Record<string, unknown>[] };
    return usageLimits.map(({ amount, period, breachAction, resourceArn }) => ({ amount, period, breachAction, resourceArn }));
  }
  const expected = (amount: number, period: string) => [{ amount, period, breachAction: "deactivate", resourceArn: WORKGROUP_ARN }];

  it("is created, changed, and moved to another period", async () => {
    await deploy();
    expect(await limits()).toEqual(expected(8, "daily"));
    const sixteen = { ...PROPERTIES, usageLimit: { amount: "16", period: "daily" } };
    await deploy({ RequestType: "Update", ResourceProperties: sixteen, OldResourceProperties: PROPERTIES });
    expect(await limits()).toEqual(expected(16, "daily"));
    await deploy({ RequestType: "Update", ResourceProperties: { ...PROPERTIES, usageLimit: { amount: "99", period: "monthly" } }, OldResourceProperties: sixteen });
    expect(await limits()).toEqual(expected(99, "monthly"));
  });
});

describe("a deployment that cannot succeed", () => {
  it("says which statement failed and why", async () => {
    await engine.run("CREATE SCHEMA valence");
    await engine.run("CREATE TABLE valence.results (x integer)");
    const answer = await deploy();
    expect(answer).toMatchObject({ Status: "FAILED", Reason: expect.stringMatching(/DROP VIEW IF EXISTS valence\.results … failed: .*results/u) });
    expect(answer.bytes).toBeLessThan(4096);
  });

  it("says which property is wrong", async () => {
    expect(await deploy({ ResourceProperties: { ...PROPERTIES, refresh: "sometimes" } })).toMatchObject({ Status: "FAILED", Reason: expect.stringContaining("refresh") });
  });

  it("answers in time when Redshift does not", async () => {
    const slow = engine.exclusively(() => new Promise((resolve) => setTimeout(() => resolve(undefined), 4_000)));
    const started = Date.now();
    const answer = await deploy({}, 41_000);
    expect(Date.now() - started).toBeLessThan(3_500);
    expect(answer).toMatchObject({ Status: "FAILED", Reason: expect.stringContaining("time ran out") });
    await slow;
  });

  it("tries again to tell CloudFormation", async () => {
    refusedAnswers = 2;
    expect(await deploy()).toMatchObject({ Status: "SUCCESS" });
  });

  it("lets a deletion through without touching the data", async () => {
    await deploy();
    expect(await deploy({ RequestType: "Delete", PhysicalResourceId: "given", ResourceProperties: {} })).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: "given" });
    expect(await rows("SELECT COUNT(*) FROM valence.results")).toEqual([[0]]);
  });
});
