import { describe, expect, it } from "vitest";
import { readCloudAssembly } from "../../../local/assembly/cloud-assembly.ts";
import { resolveApplication } from "../../../local/assembly/local-application.ts";
import { type TableDefinition, tableDefinitions } from "../../../local/dynamodb/table-definition.ts";
import { assemblyOf } from "../support/hand-made-assembly.ts";

const KEYS = {
  KeySchema: [
    { AttributeName: "conversation", KeyType: "HASH" },
    { AttributeName: "version", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "conversation", AttributeType: "S" },
    { AttributeName: "version", AttributeType: "N" },
  ],
  BillingMode: "PAY_PER_REQUEST",
  TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
};
const KEY = { Key: { Type: "AWS::KMS::Key", Properties: {} } };
const KEY_ARN = { "Fn::GetAtt": ["Key", "Arn"] };

function definitions(type: string, properties: object): TableDefinition[] {
  const assembly = assemblyOf({ data: { Resources: { ...KEY, Conversations: { Type: type, Properties: { ...KEYS, ...properties } } } } });
  return tableDefinitions(resolveApplication(readCloudAssembly(assembly), { endpoint: "http://127.0.0.1:1" }));
}

describe("a template's table", () => {
  it("is read with its keys, the name CloudFormation would make up and the key it is encrypted with", () => {
    const [table, ...others] = definitions("AWS::DynamoDB::Table", {
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: KEY_ARN },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(others).toEqual([]);
    expect(table).toEqual({
      name: expect.stringMatching(/^data-Conversations-[0-9A-F]{12}$/u),
      keySchema: KEYS.KeySchema,
      attributeDefinitions: KEYS.AttributeDefinitions,
      kmsKeyArn: expect.stringMatching(/^arn:aws:kms:us-east-1:123456789012:key\//u),
    });
  });

  it("may be a global one of one region, as CDK's TableV2 makes it", () => {
    const Replicas = [{ Region: { Ref: "AWS::Region" }, SSESpecification: { KMSMasterKeyId: KEY_ARN }, DeletionProtectionEnabled: false }];
    const [table] = definitions("AWS::DynamoDB::GlobalTable", { TableName: "conversations", Replicas, SSESpecification: { SSEEnabled: true, SSEType: "KMS" } });
    expect(table).toMatchObject({ name: "conversations", keySchema: KEYS.KeySchema, kmsKeyArn: expect.stringContaining(":key/") });
  });

  it("asks for no key where AWS owns it", () => {
    expect(definitions("AWS::DynamoDB::Table", {})).toMatchObject([{ kmsKeyArn: undefined }]);
  });

  it.each([
    ["a stream", "AWS::DynamoDB::Table", { StreamSpecification: { StreamViewType: "NEW_IMAGE" } }, /StreamSpecification/u],
    ["an index", "AWS::DynamoDB::Table", { GlobalSecondaryIndexes: [] }, /GlobalSecondaryIndexes/u],
    ["a resource policy", "AWS::DynamoDB::Table", { ResourcePolicy: {} }, /ResourcePolicy/u],
    ["a replica elsewhere", "AWS::DynamoDB::GlobalTable", { Replicas: [{ Region: "eu-west-1" }] }, /one region/u],
    ["two replicas", "AWS::DynamoDB::GlobalTable", { Replicas: [{ Region: "us-east-1" }, { Region: "us-east-1" }] }, /Replicas/u],
  ])("stops the start with %s", (_, type, properties, message) => {
    expect(() => definitions(type, properties)).toThrow(message);
  });
});
