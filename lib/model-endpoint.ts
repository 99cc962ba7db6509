import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from "aws-cdk-lib/aws-sagemaker";
import { Construct } from "constructs";
import type { AudioBucket } from "./audio-bucket.ts";
import type { Configuration } from "./configuration.ts";
import type { DataKey } from "./data-key.ts";
import { type Instances, scaleByBacklog, scaleByCalls, VARIANT } from "./endpoint-scaling.ts";
import { servingRole } from "./serving-role.ts";

// Weights of a hundred gigabytes, and their way onto eight accelerators: SageMaker's longest.
const START_TIMEOUT_SECONDS = 3_600;

export type Hosting =
  | { kind: "serverless"; memoryMiB: number; maximumConcurrency: number }
  | { kind: "realtime"; instanceType: string; instances: Instances }
  | { kind: "async"; instanceType: string; maximumInstances: number; maximumConcurrentInvocationsPerInstance: number; bucket: AudioBucket };

export interface ModelEndpointProps {
  name: string;
  key: DataKey;
  logRetention: Configuration["logs"]["retentionDays"];
  image: string;
  repositoryArn: string;
  modelData: { bucket: string; key: string };
  modelDataKeyArn?: string | undefined;
  /** Whether the licence agreement of a gated model was accepted; absent for a model without one. */
  acceptEula?: boolean | undefined;
  environment: Readonly<Record<string, string>>;
  hosting: Hosting;
}

/** One model on one SageMaker endpoint. Requests and answers are not captured: they are customers' words and voices. */
export class ModelEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: ModelEndpointProps) {
    super(scope, id);
    const { hosting, modelData, name } = props;
    // SageMaker would make this group itself, to be kept for ever and by no stack.
    const log = new LogGroup(this, "Log", { logGroupName: `/aws/sagemaker/Endpoints/${name}`, retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = servingRole(this, "Role", {
      repositoryArn: props.repositoryArn,
      modelData,
      modelDataKeyArn: props.modelDataKeyArn,
      log,
      answers: hosting.kind === "async" ? answersPrefix(name) : undefined,
    });
    const encrypted = hosting.kind === "serverless" || !hasLocalStorage(hosting.instanceType);
    if (encrypted) props.key.grantEncryptVolumes(role);
    if (hosting.kind === "async") {
      hosting.bucket.grantRead(role, "segments/");
      hosting.bucket.grantWrite(role, answersPrefix(name));
    }

    const address = `s3://${modelData.bucket}/${modelData.key}`;
    const model = new CfnModel(this, "Model", {
      executionRoleArn: role.roleArn,
      // SageMaker fetches image and model itself; the container reaches nothing. Serverless endpoints have no such setting.
      enableNetworkIsolation: hosting.kind !== "serverless",
      primaryContainer: {
        image: props.image,
        environment: props.environment,
        ...(modelData.key.endsWith("/")
          ? {
              modelDataSource: {
                s3DataSource: {
                  s3Uri: address,
                  s3DataType: "S3Prefix",
                  compressionType: "None",
                  ...(props.acceptEula === undefined ? {} : { modelAccessConfig: { acceptEula: props.acceptEula } }),
                },
              },
            }
          : { modelDataUrl: address }),
      },
    });
    // The policy, not only the role: SageMaker looks for the model's files when the model is created.
    model.node.addDependency(role);

    const configuration = new CfnEndpointConfig(this, "Configuration", {
      ...(encrypted ? { kmsKeyId: props.key.key.keyArn } : {}),
      productionVariants: [{ variantName: VARIANT, modelName: model.attrModelName, initialVariantWeight: 1, ...variantOf(hosting) }],
      ...(hosting.kind === "async" ? { asyncInferenceConfig: asyncConfiguration(name, hosting, props.key) } : {}),
    });
    const endpoint = new CfnEndpoint(this, "Resource", {
      endpointName: name,
      endpointConfigName: configuration.attrEndpointConfigName,
      // A new configuration must not undo what autoscaling has set.
      ...(hosting.kind === "serverless" ? {} : { retainAllVariantProperties: true }),
    });
    endpoint.node.addDependency(log);
    if (hosting.kind === "realtime" && hosting.instances.maximum > hosting.instances.minimum) scaleByCalls(this, name, hosting.instances, endpoint);
    // As many wait as are worked on: a second instance then has as much to do as the first.
    if (hosting.kind === "async") scaleByBacklog(this, name, hosting.maximumInstances, hosting.maximumConcurrentInvocationsPerInstance, endpoint);
  }
}

function variantOf(hosting: Hosting): Partial<CfnEndpointConfig.ProductionVariantProperty> {
  if (hosting.kind === "serverless") return { serverlessConfig: { memorySizeInMb: hosting.memoryMiB, maxConcurrency: hosting.maximumConcurrency } };
  return {
    instanceType: hosting.instanceType,
    // An asynchronous endpoint starts with one, too, which goes when nothing waits.
    initialInstanceCount: hosting.kind === "async" ? 1 : hosting.instances.minimum,
    modelDataDownloadTimeoutInSeconds: START_TIMEOUT_SECONDS,
    containerStartupHealthCheckTimeoutInSeconds: START_TIMEOUT_SECONDS,
  };
}

/** Under which an asynchronous endpoint puts its answers. */
function answersPrefix(name: string): `async-answers/${string}` {
  return `async-answers/${name}/`;
}

function asyncConfiguration(name: string, { bucket, maximumConcurrentInvocationsPerInstance }: Extract<Hosting, { kind: "async" }>, key: DataKey): CfnEndpointConfig.AsyncInferenceConfigProperty {
  const answers = `s3://${bucket.bucketName}/${answersPrefix(name)}`;
  return {
    clientConfig: { maxConcurrentInvocationsPerInstance: maximumConcurrentInvocationsPerInstance },
    outputConfig: { s3OutputPath: answers, s3FailurePath: `${answers}failures/`, kmsKeyId: key.key.keyArn },
  };
}

// Accelerated families with NVMe disks of their own, which their names do not show.
const FAMILIES_WITH_DISKS = /^(g4dn|g4ad|g5|g6|g6e|g6f|gr6|g7e|p3dn|p4d|p4de|p5|p5e|p5en|p6-.+|trn1|trn1n|trn2)$/u;

/**
 * Whether an instance type keeps data on disks of its own, which its hardware encrypts: CreateEndpointConfig refuses a KMS key there
 * (KmsKeyId in SageMaker's API reference). A `d` behind the generation's number says so: m5d, c6gd, r6id.
 */
export function hasLocalStorage(instanceType: string): boolean {
  const family = instanceType.split(".")[1] ?? "";
  return FAMILIES_WITH_DISKS.test(family) || /^[cmr]\d[a-z]*d[a-z]*$/u.test(family);
}
