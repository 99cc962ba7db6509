import { z } from "zod";
import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { readProperties } from "../assembly/read-properties.ts";
import { requireServicePermission } from "../iam/service-permission.ts";
import { compilePattern } from "./event-pattern.ts";

const RuleSchema = z.looseObject({
  State: z.string().default("ENABLED"),
  EventBusName: z.literal("default", "the local run has the default bus only").optional(),
  ScheduleExpression: z.undefined("the local run knows schedules of EventBridge Scheduler, not of rules").optional(),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z
    .array(
      z.looseObject({
        Arn: z.string().regex(/^arn:aws:sqs:/u, "the local run knows queues as targets of rules"),
        Input: z.undefined("the local run hands events over whole").optional(),
        InputPath: z.undefined("the local run hands events over whole").optional(),
        InputTransformer: z.undefined("the local run hands events over whole").optional(),
      }),
    )
    .default([]),
});

export interface Rule {
  name: string;
  matches: (event: unknown) => boolean;
  /** ARNs of queues. */
  targets: readonly string[];
}

/**
 * A rule of EventBridge whose targets are queues.
 * @returns `undefined` for a rule that is switched off.
 * @throws naming what the local run cannot honour, and what the policies of queue and key do not let EventBridge do.
 */
export function ruleOf(resource: LocalResource, application: LocalApplication): Rule | undefined {
  const place = `${resource.stackName}: rule ${resource.logicalId}`;
  const { EventPattern, State, Targets } = readProperties(resource, RuleSchema);
  if (State === "DISABLED") return undefined;
  const ruleArn = String(resource.attribute("Arn"));
  for (const { Arn } of Targets) requireDelivery(Arn, ruleArn, application, place);
  return { name: resource.id, matches: compilePattern(EventPattern, place), targets: Targets.map(({ Arn }) => Arn) };
}

/** EventBridge has no role here: the queue's policy lets it in, and the key's policy lets it encrypt. */
function requireDelivery(queueArn: string, ruleArn: string, application: LocalApplication, place: string): void {
  const queue = application.ofType("AWS::SQS::Queue").find((candidate) => candidate.attribute("Arn") === queueArn);
  if (queue === undefined) throw new Error(`${place} has the target ${queueArn}, which no template defines`);
  const caller = { service: "events.amazonaws.com", sourceArn: ruleArn };
  const policies = application.ofType("AWS::SQS::QueuePolicy").filter(({ properties }) => (properties["Queues"] as unknown[] | undefined)?.includes(queue.id) === true);
  requireServicePermission(caller, { action: "sqs:SendMessage", resource: queueArn }, policies.map(({ properties }) => properties["PolicyDocument"]), place);
  const keyArn = encryptionKeyArn(queue);
  if (keyArn === undefined) return;
  const key = application.ofType("AWS::KMS::Key").find((candidate) => candidate.attribute("Arn") === keyArn);
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
    requireServicePermission(caller, { action, resource: keyArn }, key === undefined ? [] : [key.properties["KeyPolicy"]], place);
  }
}
