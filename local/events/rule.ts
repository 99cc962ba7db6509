import { z } from "zod";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { readProperties } from "../assembly/read-properties.ts";
import { requireQueueDelivery, requireTopicDelivery } from "../iam/require-delivery.ts";
import { compilePattern } from "./event-pattern.ts";

const RuleSchema = z.looseObject({
  State: z.string().default("ENABLED"),
  EventBusName: z.string().default("default"),
  ScheduleExpression: z.undefined("the local run knows schedules of EventBridge Scheduler, not of rules").optional(),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z
    .array(
      z.looseObject({
        Arn: z.string().regex(/^arn:aws:(sqs|sns):/u, "the local run knows queues and topics as targets of rules"),
        DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
        Input: z.undefined("the local run hands events over whole").optional(),
        InputPath: z.undefined("the local run hands events over whole").optional(),
        InputTransformer: z.undefined("the local run hands events over whole").optional(),
      }),
    )
    .default([]),
});

export interface RuleTarget {
  /** Of a queue or a topic. */
  arn: string;
  /** Of the queue that keeps what the target did not take. */
  deadLetterArn: string | undefined;
}

export interface Rule {
  arn: string;
  /** The name of the bus it reads. */
  bus: string;
  matches: (event: unknown) => boolean;
  targets: readonly RuleTarget[];
}

/**
 * A rule of EventBridge whose targets are queues and topics. What the target refuses is tried once here: nothing lies between the two.
 * @returns `undefined` for a rule that is switched off.
 * @throws naming what the local run cannot honour, and what the policies of the targets and their keys do not let EventBridge do.
 */
export function ruleOf(resource: LocalResource, application: LocalApplication): Rule | undefined {
  const place = `${resource.stackName}: rule ${resource.logicalId}`;
  const { EventBusName, EventPattern, State, Targets } = readProperties(resource, RuleSchema);
  if (State === "DISABLED") return undefined;
  const arn = String(resource.attribute("Arn"));
  // EventBridge has no role here: the policies of the targets let it in.
  const caller = { service: "events.amazonaws.com", sourceArn: arn };
  for (const { Arn, DeadLetterConfig } of Targets) {
    if (Arn.startsWith("arn:aws:sns:")) requireTopicDelivery(caller, Arn, application, place);
    else requireQueueDelivery(caller, Arn, application, place);
    if (DeadLetterConfig !== undefined) requireQueueDelivery(caller, DeadLetterConfig.Arn, application, `${place}, dead letters`);
  }
  return {
    arn,
    bus: busNameOf(EventBusName),
    matches: compilePattern(EventPattern, place),
    targets: Targets.map(({ Arn, DeadLetterConfig }) => ({ arn: Arn, deadLetterArn: DeadLetterConfig?.Arn })),
  };
}

/** A bus goes by its name or its ARN. */
export function busNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn;
}
