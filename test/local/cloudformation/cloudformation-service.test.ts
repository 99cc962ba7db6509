import { CloudFormationClient, DescribeStacksCommand, ListStacksCommand } from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { CloudFormationService } from "../../../local/cloudformation/cloudformation-service.ts";
import { ACCOUNT_ID, clientOptions, REGION, serve } from "../gateway/served.ts";

async function start() {
  const stacks = [
    { name: "valence-test-data", outputs: { TextStreamName: "valence-test-text", Odd: "<&>" } },
    { name: "valence-test-warehouse", outputs: {} },
  ];
  const gateway = await serve([new CloudFormationService({ stacks, region: REGION, accountId: ACCOUNT_ID })]);
  return new CloudFormationClient(clientOptions(gateway));
}

test("stacks are described by name, by id and all together", async () => {
  const client = await start();
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "valence-test-data" }));
  expect(Stacks).toMatchObject([{ StackName: "valence-test-data", StackStatus: "CREATE_COMPLETE", Outputs: [{ OutputKey: "TextStreamName", OutputValue: "valence-test-text" }, { OutputKey: "Odd", OutputValue: "<&>" }] }]);
  expect((await client.send(new DescribeStacksCommand({ StackName: Stacks?.[0]?.StackId }))).Stacks).toHaveLength(1);
  expect((await client.send(new DescribeStacksCommand({}))).Stacks?.map(({ StackName }) => StackName)).toEqual(["valence-test-data", "valence-test-warehouse"]);
  expect((await client.send(new ListStacksCommand({}))).StackSummaries).toHaveLength(2);
});

test("a stack that does not exist is the service's ValidationError", async () => {
  const client = await start();
  await expect(client.send(new DescribeStacksCommand({ StackName: "absent" }))).rejects.toMatchObject({ name: "ValidationError", message: expect.stringContaining("Stack with id absent does not exist") });
});
