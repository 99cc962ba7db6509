import { RemovalPolicy } from "aws-cdk-lib";
import { CfnScalableTarget, CfnScalingPolicy } from "aws-cdk-lib/aws-applicationautoscaling";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from "aws-cdk-lib/aws-sagemaker";
import { Construct } from "constructs";
import type { Configuration } from "./configuration.ts";
import type { DataKey } from "./data-key.ts";
import { servingRole } from "./serving-role.ts";

const VARIANT = "AllTraffic";
// Weights of a hundred gigabytes, and their way onto eight accelerators: SageMaker's longest.
const START_TIMEOUT_SECONDS = 3_600;

export interface Instances {
  minimum: number;
  maximum: number;
  /** Calls a minute and instance above which another instance is started. */
  invocationsPerMinute: number;
}

export type Hosting = { kind: "instances"; instanceType: string; instances: Instances } | { kind: "serverless"; memoryMiB: number; maximumConcurrency: number };

export interface TextEndpointProps {
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

/** One model on one SageMaker endpoint. Requests and answers are not captured: they are customers' words. */
export class TextEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: TextEndpointProps) {
    super(scope, id);
    const { hosting, modelData, name } = props;
    // SageMaker would make this group itself, to be kept for ever and by no stack.
    const log = new LogGroup(this, "Log", { logGroupName: `/aws/sagemaker/Endpoints/${name}`, retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = servingRole(this, "Role", { repositoryArn: props.repositoryArn, modelData, modelDataKeyArn: props.modelDataKeyArn, log });
    const encrypted = hosting.kind === "serverless" || !hasLocalStorage(hosting.instanceType);
    if (encrypted) props.key.grantEncryptVolumes(role);

    const address = `s3://${modelData.bucket}/${modelData.key}`;
    const model = new CfnModel(this, "Model", {
      executionRoleArn: role.roleArn,
      // SageMaker fetches image and model itself; the container reaches nothing. Serverless endpoints have no such setting.
      enableNetworkIsolation: hosting.kind === "instances",
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
    });
    const endpoint = new CfnEndpoint(this, "Resource", {
      endpointName: name,
      endpointConfigName: configuration.attrEndpointConfigName,
      // A new configuration must not undo what autoscaling has set.
      ...(hosting.kind === "instances" ? { retainAllVariantProperties: true } : {}),
    });
    endpoint.node.addDependency(log);
    if (hosting.kind === "instances" && hosting.instances.maximum > hosting.instances.minimum) this.#scale(name, hosting.instances, endpoint);
  }

  #scale(name: string, { invocationsPerMinute, maximum, minimum }: Instances, endpoint: CfnEndpoint): void {
    const variant = { serviceNamespace: "sagemaker", scalableDimension: "sagemaker:variant:DesiredInstanceCount", resourceId: `endpoint/${name}/variant/${VARIANT}` };
    const target = new CfnScalableTarget(this, "Scaling", { ...variant, minCapacity: minimum, maxCapacity: maximum });
    target.addResourceDependency(endpoint);
    new CfnScalingPolicy(this, "ScalingPolicy", {
      policyName: `${name}-invocations`,
      policyType: "TargetTrackingScaling",
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
        targetValue: invocationsPerMinute,
        // Instances with large models take many minutes to start: wait for one before asking for the next, and be slow to let go.
        scaleOutCooldown: 300,
        scaleInCooldown: 900,
      },
    });
  }
}

function variantOf(hosting: Hosting): Partial<CfnEndpointConfig.ProductionVariantProperty> {
  if (hosting.kind === "serverless") return { serverlessConfig: { memorySizeInMb: hosting.memoryMiB, maxConcurrency: hosting.maximumConcurrency } };
  return {
    instanceType: hosting.instanceType,
    initialInstanceCount: hosting.instances.minimum,
    modelDataDownloadTimeoutInSeconds: START_TIMEOUT_SECONDS,
    containerStartupHealthCheckTimeoutInSeconds: START_TIMEOUT_SECONDS,
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
