import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startLocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { makeTraffic } from "./support/traffic.ts";
import { grantsOf, withoutPermission } from "./support/without-permission.ts";

const assemblyFolder = await localAssembly();

/** Runs a little of everything and returns what the run said about missing permissions. */
async function complaints(assembly: string): Promise<string> {
  const dataFolder = temporaryFolder("permissions");
  try {
    const cloud = await startLocalCloud({ assemblyFolder: assembly, dataFolder, port: 0 });
    try {
      await putAll(kinesisClient(cloud.endpoint), "valence-local-text", makeTraffic({ count: 40, repeats: 0, broken: 0.25, seed: 4 }));
      await cloud.settled({ timeoutMs: 4_000 }).catch(() => undefined);
      return (await cloud.status()).denied.join("\n");
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    // A function that CloudFormation or an event source needs stops the start itself.
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

describe("a permission that the template does not grant is missed on one machine, before the account", () => {
  it("says nothing while every permission is there", async () => {
    expect(await complaints(assemblyFolder)).toBe("");
  });

  describe.each(grantsOf(assemblyFolder))("$functionName", ({ functionName, actions }) => {
    it.each(actions)("without %s: the run names function, action, resource and the statement to add", { timeout: 60_000 }, async (action) => {
      const assembly = withoutPermission(assemblyFolder, functionName, action);

      const said = await complaints(assembly);

      expect(said).toContain(functionName);
      expect(said).toContain(action);
      expect(said).toMatch(/"Effect":"Allow".*"Resource":"(arn:|\*)/u);
      rmSync(assembly, { recursive: true, force: true });
    });
  });
});
