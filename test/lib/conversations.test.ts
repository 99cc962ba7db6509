import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { CONNECT_DEPLOYMENT_OUTPUTS, CONVERSATION_DEPLOYMENT_OUTPUTS } from "../../core/deployment-outputs.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { ConnectFeedbackEnvironmentSchema } from "../../lambdas/connect-feedback/env.ts";
import { ConversationTrackerEnvironmentSchema } from "../../lambdas/conversation-tracker/env.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { textRoad, voiceConfiguration } from "./example-specifications.ts";
import { environmentOf, named } from "./named-resources.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";

let synthesized: Synthesized;
let data: Template;
let pipeline: Template;
beforeAll(() => {
  synthesized = synthesize(voiceConfiguration());
  data = synthesized.template("data");
  pipeline = synthesized.template("pipeline");
});

/** What a filter lets through, of the fields it names. */
const filterOf = (mapping: Record<string, unknown>) => (mapping["FilterCriteria"] as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
const outputsOf = ({ plain }: Synthesized) => Object.values(plain).flatMap((template) => Object.keys(template.Outputs ?? {}));
const withoutTasks = (): Synthesized => {
  const configuration = voiceConfiguration();
  configuration.conversations!.connect!.taskFlowId = null;
  return synthesize(configuration);
};

describe("the table", () => {
  it("holds a journal a conversation, under our key, with a time to live and a way back in time", () => {
    data.hasResourceProperties("AWS::DynamoDB::Table", {
      TableName: Match.absent(),
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
      SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] } },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it("stays and cannot be deleted where data stays, and goes in dev", () => {
    data.hasResource("AWS::DynamoDB::Table", { Properties: { DeletionProtectionEnabled: true }, DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    synthesize("dev").template("data").hasResource("AWS::DynamoDB::Table", { Properties: { DeletionProtectionEnabled: false }, DeletionPolicy: "Delete" });
  });
});

describe("the tracker", () => {
  it("reads what models say of words and voices in order, never what it says itself", () => {
    const mapping = named(pipeline, "AWS::Lambda::EventSourceMapping", "ConversationsTrackingResults");

    expect(mapping).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 500,
      ParallelizationFactor: 4,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 604_800,
      DestinationConfig: { OnFailure: { Destination: { "Fn::ImportValue": expect.stringMatching(/RejectsBucket.*Arn/u) as string } } },
    });
    expect(filterOf(mapping)).toEqual([{ data: { modality: ["text", "audio"], scope: ["turn", "segment"] } }]);
  });

  it("sees to ends beside the stream", () => {
    expect(named(pipeline, "AWS::Lambda::EventSourceMapping", "ConversationsTrackingEnds")).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 5 }, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: "valence-voice-conversation-ends", VisibilityTimeout: 360, RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }) });
  });

  it("gets exactly the variables its env.ts asks for, settings and weights as it can read them", () => {
    const variables = environmentOf(pipeline, "valence-voice-conversation-tracker");

    expect(Object.keys(variables).sort()).toEqual(Object.keys(ConversationTrackerEnvironmentSchema.shape).sort());
    expect(ConversationTrackerEnvironmentSchema.shape.CONVERSATION_SETTINGS.parse(variables["CONVERSATION_SETTINGS"])).toEqual(voiceConfiguration().conversations!.settings);
    expect(ConversationTrackerEnvironmentSchema.shape.FUSION_WEIGHTS.parse(variables["FUSION_WEIGHTS"])).toEqual(DEFAULT_FUSION_WEIGHTS);
  });

  it("comes without a voice road, too: chats are conversations", () => {
    const { plain } = synthesize("dev");

    expect(environmentOf(synthesize("dev").template("pipeline"), "valence-dev-conversation-tracker")).toHaveProperty("CONVERSATIONS_TABLE");
    expect(JSON.stringify(plain)).not.toMatch(/aws\.transcribe|connect:/u);
  });
});

describe("alerts", () => {
  it("have a bus of their own, and a topic that gets each; what it refuses for a day waits among the dead letters", () => {
    pipeline.hasResourceProperties("AWS::Events::EventBus", { Name: "valence-voice-alerts" });
    expect(named(pipeline, "AWS::Events::Rule", "ConversationsAlertsRule")).toMatchObject({
      EventBusName: { Ref: expect.stringMatching(/^ConversationsAlertsBus/u) as string },
      EventPattern: { source: ["valence"], "detail-type": ["Valence Conversation Alert"] },
      Targets: [
        {
          Arn: { Ref: expect.stringMatching(/^ConversationsAlertsTopic/u) as string },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^ConversationsAlertsDeadLetters/u), "Arn"] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it("have a topic under our key, over TLS only, to which EventBridge publishes, without a condition, which it never meets there", () => {
    pipeline.hasResourceProperties("AWS::SNS::Topic", { TopicName: "valence-voice-alerts", KmsMasterKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key") } });
    const { Statement } = named(pipeline, "AWS::SNS::TopicPolicy", "ConversationsAlertsTopic")["PolicyDocument"] as { Statement: object[] };
    const Resource = { Ref: expect.stringMatching(/^ConversationsAlertsTopic/u) as string };
    expect(Statement).toEqual([
      { Sid: "AllowPublishThroughSSLOnly", Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Sid: "Alerts", Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource },
    ]);
  });

  it("can be encrypted by EventBridge and SNS for the topic, without a condition on the account, which EventBridge does not name there", () => {
    const topicArn = { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":sns:", { Ref: "AWS::Region" }, ":", { Ref: "AWS::AccountId" }, ":valence-voice-alerts"]] };
    data.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: "Allow",
            Principal: { Service: ["events.amazonaws.com", "sns.amazonaws.com"] },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": topicArn } },
          },
        ]),
      },
    });
  });
});

describe("Amazon Connect", () => {
  it("hears of running calls, and of nothing that lies further back", () => {
    const mapping = named(pipeline, "AWS::Lambda::EventSourceMapping", "ConversationsConnectFeedbackResults");

    expect(mapping).toMatchObject({ StartingPosition: "LATEST", BatchSize: 100, ParallelizationFactor: 4, MaximumRetryAttempts: 10, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    expect(filterOf(mapping)).toEqual([{ data: { modality: ["fused"], scope: ["conversation"], channel: ["call"] } }]);
  });

  it("gets alerts of calls as tasks, one at a time", () => {
    expect(named(pipeline, "AWS::Events::Rule", "ConversationsConnectFeedbackAlertsRule")).toMatchObject({
      EventBusName: { Ref: expect.stringMatching(/^ConversationsAlertsBus/u) as string },
      EventPattern: { source: ["valence"], "detail-type": ["Valence Conversation Alert"], detail: { channel: ["call"] } },
      Targets: [
        {
          Arn: { "Fn::GetAtt": [expect.stringMatching(/^ConversationsConnectFeedbackAlerts(?!DeadLetters)/u), "Arn"] },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^ConversationsConnectFeedbackAlertsDeadLetters/u), "Arn"] } },
        },
      ],
    });
    expect(named(pipeline, "AWS::Lambda::EventSourceMapping", "ConversationsConnectFeedbackAlerts")).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: "valence-voice-connect-alerts", VisibilityTimeout: 360 });
  });

  it("gets no tasks where no flow takes them", () => {
    const without = withoutTasks();
    const ids = Object.keys(without.template("pipeline").toJSON()["Resources"] as object).filter((id) => id.startsWith("ConversationsConnectFeedback"));

    expect(ids.filter((id) => /Alerts/u.test(id))).toEqual([]);
    expect(environmentOf(without.template("pipeline"), "valence-voice-connect-feedback")["TASK_FLOW_ID"]).toBe("");
    expect(outputsOf(without).filter((name) => (CONNECT_DEPLOYMENT_OUTPUTS as readonly string[]).includes(name))).toEqual([]);
  });

  it("gets exactly the variables its env.ts asks for, and they can be read", () => {
    const variables = environmentOf(pipeline, "valence-voice-connect-feedback");

    expect(Object.keys(variables).sort()).toEqual(Object.keys(ConnectFeedbackEnvironmentSchema.shape).sort());
    expect(ConnectFeedbackEnvironmentSchema.parse(variables)).toMatchObject({ ATTRIBUTE_PREFIX: "valence_", TASK_FLOW_ID: "0a1b2c3d-0000-4000-8000-000000000001" });
  });
});

describe("a stage without conversations", () => {
  it("has no table, no tracker and no alerts", () => {
    expect(JSON.stringify(synthesize(textRoad("prod")).plain)).not.toMatch(/DynamoDB|conversation-tracker|alerts|SNS/u);
  });
});

it("makes the same templates every time, with everything switched on", () => {
  expect(synthesize(voiceConfiguration()).plain).toEqual(synthesized.plain);
});

it("publishes what the command line looks for, each once; dev without Connect", () => {
  const names = outputsOf(synthesized);
  for (const name of [...CONVERSATION_DEPLOYMENT_OUTPUTS, ...CONNECT_DEPLOYMENT_OUTPUTS]) expect(names.filter((output) => output === name)).toEqual([name]);
  expect(outputsOf(synthesize(readConfiguration({ stage: "dev" }))).filter((name) => name.startsWith("Connect"))).toEqual([]);
});
