import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LocalResource } from "../../../local/assembly/local-application.ts";
import { CustomResourceState } from "../../../local/custom-resources/custom-resource-state.ts";
import { CustomResourceDeployment } from "../../../local/custom-resources/deploy-custom-resources.ts";
import type { FunctionHost } from "../../../local/functions/function-host.ts";

type Request = Record<string, unknown> & { ResponseURL: string };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "valence-custom-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function resource(properties: Record<string, unknown> = {}): LocalResource {
  const all = { ServiceToken: "arn:function", ...properties };
  return { stackName: "warehouse", logicalId: "Migration", type: "Custom::Migrations", id: "x", properties: all, attribute: () => undefined };
}

/** Deploys in a new run on the same folder; `answer` plays the function and says what it PUTs, if anything. */
async function deploy(one: LocalResource, answer: (request: Request) => object | undefined | "crash"): Promise<{ requests: Request[]; state: CustomResourceState }> {
  const state = new CustomResourceState(join(folder, "state.json"));
  const deployment = new CustomResourceDeployment(state);
  const requests: Request[] = [];
  const host = {
    definition: { name: "migrator" },
    invoke: async (event: string) => {
      const request = JSON.parse(event) as Request;
      requests.push(request);
      const body = answer(request);
      if (body === "crash") return { ok: false, requestId: "r", error: { errorType: "TypeError", errorMessage: "odd" } };
      if (body !== undefined) await deployment.answer({ query: new URL(request.ResponseURL).searchParams, body: Buffer.from(JSON.stringify(body)) });
      return { ok: true, requestId: "r", payload: null };
    },
  } as unknown as FunctionHost;
  await deployment.deploy(one, "http://127.0.0.1:4577", (token) => (token === "arn:function" ? host : undefined));
  return { requests, state };
}

const success = (): object => ({ Status: "SUCCESS", PhysicalResourceId: "schema", Data: { Version: "3" } });

test("the first start creates, with every scalar as text, and remembers the answer", async () => {
  const { requests, state } = await deploy(resource({ Limit: 8, Nested: { On: true } }), success);
  expect(requests).toMatchObject([
    {
      RequestType: "Create",
      ResourceType: "Custom::Migrations",
      LogicalResourceId: "Migration",
      ResponseURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:4577\/_valence\/custom-resource\?token=[0-9a-f-]{36}$/u),
      ResourceProperties: { ServiceToken: "arn:function", Limit: "8", Nested: { On: "true" } },
    },
  ]);
  expect(state.get("warehouse", "Migration")).toMatchObject({ physicalId: "schema", data: { Version: "3" } });
});

test("a later start asks only when a property changed, and then updates", async () => {
  await deploy(resource({ Digest: "a" }), success);
  expect((await deploy(resource({ Digest: "a" }), success)).requests).toEqual([]);
  expect((await deploy(resource({ Digest: "b" }), success)).requests).toMatchObject([
    { RequestType: "Update", PhysicalResourceId: "schema", ResourceProperties: { Digest: "b" }, OldResourceProperties: { Digest: "a" } },
  ]);
});

test("a failed creation is the function's own reason, and the next start tries again", async () => {
  await expect(deploy(resource(), () => ({ Status: "FAILED", Reason: "relation exists" }))).rejects.toThrow(
    "warehouse: custom resource Migration: migrator failed to create it: relation exists",
  );
  expect((await deploy(resource(), success)).requests).toMatchObject([{ RequestType: "Create" }]);
});

test("a function that crashes instead of answering ends the wait", async () => {
  await expect(deploy(resource(), () => "crash")).rejects.toThrow("TypeError: odd");
});

test("a function that never answers is given up after the template's time-out", async () => {
  await expect(deploy(resource({ ServiceTimeout: 1 }), () => undefined)).rejects.toThrow("no answer within 1 s");
});

test("a service token that is no function here is named", async () => {
  await expect(deploy(resource({ ServiceToken: "arn:sns" }), success)).rejects.toThrow("served by arn:sns");
});

test("an answer nobody waits for is refused", async () => {
  const deployment = new CustomResourceDeployment(new CustomResourceState(join(folder, "state.json")));
  expect(await deployment.answer({ query: new URLSearchParams("token=x"), body: Buffer.from("{}") })).toMatchObject({ status: 404 });
});
