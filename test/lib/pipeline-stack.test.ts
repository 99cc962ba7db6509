import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { TextClassifierEnvironmentSchema } from "../../lambdas/text-classifier/env.ts";
import { TextPreprocessorEnvironmentSchema } from "../../lambdas/text-preprocessor/env.ts";
import { bedrock, configurationWith, textRoad } from "./example-specifications.ts";
import { synthesize } from "./synthesized.ts";

let pipeline: Template;
beforeAll(() => {
  pipeline = synthesize(textRoad("prod")).template("pipeline");
});

function mapping(source: "Kinesis" | "SQS"): Record<string, unknown> {
  const found = Object.values(pipeline.findResources("AWS::Lambda::EventSourceMapping")).find(({ Properties }) => ("StartingPosition" in Properties) === (source === "Kinesis"));
  return found!["Properties"] as Record<string, unknown>;
}

function environment(name: string): Record<string, unknown> {
  const [found] = Object.values(pipeline.findResources("AWS::Lambda::Function", { Properties: { FunctionName: name } }));
  return found!["Properties"].Environment.Variables as Record<string, unknown>;
}

describe("functions", () => {
  it("are all of one kind", () => {
    pipeline.resourceCountIs("AWS::Lambda::Function", 2);
    pipeline.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: Match.anyValue() },
    });
  });

  it("log into their own group, for as long as the stage says", () => {
    pipeline.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 90 });
    pipeline.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/aws/lambda/valence-prod-text-preprocessor" });
    pipeline.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/aws/lambda/valence-prod-text-classifier" });
  });

  it.each([
    ["valence-prod-text-preprocessor", TextPreprocessorEnvironmentSchema],
    ["valence-prod-text-classifier", TextClassifierEnvironmentSchema],
  ])("%s gets exactly the variables its env.ts asks for", (name, schema) => {
    expect(Object.keys(environment(name)).sort()).toEqual(Object.keys(schema.shape).sort());
  });

  it("text-classifier gets the configured specification as JSON, and who looks for personal data", () => {
    const specification = { kind: "fallback" as const, links: [bedrock("us.amazon.nova-lite-v1:0")] };
    const variables = Object.values(synthesize(configurationWith({ model: specification, personalData: "comprehend" })).template("pipeline").findResources("AWS::Lambda::Function")).map(
      ({ Properties }) => Properties.Environment.Variables as Record<string, string>,
    );

    expect(variables.filter((names) => "TEXT_CLASSIFIER" in names)).toEqual([expect.objectContaining({ TEXT_CLASSIFIER: JSON.stringify(specification), PERSONAL_DATA: "comprehend" })]);
    expect(TextClassifierEnvironmentSchema.shape.TEXT_CLASSIFIER.parse(JSON.stringify(specification))).toEqual(specification);
  });

  it("take a reserved concurrency from the configuration, and none by default", () => {
    pipeline.allResourcesProperties("AWS::Lambda::Function", { ReservedConcurrentExecutions: Match.absent() });
    const configuration = textRoad("dev");
    configuration.textPreprocessor.reservedConcurrency = 7;

    synthesize(configuration).template("pipeline").hasResourceProperties("AWS::Lambda::Function", { FunctionName: "valence-dev-text-preprocessor", ReservedConcurrentExecutions: 7 });
  });
});

describe("the text stream's event source", () => {
  it("batches, bisects, reports single failures and gives up within bounds", () => {
    expect(mapping("Kinesis")).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 4,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 259_200,
    });
  });

  it("puts what it gave up into the rejects bucket", () => {
    expect(mapping("Kinesis")["DestinationConfig"]).toEqual({
      OnFailure: { Destination: { "Fn::ImportValue": expect.stringMatching(/RejectsBucket.*Arn/u) as string } },
    });
  });
});

describe("the functions' logs", () => {
  it("reach CloudWatch at the configured level: Lambda drops what is below its own, and metrics with it", () => {
    const levelAt = (level: "DEBUG" | "ERROR") => {
      const configuration = textRoad("dev");
      configuration.logs.level = level;
      const functions = Object.values(synthesize(configuration).template("pipeline").findResources("AWS::Lambda::Function"));
      return functions.map(({ Properties }) => Properties.LoggingConfig.ApplicationLogLevel as unknown);
    };
    expect(levelAt("DEBUG")).toEqual(["DEBUG", "DEBUG"]);
    expect(levelAt("ERROR")).toEqual([undefined, undefined]);
  });
});

describe("text jobs", () => {
  it("are queued under our key, over TLS only", () => {
    pipeline.allResourcesProperties("AWS::SQS::Queue", { KmsMasterKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key") } });
    pipeline.resourceCountIs("AWS::SQS::QueuePolicy", 2);
    pipeline.allResourcesProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: { Statement: [Match.objectLike({ Effect: "Deny", Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } })] },
    });
  });

  it("go to the dead letters after the configured tries, and wait there for 14 days", () => {
    pipeline.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: "valence-prod-text-jobs",
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: { "Fn::GetAtt": [Match.stringLikeRegexp("DeadLetters"), "Arn"] } },
    });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: "valence-prod-text-jobs-dead-letters", MessageRetentionPeriod: 14 * 86_400 });
  });

  it("stay hidden for six time-outs and the window of the function that works on them, and may be as long as it sends them", () => {
    pipeline.hasResourceProperties("AWS::Lambda::Function", { FunctionName: "valence-prod-text-classifier", Timeout: 60 });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: "valence-prod-text-jobs", VisibilityTimeout: 361, MaximumMessageSize: 1_048_576 });
  });

  it("reach the classifier in batches, a bounded number at a time", () => {
    expect(mapping("SQS")).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 50 },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });
});

it("publishes the queues for the command line", () => {
  pipeline.hasOutput("TextJobsQueueUrl", {});
  pipeline.hasOutput("TextJobsDeadLetterQueueUrl", {});
});
