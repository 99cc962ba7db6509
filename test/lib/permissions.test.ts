import { beforeAll, describe, expect, it } from "vitest";
import { permissionsOf } from "./role-permissions.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";
import type { Template } from "./template-validator.ts";

const READ_STREAM = "kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards";
const TRACE = "xray:PutTelemetryRecords, xray:PutTraceSegments";
const LOG = "logs:CreateLogStream, logs:PutLogEvents";
const GLUE = "glue:GetTable, glue:GetTableVersion, glue:GetTableVersions → arn:<Partition>:glue:<Region>:<AccountId>";

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize("prod");
});

function permissions(stack: string, role: string): string[] {
  return permissionsOf(synthesized.plain[`valence-prod-${stack}`]!, role);
}

describe("every role is granted what its bearer calls and nothing else", () => {
  it("text-preprocessor", () => {
    expect(permissions("pipeline", "TextPreprocessingFunctionRole")).toEqual([
      `${READ_STREAM} → TextStream`,
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → TextPreprocessingFunctionLog`,
      "s3:ListBucket → RejectsBucket",
      "s3:PutObject → RejectsBucket/aws/lambda/*",
      "s3:PutObject → RejectsBucket/rejects/*",
      "sqs:SendMessage → TextJobs",
      `${TRACE} → *`,
    ]);
  });

  it("text-classifier", () => {
    expect(permissions("pipeline", "TextClassificationFunctionRole")).toEqual([
      "kinesis:PutRecords → ResultsStream",
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → TextClassificationFunctionLog`,
      "s3:PutObject → RejectsBucket/rejects/*",
      "sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage → TextJobs",
      `${TRACE} → *`,
    ]);
  });

  it("warehouse-migrator", () => {
    const withoutResource = [
      "redshift-data:DescribeStatement, redshift-data:GetStatementResult",
      "redshift-serverless:CreateUsageLimit, redshift-serverless:DeleteUsageLimit, redshift-serverless:ListUsageLimits, redshift-serverless:UpdateUsageLimit",
      TRACE,
    ].join(", ");
    expect(permissions("warehouse", "MigrationFunctionRole")).toEqual([
      "kms:Decrypt → Key",
      `${LOG} → MigrationFunctionLog`,
      "redshift-data:BatchExecuteStatement, redshift-data:ExecuteStatement → WarehouseWorkgroup",
      `${withoutResource} → *`,
      "secretsmanager:GetSecretValue → WarehouseAdminSecret",
    ]);
  });

  it("the refresh schedule", () => {
    expect(permissions("warehouse", "RefreshRole")).toEqual([
      "kms:Decrypt → Key",
      "redshift-data:ExecuteStatement → WarehouseWorkgroup",
      "secretsmanager:GetSecretValue → WarehouseAdminSecret",
      "sqs:SendMessage → RefreshFailures",
    ]);
  });

  it("Redshift, which reads the results stream", () => {
    expect(permissions("warehouse", "WarehouseStreamReader")).toEqual([`${READ_STREAM} → ResultsStream`, "kinesis:ListStreams → *", "kms:Decrypt → Key"]);
  });

  it("Firehose", () => {
    expect(permissions("data", "ResultsDeliveryRole")).toEqual([
      `${GLUE}:catalog`,
      `${GLUE}:database/valence_prod`,
      `${GLUE}:table/valence_prod/results`,
      `${READ_STREAM} → ResultsStream`,
      "kms:Decrypt, kms:GenerateDataKey → Key",
      "logs:PutLogEvents → arn:<Partition>:logs:<Region>:<AccountId>:log-group:ResultsDeliveryLog:log-stream:ResultsDeliveryDeliveryErrors",
      "s3:AbortMultipartUpload, s3:GetObject, s3:PutObject → LakeBucket/errors/*",
      "s3:AbortMultipartUpload, s3:GetObject, s3:PutObject → LakeBucket/results/*",
      "s3:GetBucketLocation, s3:ListBucket, s3:ListBucketMultipartUploads → LakeBucket",
    ]);
  });
});

describe("no role slips past the list above", () => {
  const roles = (template: Template) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === "AWS::IAM::Role")
      .map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/u, ""), Properties] as const);

  it("names them all", () => {
    expect(Object.values(synthesized.plain).flatMap(roles).map(([name]) => name).sort()).toEqual([
      "MigrationFunctionRole",
      "RefreshRole",
      "ResultsDeliveryRole",
      "TextClassificationFunctionRole",
      "TextPreprocessingFunctionRole",
      "WarehouseStreamReader",
    ]);
  });

  it("and none carries managed or inline policies", () => {
    for (const [, properties] of Object.values(synthesized.plain).flatMap(roles)) {
      expect(properties).not.toHaveProperty("ManagedPolicyArns");
      expect(properties).not.toHaveProperty("Policies");
    }
  });
});
