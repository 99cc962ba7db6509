import { Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { Alerts } from "./alerts.ts";
import type { Configuration } from "./configuration.ts";
import { ConnectFeedback } from "./connect-feedback.ts";
import { ConversationTracking } from "./conversation-tracking.ts";
import type { ConversationsConfiguration } from "./conversations-configuration.ts";
import type { ConversationsTable } from "./conversations-table.ts";
import type { DataStack } from "./data-stack.ts";
import { JobQueue } from "./job-queue.ts";
import { removalPolicyOf } from "./removal-policy.ts";

export interface ConversationsProps {
  configuration: Configuration;
  conversations: ConversationsConfiguration;
  data: DataStack;
  table: ConversationsTable;
}

/** As often as an end is tried: what it needs is DynamoDB, Kinesis and SQS, which are back by then. */
const END_TRIES = 5;

/** Turns become conversations, and those that deserve it alerts. */
export class Conversations extends Construct {
  /** Each conversation's reminder to see whether it has ended. */
  readonly ends: JobQueue;
  readonly alerts: Alerts;
  /** Alerts that become tasks at Amazon Connect, where the stage has a flow for them. */
  readonly connectAlerts: JobQueue | undefined;

  constructor(scope: Construct, id: string, props: ConversationsProps) {
    super(scope, id);
    const { configuration, conversations, data } = props;
    const { stage } = configuration;
    const removalPolicy = removalPolicyOf(configuration);
    this.ends = new JobQueue(this, "Ends", {
      name: `valence-${stage}-conversation-ends`,
      key: data.key,
      maximumReceives: END_TRIES,
      consumerTimeout: Duration.seconds(conversations.tracker.timeoutSeconds),
      consumerWindow: Duration.seconds(0),
      removalPolicy,
    });
    this.alerts = new Alerts(this, "Alerts", { stage, key: data.key, removalPolicy });
    const { alerts, ends } = this;
    new ConversationTracking(this, "Tracking", { ...props, ends, alerts });
    this.connectAlerts =
      conversations.connect === null ? undefined : new ConnectFeedback(this, "ConnectFeedback", { configuration, connect: conversations.connect, data, alerts }).alerts;
  }
}
