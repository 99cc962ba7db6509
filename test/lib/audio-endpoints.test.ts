import { cpSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { TINY_MODEL, voiceConfiguration } from "./example-specifications.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";
import { validateTemplates } from "./template-validator.ts";

let synthesized: Synthesized;
let models: Template;
beforeAll(() => {
  synthesized = synthesize(voiceConfiguration());
  models = synthesized.template("models");
});

const endpointConfiguration = (name: string): Record<string, unknown> => {
  const id = Object.keys(models.findResources("AWS::SageMaker::EndpointConfig")).find((candidate) => candidate.startsWith(name.replaceAll("-", "")));
  return models.findResources("AWS::SageMaker::EndpointConfig")[id!]!["Properties"] as Record<string, unknown>;
};

describe("the endpoints of audio.models", () => {
  it("follow CloudFormation's schemas, without a finding", () => {
    expect(validateTemplates(synthesized.plain)).toEqual([]);
    expect(synthesized.findings).toEqual([]);
  });

  it("all run one image of the model server, built for SageMaker's processors from what lies in its folder", () => {
    const images = Object.values(models.findResources("AWS::SageMaker::Model")).map(({ Properties }) => JSON.stringify(Properties.PrimaryContainer.Image));
    const assets = Object.values(synthesized.assets("models").dockerImages);

    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/cdk-hnb659fds-container-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}:[0-9a-f]{64}/u);
    expect(assets).toEqual([expect.objectContaining({ source: expect.objectContaining({ platform: "linux/amd64", dockerOutputs: ["type=docker,oci-mediatypes=false"] }) as unknown })]);
    expect(readdirSync(join(synthesized.folder, assets[0]!.source.directory))).toContain("Dockerfile");
  });

  it("capture no requests, and encrypt volumes under our key", () => {
    models.resourceCountIs("AWS::SageMaker::EndpointConfig", 3);
    models.allResourcesProperties("AWS::SageMaker::EndpointConfig", { DataCaptureConfig: Match.absent(), KmsKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key.*Arn") } });
  });

  it("are deployed after the data and before the pipeline", () => {
    expect(Object.keys(synthesized.plain)).toEqual(["valence-voice-data", "valence-voice-models", "valence-voice-pipeline"]);
  });
});

describe("serverless", () => {
  it("has memory, a bound on calls, one worker for the one call that a container gets, and nothing that runs or scales", () => {
    expect(endpointConfiguration("valence-voice-hubert")).toMatchObject({ ProductionVariants: [{ ServerlessConfig: { MemorySizeInMB: 3_072, MaxConcurrency: 10 } }] });
    models.hasResourceProperties("AWS::SageMaker::Model", {
      EnableNetworkIsolation: false,
      PrimaryContainer: { ModelDataUrl: "s3://our-models/valence/hubert-base/1.0.0/model.tar.gz", Environment: { WORKERS: "1" } },
    });
    models.hasResourceProperties("AWS::SageMaker::Endpoint", { EndpointName: "valence-voice-hubert", RetainAllVariantProperties: Match.absent() });
  });
});

describe("real-time", () => {
  it("has instances, cut off from the network, with as many workers as configured", () => {
    expect(endpointConfiguration("valence-voice-wav2vec2")).toMatchObject({ ProductionVariants: [{ InstanceType: "ml.c7i.xlarge", InitialInstanceCount: 1 }] });
    expect(endpointConfiguration("valence-voice-wav2vec2")["AsyncInferenceConfig"]).toBeUndefined();
    models.hasResourceProperties("AWS::SageMaker::Model", {
      EnableNetworkIsolation: true,
      PrimaryContainer: { ModelDataUrl: "s3://our-models/valence/wav2vec2-base/1.0.0/model.tar.gz", Environment: { WORKERS: "4" } },
    });
  });

  it("scales by its calls, and keeps that number over a new configuration", () => {
    models.hasResourceProperties("AWS::SageMaker::Endpoint", { EndpointName: "valence-voice-wav2vec2", RetainAllVariantProperties: true });
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", { ResourceId: "endpoint/valence-voice-wav2vec2/variant/AllTraffic", MinCapacity: 1, MaxCapacity: 4 });
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalingPolicy", {
      PolicyName: "valence-voice-wav2vec2-invocations",
      TargetTrackingScalingPolicyConfiguration: Match.objectLike({ PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" }, TargetValue: 200 }),
    });
  });
});

describe("asynchronous", () => {
  it("puts answers and failures into the audio bucket, encrypted under our key", () => {
    const bucket = { "Fn::ImportValue": expect.stringMatching(/VoicePreparedBucket/u) as string };
    expect(endpointConfiguration("valence-voice-whisper")["AsyncInferenceConfig"]).toEqual({
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 8 },
      OutputConfig: {
        S3OutputPath: { "Fn::Join": ["", ["s3://", bucket, "/async-answers/valence-voice-whisper/"]] },
        S3FailurePath: { "Fn::Join": ["", ["s3://", bucket, "/async-answers/valence-voice-whisper/failures/"]] },
        KmsKeyId: { "Fn::ImportValue": expect.stringMatching(/Key.*Arn/u) as string },
      },
    });
    expect(endpointConfiguration("valence-voice-whisper")).toMatchObject({ ProductionVariants: [{ InstanceType: "ml.c7i.2xlarge", InitialInstanceCount: 1 }] });
  });

  it("tells the container of long recordings and of as many calls as SageMaker sends", () => {
    models.hasResourceProperties("AWS::SageMaker::Model", {
      EnableNetworkIsolation: true,
      PrimaryContainer: {
        Environment: { WORKERS: "8", QUEUE_LIMIT: "8", MAX_BODY_BYTES: String(2 ** 28), BODY_SECONDS: "300", MAX_SECONDS: "3500", MAX_AUDIO_SECONDS: "14400" },
      },
    });
  });

  it("scales to nothing, by what waits", () => {
    const dimensions = [{ Name: "EndpointName", Value: "valence-voice-whisper" }];
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", { ResourceId: "endpoint/valence-voice-whisper/variant/AllTraffic", MinCapacity: 0, MaxCapacity: 4 });
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalingPolicy", {
      PolicyName: "valence-voice-whisper-backlog",
      TargetTrackingScalingPolicyConfiguration: Match.objectLike({
        CustomizedMetricSpecification: { Namespace: "AWS/SageMaker", MetricName: "ApproximateBacklogSizePerInstance", Dimensions: dimensions, Statistic: "Average" },
        TargetValue: 8,
      }),
    });
  });

  it("starts its first instance for a single request", () => {
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalingPolicy", {
      PolicyName: "valence-voice-whisper-first-instance",
      StepScalingPolicyConfiguration: Match.objectLike({ AdjustmentType: "ChangeInCapacity", StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }] }),
    });
    models.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "HasBacklogWithoutCapacity",
      Dimensions: [{ Name: "EndpointName", Value: "valence-voice-whisper" }],
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      AlarmActions: [{ Ref: Match.stringLikeRegexp("FirstInstancePolicy") }],
    });
    models.resourceCountIs("AWS::CloudWatch::Alarm", 1);
  });
});

describe("a model folder", () => {
  it("is uploaded as an archive named by its content: the same wherever it lies, another for another model", () => {
    const [copy, other] = [0, 1].map(() => {
      const folder = mkdtempSync(join(tmpdir(), "valence-model-folder-"));
      cpSync(resolve(import.meta.dirname, "tiny-audio-model"), folder, { recursive: true });
      return folder;
    });
    writeFileSync(join(other!, "CARD.md"), "another card");
    const hosting = { kind: "serverless" as const, memoryMiB: 2_048 as const, maximumConcurrency: 1 };
    const folders = { first: TINY_MODEL, copy: copy!, other: other! };
    const withFolders = synthesize(voiceConfiguration((audio) => (audio.models = Object.entries(folders).map(([name, folder]) => ({ name, folder, hosting })))));
    const archives = Object.entries(withFolders.template("models").findResources("AWS::SageMaker::Model")).map(([id, { Properties }]) => {
      const [, [start, bucket, key]] = Properties.PrimaryContainer.ModelDataUrl["Fn::Join"] as [string, [string, { "Fn::Sub": string }, string]];
      expect([start, bucket]).toEqual(["s3://", { "Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}" }]);
      return [id.slice(0, id.indexOf("Endpoint")), key.slice(1)];
    });
    const { copy: copied, first, other: another } = Object.fromEntries(archives) as Record<string, string>;

    expect(copied).toBe(first);
    expect(another).not.toBe(first);
    const uploaded = Object.values(withFolders.assets("models").files).flatMap(({ destinations }) => Object.values(destinations).map(({ objectKey }) => objectKey));
    expect(new Set(uploaded.filter((key) => key.endsWith(".gz")))).toEqual(new Set([first, another]));
  });
});
