import { z } from "zod";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { readProperties } from "../assembly/read-properties.ts";
import { requireQueueDelivery } from "../iam/require-delivery.ts";

export interface TopicDefinition {
  arn: string;
  name: string;
  subscriptions: readonly QueueSubscription[];
}

export interface QueueSubscription {
  arn: string;
  queueArn: string;
  /** The message alone is the queue's, without SNS's envelope. */
  raw: boolean;
}

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")]);

// FIFO topics, archives, data protection and subscriptions inside the topic stop the start.
const TopicSchema = z.strictObject({
  TopicName: z.string().optional(),
  DisplayName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  SignatureVersion: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
  DeliveryStatusLogging: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

const SubscriptionSchema = z.discriminatedUnion("Protocol", [
  z.strictObject({
    Protocol: z.literal("sqs"),
    TopicArn: z.string(),
    Endpoint: z.string(),
    RawMessageDelivery: flag.default(false),
    RedrivePolicy: z.unknown().optional(),
    Region: z.string().optional(),
  }),
  // Nobody is written to from here: what would be sent is in the topic's file.
  ...(["email", "email-json", "sms"] as const).map((protocol) => z.looseObject({ Protocol: z.literal(protocol), TopicArn: z.string() })),
]);

/**
 * The templates' topics and the queues that subscribe to them.
 * @throws naming what the local run cannot honour, and what the policies of queue and key do not let SNS do.
 */
export function topicDefinitions(application: LocalApplication): TopicDefinition[] {
  const subscriptions = application.ofType("AWS::SNS::Subscription").flatMap((resource) => queueSubscription(resource, application) ?? []);
  return application.ofType("AWS::SNS::Topic").map((topic) => {
    readProperties(topic, TopicSchema);
    return { arn: topic.id, name: String(topic.attribute("TopicName")), subscriptions: subscriptions.filter(({ topicArn }) => topicArn === topic.id) };
  });
}

function queueSubscription(resource: LocalResource, application: LocalApplication): (QueueSubscription & { topicArn: string }) | undefined {
  const subscription = readProperties(resource, SubscriptionSchema);
  if (subscription.Protocol !== "sqs") return undefined;
  const { Endpoint, RawMessageDelivery, TopicArn } = subscription;
  requireQueueDelivery({ service: "sns.amazonaws.com", sourceArn: TopicArn }, Endpoint, application, `${resource.stackName}: subscription ${resource.logicalId}`);
  return { arn: resource.id, topicArn: TopicArn, queueArn: Endpoint, raw: RawMessageDelivery };
}
