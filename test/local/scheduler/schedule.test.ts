import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { LocalResource } from "../../../local/assembly/local-application.ts";
import { type ScheduleDefinition, scheduleDefinition } from "../../../local/scheduler/schedule-definition.ts";
import { ScheduleRunner } from "../../../local/scheduler/schedule-runner.ts";
import { AccessDeniedError, type RequiredPermission, type ServiceRequest } from "../../../local/service.ts";
import { SqsEngine } from "../../../local/sqs/sqs-engine.ts";

const TARGET = { Arn: "arn:aws:scheduler:::aws-sdk:redshiftdata:executeStatement", RoleArn: "arn:role", Input: '{"Sql":"REFRESH"}' };

function schedule(properties: Record<string, unknown>): LocalResource {
  const all = { ScheduleExpression: "rate(5 minutes)", Target: TARGET, ...properties };
  return { stackName: "warehouse", logicalId: "Refresh", type: "AWS::Scheduler::Schedule", id: "refresh", properties: all, attribute: () => "arn:schedule" };
}

test.each([
  ["rate(1 minute)", 60_000],
  ["rate(5 minutes)", 300_000],
  ["rate(2 hours)", 7_200_000],
  ["rate(1 day)", 86_400_000],
])("%s", (ScheduleExpression, everyMilliseconds) => {
  expect(scheduleDefinition(schedule({ ScheduleExpression }))).toMatchObject({ everyMilliseconds, input: { Sql: "REFRESH" } });
});

test("a schedule that is switched off does not run", () => {
  expect(scheduleDefinition(schedule({ State: "DISABLED" }))).toBeUndefined();
});

test.each([
  ["another expression", { ScheduleExpression: "cron(0 12 * * ? *)" }, "not cron(0 12 * * ? *)"],
  ["another target", { Target: { ...TARGET, Arn: "arn:aws:lambda:::x" } }, "executeStatement"],
  ["an input that is no JSON", { Target: { ...TARGET, Input: "{" } }, "must be a JSON object"],
])("%s is refused by name", (_case, properties, message) => {
  expect(() => scheduleDefinition(schedule(properties))).toThrow(message);
});

const DEFINITION: ScheduleDefinition = {
  name: "refresh",
  arn: "arn:schedule",
  everyMilliseconds: 40,
  roleArn: "arn:role",
  input: { Sql: "REFRESH" },
  deadLetterArn: "arn:aws:sqs:us-east-1:123456789012:failures",
};

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

async function start(handle: (request: ServiceRequest) => number, authorize: (permissions: readonly RequiredPermission[]) => void = () => undefined): Promise<SqsEngine> {
  const folder = mkdtempSync(join(tmpdir(), "valence-schedule-"));
  const sqs = new SqsEngine({ folder, region: "us-east-1", accountId: "123456789012" });
  sqs.createQueue({ name: "failures", visibilityTimeoutSeconds: 30, retentionSeconds: 3600 });
  ended.push(() => {
    sqs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const runner = await ScheduleRunner.start({
    definition: DEFINITION,
    service: { requiredPermissions: () => [{ action: "redshift-data:ExecuteStatement", resource: "arn:workgroup" }], handle: async (request) => ({ status: handle(request), body: "" }) },
    authorize: (_caller, permissions) => authorize(permissions),
    sqs,
    endpoint: "http://127.0.0.1:4577",
    log: () => undefined,
  });
  ended.unshift(() => runner.stop());
  return sqs;
}

test("the target is called at once and then at the rate, as the schedule's role", async () => {
  const requests: ServiceRequest[] = [];
  await start((request) => requests.push(request) && 200);
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ headers: { "x-amz-target": "RedshiftData.ExecuteStatement" }, caller: { roleArn: "arn:role" } });
  expect(JSON.parse(String(requests[0]?.body))).toEqual({ Sql: "REFRESH" });
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(2));
});

test("a call that fails is kept in the dead-letter queue", async () => {
  const sqs = await start(() => 500);
  expect(sqs.receive("failures", 1)[0]?.body).toBe('{"Sql":"REFRESH"}');
});

test("a role that may not call stops the start", async () => {
  const refuse = ([permission]: readonly RequiredPermission[]): void => {
    throw new AccessDeniedError({ roleArn: "arn:role", name: "Scheduler refresh" }, permission ?? { action: "", resource: "" });
  };
  await expect(start(() => 200, refuse)).rejects.toThrow("redshift-data:ExecuteStatement on arn:workgroup");
});
