import { CfnScalableTarget, CfnScalingPolicy } from "aws-cdk-lib/aws-applicationautoscaling";
import { CfnAlarm } from "aws-cdk-lib/aws-cloudwatch";
import type { CfnEndpoint } from "aws-cdk-lib/aws-sagemaker";
import type { Construct } from "constructs";

export const VARIANT = "AllTraffic";

export interface Instances {
  minimum: number;
  maximum: number;
  /** Calls a minute and instance above which another instance is started. */
  invocationsPerMinute: number;
}

/** By the calls that each instance gets. */
export function scaleByCalls(scope: Construct, name: string, { invocationsPerMinute, maximum, minimum }: Instances, endpoint: CfnEndpoint): void {
  new CfnScalingPolicy(scope, "ScalingPolicy", {
    policyName: `${name}-invocations`,
    policyType: "TargetTrackingScaling",
    scalingTargetId: target(scope, name, minimum, maximum, endpoint),
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
      targetValue: invocationsPerMinute,
      // Instances with large models take many minutes to start: wait for one before asking for the next, and be slow to let go.
      scaleOutCooldown: 300,
      scaleInCooldown: 900,
    },
  });
}

/**
 * By the requests that wait, down to no instance at all, as "Autoscale an asynchronous endpoint" of the SageMaker guide has it. Target tracking alone
 * starts the first instance only once more wait than its target: the alarm starts it for a single one.
 *
 * @param waiting requests a instance, above which another is started.
 */
export function scaleByBacklog(scope: Construct, name: string, maximum: number, waiting: number, endpoint: CfnEndpoint): void {
  const scalingTargetId = target(scope, name, 0, maximum, endpoint);
  const dimensions = [{ name: "EndpointName", value: name }];
  new CfnScalingPolicy(scope, "ScalingPolicy", {
    policyName: `${name}-backlog`,
    policyType: "TargetTrackingScaling",
    scalingTargetId,
    targetTrackingScalingPolicyConfiguration: {
      customizedMetricSpecification: { namespace: "AWS/SageMaker", metricName: "ApproximateBacklogSizePerInstance", dimensions, statistic: "Average" },
      targetValue: waiting,
      scaleOutCooldown: 300,
      scaleInCooldown: 600,
    },
  });
  const first = new CfnScalingPolicy(scope, "FirstInstancePolicy", {
    policyName: `${name}-first-instance`,
    policyType: "StepScaling",
    scalingTargetId,
    stepScalingPolicyConfiguration: {
      adjustmentType: "ChangeInCapacity",
      metricAggregationType: "Average",
      cooldown: 300,
      stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: 1 }],
    },
  });
  new CfnAlarm(scope, "WaitingForFirstInstance", {
    alarmName: `${name}-waiting-for-first-instance`,
    alarmDescription: `Requests wait for ${name}, which has no instance: one is started. Nothing to do, unless this lasts for more than half an hour.`,
    namespace: "AWS/SageMaker",
    metricName: "HasBacklogWithoutCapacity",
    dimensions,
    statistic: "Average",
    period: 60,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    threshold: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "missing",
    alarmActions: [first.ref],
  });
}

function target(scope: Construct, name: string, minCapacity: number, maxCapacity: number, endpoint: CfnEndpoint): string {
  const scalable = new CfnScalableTarget(scope, "Scaling", {
    serviceNamespace: "sagemaker",
    scalableDimension: "sagemaker:variant:DesiredInstanceCount",
    resourceId: `endpoint/${name}/variant/${VARIANT}`,
    minCapacity,
    maxCapacity,
  });
  scalable.addResourceDependency(endpoint);
  return scalable.ref;
}
