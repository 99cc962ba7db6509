import { Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { CfnRule, EventBus } from "aws-cdk-lib/aws-events";
import { type IGrantable, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE } from "../core/contracts/alert.ts";
import type { DataKey } from "./data-key.ts";
import { allowSending, RETRY_FOR_A_DAY } from "./queue-rule.ts";

/** What a rule for all alerts matches. */
export const ALERT_PATTERN = { source: [ALERT_SOURCE], "detail-type": [ALERT_DETAIL_TYPE] };

/** The name of the bus and of the topic; the key's policy knows the topic by it, before there is one. */
export function alertsName(stage: string): string {
  return `valence-${stage}-alerts`;
}

export interface AlertsProps {
  stage: string;
  key: DataKey;
  removalPolicy: RemovalPolicy;
}

/**
 * Where alerts go: a bus on which anyone may put rules of their own, and a topic that gets them all.
 *
 * The bus is under EventBridge's own key: alerts hold scores and identities, no words, and rest there only until they are delivered. Under ours
 * EventBridge would need a queue of its own for what it could not encrypt, and the bus could not have its schemas discovered.
 */
export class Alerts extends Construct {
  readonly bus: EventBus;
  readonly topic: Topic;
  /** Alerts that the topic refused for a day. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { key, removalPolicy, stage }: AlertsProps) {
    super(scope, id);
    const name = alertsName(stage);
    this.bus = new EventBus(this, "Bus", { eventBusName: name, description: "Conversations worth interrupting somebody for" });
    this.topic = new Topic(this, "Topic", { topicName: name, displayName: "Valence alerts", masterKey: key.key, enforceSSL: true });
    this.deadLetters = new Queue(this, "DeadLetters", {
      queueName: `${name}-dead-letters`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy,
    });
    Validations.of(this.deadLetters).acknowledge({ id: "AwsSolutions-SQS3", reason: "This is a dead-letter queue." });
    const rule = new CfnRule(this, "Rule", {
      name,
      description: "All alerts to the topic",
      eventBusName: this.bus.eventBusName,
      eventPattern: ALERT_PATTERN,
      targets: [{ id: "topic", arn: this.topic.topicArn, retryPolicy: RETRY_FOR_A_DAY, deadLetterConfig: { arn: this.deadLetters.queueArn } }],
    });
    allowSending(this.deadLetters, rule);
    // No condition: EventBridge names neither rule nor account when it publishes, so any would stop every alert (EventBridge user guide, "Using
    // resource-based policies", SNS permissions).
    this.topic.addToResourcePolicy(
      new PolicyStatement({ sid: "Alerts", principals: [new ServicePrincipal("events.amazonaws.com")], actions: ["sns:Publish"], resources: [this.topic.topicArn] }),
    );
  }

  grantPublish(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["events:PutEvents"], resources: [this.bus.eventBusArn] }));
  }
}
