import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { AUDIO_DEPLOYMENT_OUTPUTS } from "../../core/deployment-outputs.ts";
import { AudioClassifierEnvironmentSchema } from "../../lambdas/audio-classifier/env.ts";
import { AudioPreprocessorEnvironmentSchema } from "../../lambdas/audio-preprocessor/env.ts";
import { LiveAudioEnvironmentSchema } from "../../lambdas/live-audio/env.ts";
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

const environment = (name: string) => environmentOf(pipeline, `valence-voice-${name}`);

describe("a stage with the text road only", () => {
  it("has nothing of the voice road, and a key that no service may use by itself", () => {
    const { plain } = synthesize(textRoad("dev"));
    const resources = Object.values(plain).flatMap((template) => Object.values(template.Resources));

    expect(JSON.stringify(resources)).not.toMatch(/audio|recordings|events\.amazonaws\.com/iu);
    expect(Object.keys(plain)).not.toContain("valence-dev-models");
  });
});

describe("the audio stream", () => {
  it("is like the others", () => {
    data.hasResource("AWS::Kinesis::Stream", {
      Properties: { Name: "valence-voice-audio", StreamModeDetails: { StreamMode: "ON_DEMAND" }, RetentionPeriodHours: 168, StreamEncryption: { EncryptionType: "KMS" } },
      DeletionPolicy: "RetainExceptOnCreate",
    });
  });

  it("reaches live-audio in small batches, bisected, with single failures reported and the rest in the rejects bucket", () => {
    expect(named(pipeline, "AWS::Lambda::EventSourceMapping", "VoiceLiveAudioAudioStream")).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 4,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 259_200,
      DestinationConfig: { OnFailure: { Destination: { "Fn::ImportValue": expect.stringMatching(/RejectsBucket.*Arn/u) as string } } },
    });
  });
});

describe("the buckets", () => {
  it("are under our key, log accesses, and keep no versions", () => {
    for (const [start, logs] of [["VoiceRecordings", "recordings/"], ["VoicePrepared", "audio/"]] as const) {
      const bucket = named(data, "AWS::S3::Bucket", start);
      expect(bucket).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] },
        LoggingConfiguration: { LogFilePrefix: logs },
      });
      expect(bucket["VersioningConfiguration"]).toBeUndefined();
    }
  });

  it("expire as the configuration says, or keep recordings for ever", () => {
    const rules = (template: Template, start: string) => (named(template, "AWS::S3::Bucket", start)["LifecycleConfiguration"] as { Rules: unknown }).Rules;
    const stays = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: "Enabled" };

    expect(rules(data, "VoiceRecordings")).toEqual([{ ...stays, ExpirationInDays: 365 }]);
    expect(rules(data, "VoicePrepared")).toEqual([{ ...stays, ExpirationInDays: 30 }]);
    const forEver = synthesize(voiceConfiguration((audio) => (audio.recordings.expireAfterDays = null))).template("data");
    expect(rules(forEver, "VoiceRecordings")).toEqual([stays]);
  });

  it("tell EventBridge of recordings by a property of the bucket, without a function of the CDK's that may change every bucket", () => {
    expect(named(data, "AWS::S3::Bucket", "VoiceRecordings")["NotificationConfiguration"]).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(named(data, "AWS::S3::Bucket", "VoicePrepared")["NotificationConfiguration"]).toBeUndefined();
    data.resourceCountIs("Custom::S3BucketNotifications", 0);
    data.resourceCountIs("AWS::Lambda::Function", 0);
  });
});

describe("a new recording", () => {
  // Under another logical id CloudFormation makes a second rule before it takes the first away, and its name is taken: no stage could be updated.
  it("has the rule that stages have since there were recordings", () => {
    const [id] = Object.keys(pipeline.findResources("AWS::Events::Rule", { Properties: { Name: "valence-voice-recordings" } }));

    expect(id).toBe("VoiceRecordingEventsRule972B5106");
  });

  it("becomes a message, unless Valence wrote it; refused events wait a day, then among the dead letters", () => {
    expect(named(pipeline, "AWS::Events::Rule", "VoiceRecordingEvents")).toMatchObject({
      EventPattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [{ "Fn::ImportValue": expect.stringMatching(/RecordingsBucket/u) as string }] }, object: { key: [{ "anything-but": { prefix: "valence/" } }] } },
      },
      Targets: [
        {
          Arn: { "Fn::GetAtt": [expect.stringMatching(/^VoiceRecordings(?!DeadLetters)/u), "Arn"] },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^VoiceRecordingsDeadLetters/u), "Arn"] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it.each(["VoiceRecordingsPolicy", "VoiceRecordingsDeadLettersPolicy"])("may be sent by this rule of this account and no other: %s", (policy) => {
    expect(named(pipeline, "AWS::SQS::QueuePolicy", policy)["PolicyDocument"]).toMatchObject({
      Statement: [
        { Effect: "Deny" },
        {
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Condition: {
            ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [expect.stringMatching(/^VoiceRecordingEventsRule/u), "Arn"] } },
            StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          },
        },
      ],
    });
  });

  it("can be encrypted by EventBridge, which has no role", () => {
    data.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          },
        ]),
      },
    });
  });
});

describe("the queues", () => {
  it.each([
    ["recordings", 6 * 600, 5],
    ["quiet-checks", 6 * 300, 5],
    ["audio-jobs", 6 * 180, 10],
  ])("%s: hidden for six time-outs of its function, then among its dead letters", (name, visibility, tries) => {
    pipeline.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: `valence-voice-${name}`,
      VisibilityTimeout: visibility,
      MaximumMessageSize: 1_048_576,
      KmsMasterKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key") },
      RedrivePolicy: { maxReceiveCount: tries, deadLetterTargetArn: { "Fn::GetAtt": [Match.stringLikeRegexp("DeadLetters"), "Arn"] } },
    });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: `valence-voice-${name}-dead-letters`, MessageRetentionPeriod: 14 * 86_400 });
  });

  it.each([
    ["VoiceLiveAudioQuietChecks", 1, 5],
    ["VoiceAudioPreprocessing", 1, 20],
    ["VoiceAudioClassification", 5, 20],
  ])("%s: so many messages at a time, in so many batches", (start, size, atATime) => {
    const mapping = named(pipeline, "AWS::Lambda::EventSourceMapping", start);

    expect(mapping).toMatchObject({ BatchSize: size, ScalingConfig: { MaximumConcurrency: atATime }, FunctionResponseTypes: ["ReportBatchItemFailures"] });
  });
});

describe("the functions", () => {
  it.each([
    ["live-audio", LiveAudioEnvironmentSchema],
    ["audio-preprocessor", AudioPreprocessorEnvironmentSchema],
    ["audio-classifier", AudioClassifierEnvironmentSchema],
  ])("%s gets exactly the variables its env.ts asks for", (name, schema) => {
    expect(Object.keys(environment(name)).sort()).toEqual(Object.keys(schema.shape).sort());
  });

  it("get settings, other buckets and endpoints as JSON that their env.ts can read", () => {
    const { audio } = voiceConfiguration();

    expect(LiveAudioEnvironmentSchema.shape.AUDIO_SETTINGS.parse(environment("live-audio")["AUDIO_SETTINGS"])).toEqual(audio.settings);
    expect(AudioPreprocessorEnvironmentSchema.shape.AUDIO_SETTINGS.parse(environment("audio-preprocessor")["AUDIO_SETTINGS"])).toEqual(audio.settings);
    expect(AudioPreprocessorEnvironmentSchema.shape.OTHER_BUCKETS.parse(environment("audio-preprocessor")["OTHER_BUCKETS"])).toEqual(["our-call-recordings"]);
    expect(environment("audio-preprocessor")["CONTACT_LENS_TELLS"]).toBe("yes");
    expect(AudioClassifierEnvironmentSchema.shape.AUDIO_CLASSIFIER.parse(environment("audio-classifier")["AUDIO_CLASSIFIER"]).endpoints.map(({ answers }) => answers)).toEqual(["at-once", "at-once", "later"]);
  });

  it("have the configured memory and time", () => {
    for (const [name, memory, timeout] of [["live-audio", 2_048, 300], ["audio-preprocessor", 2_048, 600], ["audio-classifier", 1_024, 180]] as const) {
      pipeline.hasResourceProperties("AWS::Lambda::Function", { FunctionName: `valence-voice-${name}`, MemorySize: memory, Timeout: timeout });
    }
  });
});

it("publishes what the command line looks for, each once", () => {
  const outputs = Object.values(synthesized.plain).flatMap((template) => Object.keys(template.Outputs ?? {}));
  for (const name of AUDIO_DEPLOYMENT_OUTPUTS) expect(outputs.filter((output) => output === name)).toEqual([name]);
});
