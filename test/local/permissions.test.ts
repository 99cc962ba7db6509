import { rmSync } from "node:fs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { kinesisClient, OWNER_CREDENTIALS, putAll } from "./support/producer.ts";
import { makeTraffic } from "./support/traffic.ts";
import { grantsOf, withoutPermission, withUsageLimit } from "./support/without-permission.ts";

const assemblyFolder = await localAssembly();

/** Actions that only an update of a deployment needs: these runs deploy the intact assembly first. */
const ON_UPDATE: Record<string, { amount: number; period: string }> = {
  "redshift-serverless:UpdateUsageLimit": { amount: 3, period: "daily" },
  "redshift-serverless:DeleteUsageLimit": { amount: 3, period: "weekly" },
};

/** Runs a little of everything and returns what the run said about missing permissions. */
async function complaints(assembly: string, dataFolder: string): Promise<string> {
  try {
    const cloud = await startLocalCloud({ assemblyFolder: assembly, dataFolder, port: 0 });
    try {
      await putAll(kinesisClient(cloud.endpoint), "valence-local-text", makeTraffic({ count: 40, repeats: 0, broken: 0.25, seed: 4 }));
      await sendBrokenJob(cloud);
      await cloud.settled({ timeoutMs: 4_000 }).catch(() => undefined);
      return (await cloud.status()).denied.join("\n");
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    // A function that CloudFormation or an event source needs stops the start itself.
    return error instanceof Error ? error.message : String(error);
  }
}

/** What no producer can cause: a message the classifier must reject. */
async function sendBrokenJob({ endpoint, outputs }: LocalCloud): Promise<void> {
  const client = new SQSClient({ endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS });
  await client.send(new SendMessageCommand({ QueueUrl: outputs["TextJobsQueueUrl"], MessageBody: "no job" }));
  client.destroy();
}

describe("a permission that the template does not grant is missed on one machine, before the account", () => {
  let dataFolder = "";
  beforeEach(() => {
    dataFolder = temporaryFolder("permissions");
  });
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

  it("says nothing while every permission is there", async () => {
    expect(await complaints(assemblyFolder, dataFolder)).toBe("");
  });

  describe.each(grantsOf(assemblyFolder))("$functionName", ({ functionName, actions }) => {
    it.each(actions)("without %s: the run names function, action, resource and the statement to add", { timeout: 60_000 }, async (action) => {
      const assembly = withoutPermission(assemblyFolder, functionName, action);
      const usageLimit = ON_UPDATE[action];
      if (usageLimit !== undefined) {
        await (await startLocalCloud({ assemblyFolder, dataFolder, port: 0 })).stop();
        withUsageLimit(assembly, usageLimit);
      }

      const said = await complaints(assembly, dataFolder);

      expect(said).toContain(functionName);
      expect(said).toContain(action);
      expect(said).toMatch(/"Effect":"Allow".*"Resource":"(arn:|\*)/u);
      rmSync(assembly, { recursive: true, force: true });
    });
  });
});
