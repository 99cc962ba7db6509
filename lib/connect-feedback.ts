import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping, FilterCriteria, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { ConnectFeedbackEnvironment } from "../lambdas/connect-feedback/env.ts";
import { ALERT_PATTERN, type Alerts } from "./alerts.ts";
import type { Configuration } from "./configuration.ts";
import type { ConnectConfiguration } from "./conversations-configuration.ts";
import type { DataStack } from "./data-stack.ts";
import { JobQueue } from "./job-queue.ts";
import { QueueRule } from "./queue-rule.ts";
import { LAMBDA_PREFIX } from "./rejects-bucket.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface ConnectFeedbackProps {
  configuration: Configuration;
  connect: ConnectConfiguration;
  data: DataStack;
  alerts: Alerts;
}

/** From conversation results and alerts back to the contacts of an Amazon Connect instance. */
export class ConnectFeedback extends Construct {
  /** Alerts that become tasks, where there is a flow that takes them. */
  readonly alerts: JobQueue | undefined;

  constructor(scope: Construct, id: string, props: ConnectFeedbackProps) {
    super(scope, id);
    const { alerts, configuration, connect, data } = props;
    const { rejects, resultsStream } = data;
    const { results, taskFlowId } = connect;
    const inInstance = (resource: string) => Stack.of(this).formatArn({ service: "connect", resource: "instance", resourceName: `${connect.instanceId}/${resource}` });
    const worker = new ValenceFunction<ConnectFeedbackEnvironment>(this, "Function", {
      name: "connect-feedback",
      stage: configuration.stage,
      description: "Writes the sentiment of running calls into their contacts at Amazon Connect",
      logs: configuration.logs,
      memoryMiB: results.memoryMiB,
      timeout: Duration.seconds(results.timeoutSeconds),
      reservedConcurrency: results.reservedConcurrency,
      wildcards: {
        [`${LAMBDA_PREFIX}*`]: "Lambda makes up the keys of the batches that it gave up.",
        "contact/*": "Amazon Connect makes up the ids of contacts.",
      },
      environment: { CONNECT_INSTANCE_ID: connect.instanceId, ATTRIBUTE_PREFIX: connect.attributePrefix, TASK_FLOW_ID: taskFlowId ?? "" },
    });
    const allow = (action: string, ...resources: string[]) => worker.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources }));
    allow("connect:UpdateContactAttributes", inInstance("contact/*"));
    resultsStream.grantRead(worker);
    new EventSourceMapping(this, "ResultsSource", {
      target: worker.function,
      eventSourceArn: resultsStream.streamArn,
      // What went before the first deployment is of calls that are over.
      startingPosition: StartingPosition.LATEST,
      batchSize: results.batchSize,
      maxBatchingWindow: Duration.seconds(results.windowSeconds),
      parallelizationFactor: results.parallelization,
      filters: [FilterCriteria.filter({ data: { modality: ["fused"], scope: ["conversation"], channel: ["call"] } })],
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: results.retries,
      maxRecordAge: Duration.seconds(results.maximumRecordAgeSeconds),
      onFailure: rejects.asFailureDestination(),
      supportS3OnFailureDestination: true,
    });
    if (taskFlowId === null) return;

    // A task is a contact of its own, which the flow starts.
    allow("connect:StartTaskContact", inInstance("contact/*"), inInstance(`contact-flow/${taskFlowId}`));
    this.alerts = new JobQueue(this, "Alerts", {
      name: `valence-${configuration.stage}-connect-alerts`,
      key: data.key,
      maximumReceives: connect.alerts.maximumReceives,
      consumerTimeout: worker.timeout,
      consumerWindow: Duration.seconds(0),
      removalPolicy: removalPolicyOf(configuration),
    });
    this.alerts.grantConsume(worker);
    new QueueRule(this, "AlertsRule", {
      name: `valence-${configuration.stage}-connect-alerts`,
      description: "Alerts of calls to the queue of connect-feedback",
      eventBusName: alerts.bus.eventBusName,
      eventPattern: { ...ALERT_PATTERN, detail: { channel: ["call"] } },
      targetId: "connect-alerts",
      queue: this.alerts,
    });
    new EventSourceMapping(this, "AlertsSource", {
      target: worker.function,
      eventSourceArn: this.alerts.queue.queueArn,
      // One for itself: a task is one call, and a supervisor waits for it.
      batchSize: 1,
      maxConcurrency: connect.alerts.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
