import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  ListUsageLimitsCommand,
  RedshiftServerlessClient,
  UpdateUsageLimitCommand,
} from "@aws-sdk/client-redshift-serverless";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { RedshiftServerlessService } from "../../../local/redshift-serverless/redshift-serverless-service.ts";
import { CREDENTIALS, type ProtocolServer, startProtocolServer } from "../redshift-data/protocol-server.ts";
import { temporaryFolder } from "../redshift-data/warehouse-fixture.ts";

const LIMIT = { resourceArn: "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/1", usageType: "serverless-compute", amount: 8, period: "daily" } as const;
let place: ReturnType<typeof temporaryFolder>;
let server: ProtocolServer;
let client: RedshiftServerlessClient;

const service = () => new RedshiftServerlessService({ file: join(place.folder, "deep", "limits.json"), region: "us-east-1", accountId: "123456789012" });
beforeEach(async () => {
  place = temporaryFolder();
  server = await startProtocolServer([service()]);
  client = new RedshiftServerlessClient({ ...CREDENTIALS, endpoint: server.url, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await server.close();
  place.remove();
});

it("keeps limits across a restart", async () => {
  const { usageLimit } = await client.send(new CreateUsageLimitCommand(LIMIT));
  expect(usageLimit).toMatchObject({ ...LIMIT, breachAction: "log", usageLimitArn: expect.stringContaining(":usagelimit/") });
  await client.send(new UpdateUsageLimitCommand({ usageLimitId: usageLimit?.usageLimitId, amount: 9, breachAction: "deactivate" }));
  await server.close();
  server = await startProtocolServer([service()]);
  client = new RedshiftServerlessClient({ ...CREDENTIALS, endpoint: server.url, maxAttempts: 1 });
  const { usageLimits } = await client.send(new ListUsageLimitsCommand({ resourceArn: LIMIT.resourceArn, usageType: "serverless-compute" }));
  expect(usageLimits).toEqual([{ ...usageLimit, amount: 9, breachAction: "deactivate" }]);
  await client.send(new DeleteUsageLimitCommand({ usageLimitId: usageLimit?.usageLimitId }));
  expect((await client.send(new ListUsageLimitsCommand({}))).usageLimits).toEqual([]);
});

it("refuses a second limit of the same kind, an unknown one, and a wrong amount", async () => {
  await client.send(new CreateUsageLimitCommand(LIMIT));
  await expect(client.send(new CreateUsageLimitCommand(LIMIT))).rejects.toMatchObject({ name: "ConflictException" });
  await expect(client.send(new UpdateUsageLimitCommand({ usageLimitId: "none" }))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(client.send(new CreateUsageLimitCommand({ ...LIMIT, amount: 0 }))).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("amount") });
});

it("asks for the action on every resource", async () => {
  await client.send(new ListUsageLimitsCommand({}));
  expect(server.permissions).toEqual([{ action: "redshift-serverless:ListUsageLimits", resource: "*" }]);
});
