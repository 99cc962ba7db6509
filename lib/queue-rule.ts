import { Stack } from "aws-cdk-lib";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { JobQueue } from "./job-queue.ts";

/** EventBridge's longest: after a day of refusals an event waits among the dead letters of its target. */
export const RETRY_FOR_A_DAY: CfnRule.RetryPolicyProperty = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export interface QueueRuleProps {
  /** The rule's name. */
  name: string;
  description: string;
  eventPattern: Readonly<Record<string, unknown>>;
  /** The bus that the rule reads; without it, the account's own. */
  eventBusName?: string;
  /** The name of the target. */
  targetId: string;
  queue: JobQueue;
}

/** Events of a pattern become messages of a queue. Its policies name the rule; the key's policy admits EventBridge (`DataKey.allowEvents`). */
export class QueueRule extends Construct {
  constructor(scope: Construct, id: string, { description, eventBusName, eventPattern, name, queue, targetId }: QueueRuleProps) {
    super(scope, id);
    // "Default" adds nothing to the logical id: under another one CloudFormation would make the rule anew, which fails for a name that exists.
    const rule = new CfnRule(this, "Default", {
      name,
      description,
      eventPattern,
      ...(eventBusName === undefined ? {} : { eventBusName }),
      targets: [{ id: targetId, arn: queue.queue.queueArn, retryPolicy: RETRY_FOR_A_DAY, deadLetterConfig: { arn: queue.deadLetters.queueArn } }],
    });
    for (const target of [queue.queue, queue.deadLetters]) allowSending(target, rule);
  }
}

export function allowSending(queue: Queue, rule: CfnRule): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("events.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": rule.attrArn }, StringEquals: { "aws:SourceAccount": Stack.of(queue).account } },
    }),
  );
}
