import { beforeAll, describe, expect, it } from "vitest";
import type { Configuration } from "../../lib/configuration.ts";
import type { TextModel } from "../../lib/text-models-configuration.ts";
import { bedrock, comprehend, configurationWith, encoderOnInstances, jumpStartLlama, sageMakerEncoder, sageMakerLlm, serverlessEncoder } from "./example-specifications.ts";
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

describe("text-classifier may call the models of its specification and nothing else", () => {
  const HERE = "arn:<Partition>:bedrock:<Region>";
  const BASE = [
    "kinesis:PutRecords → ResultsStream",
    "kms:Decrypt, kms:GenerateDataKey → Key",
    `${LOG} → TextClassificationFunctionLog`,
    "s3:PutObject → RejectsBucket/rejects/*",
    "sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage → TextJobs",
  ];

  /** What is granted beside what every text-classifier has; tracing, which shares the statement without resource, is taken out of it. */
  function granted(classifier: Partial<Configuration["textClassifier"]>): string[] {
    const template = synthesize(configurationWith(classifier)).plain["valence-dev-pipeline"]!;
    const all = permissionsOf(template, "TextClassificationFunctionRole");
    expect(all).toEqual(expect.arrayContaining(BASE));
    return all.filter((permission) => !BASE.includes(permission)).map((permission) => permission.replace(`, ${TRACE} → *`, " → *")).filter((permission) => permission !== `${TRACE} → *`);
  }

  const NOVA = "amazon.nova-lite-v1:0";
  const OWN_PROFILE = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/abc123def456";
  const IMPORTED = "arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123def456";
  const CUSTOM = "arn:aws:comprehend:eu-west-1:111122223333:document-classifier-endpoint/complaints";
  const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };

  const kinds: [string, Partial<Configuration["textClassifier"]>, string[]][] = [
    ["embedded: nothing", { model: { kind: "embedded" } }, []],
    ["a foundation model, in its region", { model: bedrock(NOVA) }, [`bedrock:InvokeModel → ${HERE}::foundation-model/${NOVA}`]],
    [
      "an inference profile, and the model wherever the profile routes to, only through it",
      { model: bedrock(`us.${NOVA}`) },
      [
        `bedrock:InvokeModel → ${HERE}:<AccountId>:inference-profile/us.${NOVA}`,
        `bedrock:InvokeModel → arn:<Partition>:bedrock:*::foundation-model/${NOVA} if bedrock:InferenceProfileArn = ${HERE}:<AccountId>:inference-profile/us.${NOVA}`,
      ],
    ],
    [
      "a global inference profile: the model here and the one without a region",
      { model: bedrock(`global.${NOVA}`) },
      [
        `bedrock:InvokeModel → ${HERE}:<AccountId>:inference-profile/global.${NOVA}`,
        `bedrock:InvokeModel → ${HERE}::foundation-model/${NOVA} if bedrock:InferenceProfileArn = ${HERE}:<AccountId>:inference-profile/global.${NOVA}`,
        `bedrock:InvokeModel → arn:<Partition>:bedrock:::foundation-model/${NOVA} if bedrock:InferenceProfileArn = ${HERE}:<AccountId>:inference-profile/global.${NOVA} and aws:RequestedRegion = unspecified`,
      ],
    ],
    [
      "the ARN of an inference profile",
      { model: bedrock(`arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.${NOVA}`) },
      [
        `bedrock:InvokeModel → arn:<Partition>:bedrock:*::foundation-model/${NOVA} if bedrock:InferenceProfileArn = arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.${NOVA}`,
        `bedrock:InvokeModel → arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.${NOVA}`,
      ],
    ],
    [
      "an application inference profile, and whatever model it stands for, only through it",
      { model: bedrock(OWN_PROFILE, { price }) },
      [`bedrock:InvokeModel → arn:<Partition>:bedrock:*::foundation-model/* if bedrock:InferenceProfileArn = ${OWN_PROFILE}`, `bedrock:InvokeModel → ${OWN_PROFILE}`],
    ],
    ["an imported model", { model: bedrock(IMPORTED, { price }) }, [`bedrock:InvokeModel → ${IMPORTED}`]],
    [
      "a guardrail",
      { model: bedrock(NOVA, { guardrail: { id: "gr1a2b3c4d5e", version: "2" } }) },
      [`bedrock:ApplyGuardrail → ${HERE}:<AccountId>:guardrail/gr1a2b3c4d5e`, `bedrock:InvokeModel → ${HERE}::foundation-model/${NOVA}`],
    ],
    [
      "a guardrail by its ARN",
      { model: bedrock(NOVA, { guardrail: { id: "arn:aws:bedrock:eu-west-1:111122223333:guardrail/gr1", version: "DRAFT" } }) },
      [`bedrock:InvokeModel → ${HERE}::foundation-model/${NOVA}`, "bedrock:ApplyGuardrail → arn:aws:bedrock:eu-west-1:111122223333:guardrail/gr1"],
    ],
    ["Comprehend's sentiment", { model: comprehend() }, ["comprehend:BatchDetectSentiment → *"]],
    ["Comprehend's sentiment and language", { model: comprehend({ detectLanguage: true }) }, ["comprehend:BatchDetectDominantLanguage, comprehend:BatchDetectSentiment → *"]],
    ["a custom classifier of Comprehend", { model: comprehend({ endpointArn: CUSTOM, classes: { COMPLAINT: "negative" } }) }, [`comprehend:ClassifyDocument → ${CUSTOM}`]],
    ["Comprehend's personal data beside the embedded model", { personalData: "comprehend" }, ["comprehend:DetectPiiEntities → *"]],
    ["a language model on SageMaker, in lower case as ARNs write it", { model: sageMakerLlm("Pilot-LLM") }, ["sagemaker:InvokeEndpoint → arn:<Partition>:sagemaker:<Region>:<AccountId>:endpoint/pilot-llm"]],
    ["an encoder on SageMaker", { model: sageMakerEncoder("pilot-encoder") }, ["sagemaker:InvokeEndpoint → arn:<Partition>:sagemaker:<Region>:<AccountId>:endpoint/pilot-encoder"]],
    [
      "all stages of a cascade and all links of its end",
      { model: { kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.8 }, { classifier: comprehend(), answerFrom: 0.9 }], last: { kind: "fallback", links: [bedrock(NOVA), sageMakerLlm("llm")] } } },
      ["comprehend:BatchDetectSentiment → *", "sagemaker:InvokeEndpoint → arn:<Partition>:sagemaker:<Region>:<AccountId>:endpoint/llm", `bedrock:InvokeModel → ${HERE}::foundation-model/${NOVA}`],
    ],
  ];

  it.each(kinds)("%s", (_name, classifier, expected) => {
    expect(granted(classifier).sort()).toEqual([...expected].sort());
  });
});

describe("an endpoint's role may fetch its model and image, and write its logs and metrics", () => {
  function servingPermissions(model: TextModel): string[] {
    const template = synthesize(configurationWith({}, [model])).plain["valence-dev-models"]!;
    return permissionsOf(template, `${model.name.replaceAll("-", "")}Role`);
  }

  const METRICS = "cloudwatch:PutMetricData → * if cloudwatch:namespace = /aws/sagemaker/Endpoints | AWS/SageMaker";
  const PULL = "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer";
  const LLAMA = "meta-textgeneration/meta-textgeneration-llama-3-70b-instruct/artifacts/inference-prepack/v1.1.0/";

  it("a gated model of JumpStart", () => {
    expect(servingPermissions(jumpStartLlama)).toEqual([
      METRICS,
      `${PULL} → arn:<Partition>:ecr:<Region>:<DlcRepositoryAccountMap>:repository/djl-inference`,
      "ecr:GetAuthorizationToken → *",
      "logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents → pilotllamaLog",
      `s3:GetObject → arn:<Partition>:s3:::jumpstart-private-cache-prod-<Region>/${LLAMA}*`,
      `s3:ListBucket → arn:<Partition>:s3:::jumpstart-private-cache-prod-<Region> if s3:prefix like ${LLAMA}*`,
    ]);
  });

  const CONTAINER = [
    METRICS,
    `${PULL} → arn:<Partition>:ecr:eu-west-1:111122223333:repository/models/sentiment-encoder`,
    "ecr:GetAuthorizationToken → *",
    "kms:CreateGrant → Key if kms:GrantIsForAWSResource is true",
    "kms:Decrypt → arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000",
    "logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents → pilotencoderLog",
    "s3:GetObject → arn:<Partition>:s3:::our-models/sentiment-encoder/1.0.0/model.tar.gz",
    "s3:ListBucket → arn:<Partition>:s3:::our-models if s3:prefix like sentiment-encoder/1.0.0/model.tar.gz",
  ];

  it.each([
    ["serverless", serverlessEncoder],
    ["on instances", encoderOnInstances],
  ])("a container %s", (_name, model) => {
    expect(servingPermissions(model)).toEqual(CONTAINER);
  });
});

describe("no role slips past the list above", () => {
  const roles = (template: Template) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === "AWS::IAM::Role")
      .map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/u, ""), Properties] as const);

  it("names them all", () => {
    expect(Object.values(synthesized.plain).flatMap(roles).map(([name]) => name).sort()).toEqual([
      "ConversationsTrackingFunctionRole",
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
