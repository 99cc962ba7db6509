import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { requireServicePermission, type ServiceCaller } from "./service-permission.ts";

/** A service without a role sends to a queue: the queue's policy lets it in, and the key's policy lets it encrypt. @throws with the statement to add. */
export function requireQueueDelivery(caller: ServiceCaller, queueArn: string, application: LocalApplication, place: string): void {
  const queue = target(application, "AWS::SQS::Queue", queueArn, place);
  const policies = policiesOf(application, { type: "AWS::SQS::QueuePolicy", list: "Queues", id: queue.id });
  requireServicePermission(caller, { action: "sqs:SendMessage", resource: queueArn }, policies, place);
  requireKeyUse(caller, queue, application, place);
}

/** The same for publishing to a topic. EventBridge does not say there in whose name it comes, and SNS does not say it to the key. @throws with the statement to add. */
export function requireTopicDelivery(caller: ServiceCaller, topicArn: string, application: LocalApplication, place: string): void {
  const topic = target(application, "AWS::SNS::Topic", topicArn, place);
  const policies = policiesOf(application, { type: "AWS::SNS::TopicPolicy", list: "Topics", id: topic.id });
  requireServicePermission({ service: caller.service }, { action: "sns:Publish", resource: topicArn }, policies, place);
  requireKeyUse({ service: caller.service, context: { "kms:encryptioncontext:aws:sns:topicarn": topicArn } }, topic, application, place);
}

function target(application: LocalApplication, type: string, targetArn: string, place: string): LocalResource {
  const found = application.ofType(type).find((candidate) => candidate.attribute(type === "AWS::SNS::Topic" ? "TopicArn" : "Arn") === targetArn);
  if (found === undefined) throw new Error(`${place} delivers to ${targetArn}, which no template defines`);
  return found;
}

function policiesOf(application: LocalApplication, { type, list, id }: { type: string; list: string; id: string }): unknown[] {
  return application
    .ofType(type)
    .filter(({ properties }) => (properties[list] as unknown[] | undefined)?.includes(id) === true)
    .map(({ properties }) => properties["PolicyDocument"]);
}

function requireKeyUse(caller: ServiceCaller, resource: LocalResource, application: LocalApplication, place: string): void {
  const keyArn = encryptionKeyArn(resource);
  if (keyArn === undefined) return;
  const key = application.ofType("AWS::KMS::Key").find((candidate) => candidate.attribute("Arn") === keyArn);
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
    requireServicePermission(caller, { action, resource: keyArn }, key === undefined ? [] : [key.properties["KeyPolicy"]], place);
  }
}
