import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { hasLocalStorage } from "../../lib/model-endpoint.ts";
import { configurationWith, encoderOnInstances, jumpStartLlama, sageMakerEncoder, sageMakerLlm, serverlessEncoder } from "./example-specifications.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";
import { validateTemplates } from "./template-validator.ts";

const askingBoth = { model: { kind: "fallback" as const, links: [sageMakerLlm("pilot-llama"), sageMakerEncoder("pilot-encoder")] } };

describe("a stage without text models", () => {
  it("has no stack for them", () => {
    expect(Object.keys(synthesize(configurationWith({})).plain)).toEqual(["valence-dev-data", "valence-dev-pipeline"]);
  });
});

describe("the models stack", () => {
  let synthesized: Synthesized;
  let models: Template;
  beforeAll(() => {
    synthesized = synthesize(configurationWith(askingBoth, [jumpStartLlama, serverlessEncoder]));
    models = synthesized.template("models");
  });

  it("is deployed before the pipeline, after the data, and follows CloudFormation's schemas", () => {
    expect(Object.keys(synthesized.plain)).toEqual(["valence-dev-data", "valence-dev-models", "valence-dev-pipeline"]);
    expect(validateTemplates(synthesized.plain)).toEqual([]);
  });

  it("takes a gated model's weights from JumpStart's bucket of the region, with the licence agreement accepted, cut off from the network", () => {
    models.hasResourceProperties("AWS::SageMaker::Model", {
      EnableNetworkIsolation: true,
      PrimaryContainer: {
        Image: { "Fn::Join": ["", [{ "Fn::FindInMap": ["DlcRepositoryAccountMap", { Ref: "AWS::Region" }, "value"] }, ".dkr.ecr.", { Ref: "AWS::Region" }, ".", { Ref: "AWS::URLSuffix" }, "/djl-inference:0.28.0-lmi10.0.0-cu124"]] },
        Environment: Match.objectLike({ HF_MODEL_ID: "/opt/ml/model", OPTION_GPU_MEMORY_UTILIZATION: "0.95" }),
        ModelDataUrl: Match.absent(),
        ModelDataSource: {
          S3DataSource: {
            S3Uri: { "Fn::Join": ["", ["s3://jumpstart-private-cache-prod-", { Ref: "AWS::Region" }, "/meta-textgeneration/meta-textgeneration-llama-3-70b-instruct/artifacts/inference-prepack/v1.1.0/"]] },
            S3DataType: "S3Prefix",
            CompressionType: "None",
            ModelAccessConfig: { AcceptEula: true },
          },
        },
      },
    });
  });

  it("takes a container's image, packed model and variables as configured", () => {
    models.hasResourceProperties("AWS::SageMaker::Model", {
      EnableNetworkIsolation: false,
      PrimaryContainer: { Image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models/sentiment-encoder:1.0.0", ModelDataUrl: "s3://our-models/sentiment-encoder/1.0.0/model.tar.gz", Environment: { MAXIMUM_TEXTS: "16" }, ModelDataSource: Match.absent() },
    });
  });

  it("captures no requests, and encrypts volumes under our key where the instances' own disks do not do it already", () => {
    models.allResourcesProperties("AWS::SageMaker::EndpointConfig", { DataCaptureConfig: Match.absent() });
    models.hasResourceProperties("AWS::SageMaker::EndpointConfig", {
      KmsKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key.*Arn") },
      ProductionVariants: [Match.objectLike({ ServerlessConfig: { MemorySizeInMB: 4_096, MaxConcurrency: 10 }, InstanceType: Match.absent() })],
    });
    models.hasResourceProperties("AWS::SageMaker::EndpointConfig", {
      KmsKeyId: Match.absent(),
      ProductionVariants: [Match.objectLike({ InstanceType: "ml.g5.48xlarge", InitialInstanceCount: 1, ContainerStartupHealthCheckTimeoutInSeconds: 3_600, ModelDataDownloadTimeoutInSeconds: 3_600 })],
    });
  });

  it("scales instances by their calls, within the bounds, and keeps their number over a new configuration", () => {
    models.hasResourceProperties("AWS::SageMaker::Endpoint", { EndpointName: "pilot-llama", RetainAllVariantProperties: true });
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalableTarget", {
      ResourceId: "endpoint/pilot-llama/variant/AllTraffic",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
      MinCapacity: 1,
      MaxCapacity: 3,
    });
    models.hasResourceProperties("AWS::ApplicationAutoScaling::ScalingPolicy", {
      TargetTrackingScalingPolicyConfiguration: Match.objectLike({ PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" }, TargetValue: 60 }),
    });
    models.resourceCountIs("AWS::ApplicationAutoScaling::ScalableTarget", 1);
  });

  it("has the role's policy before the model, and the log group, with an end to what it keeps, before the endpoint", () => {
    models.hasResource("AWS::SageMaker::Model", { DependsOn: Match.arrayWith([Match.stringLikeRegexp("RoleDefaultPolicy")]) });
    models.hasResource("AWS::SageMaker::Endpoint", { DependsOn: [Match.stringLikeRegexp("Log")] });
    models.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/aws/sagemaker/Endpoints/pilot-encoder", RetentionInDays: 14 });
  });

  it("leaves nothing to warn about when every endpoint is asked", () => {
    expect(synthesized.findings).toEqual([]);
  });

  it("does not scale what has a fixed number of instances, and encrypts volumes on instances without disks", () => {
    const fixed = synthesize(configurationWith(askingBoth, [encoderOnInstances])).template("models");

    fixed.resourceCountIs("AWS::ApplicationAutoScaling::ScalableTarget", 0);
    fixed.hasResourceProperties("AWS::SageMaker::EndpointConfig", { KmsKeyId: Match.anyValue(), ProductionVariants: [Match.objectLike({ InitialInstanceCount: 2 })] });
  });

  it("is kept from deletion where the stage keeps its data", () => {
    const configuration = { ...configurationWith(askingBoth, [serverlessEncoder]), removal: "retain" as const };

    expect(synthesize(configuration).protectedStacks).toEqual(["valence-dev-data", "valence-dev-models"]);
  });
});

describe("instances with disks of their own", () => {
  it.each(["ml.g5.48xlarge", "ml.p4d.24xlarge", "ml.g6.xlarge", "ml.m5d.large", "ml.c6gd.large", "ml.r6id.large", "ml.m5dn.large", "ml.g4dn.xlarge", "ml.trn1.32xlarge"])("%s has", (type) => {
    expect(hasLocalStorage(type)).toBe(true);
  });

  it.each(["ml.m5.large", "ml.c7i.xlarge", "ml.c6g.large", "ml.r5.large", "ml.inf2.xlarge", "ml.g5g.xlarge", "ml.t2.medium", "ml.p3.2xlarge"])("%s has not", (type) => {
    expect(hasLocalStorage(type)).toBe(false);
  });
});
