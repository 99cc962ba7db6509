import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { ObjectCreated } from "../s3/bucket.ts";
import type { SnsEngine } from "../sns/sns-engine.ts";
import type { SqsEngine } from "../sqs/sqs-engine.ts";
import type { Rule, RuleTarget } from "./rule.ts";

export interface EventTargets {
  sqs: Pick<SqsEngine, "send" | "queueNameOf">;
  sns: Pick<SnsEngine, "publish">;
}

const SENDER = "events.amazonaws.com";

/** A bus of EventBridge. Delivery is part of the act that raised the event, so nothing is under way that a settled run would not know of. */
export class EventBus {
  readonly #rules: readonly Rule[];
  readonly #targets: EventTargets;

  constructor(rules: readonly Rule[], targets: EventTargets) {
    this.#rules = rules;
    this.#targets = targets;
  }

  /** @throws when a target does not take the event and has no dead-letter queue. */
  publish(event: Readonly<Record<string, unknown>>): void {
    const body = JSON.stringify(event);
    for (const rule of this.#rules) {
      if (!rule.matches(event)) continue;
      for (const target of rule.targets) this.#deliver(rule, target, body);
    }
  }

  /** S3's event for EventBridge; the key is as it is, not URL-encoded as in S3's older notifications. */
  objectCreated(bucket: string, { etag, key, reason, size }: ObjectCreated): void {
    this.publish(
      busEvent({
        source: "aws.s3",
        detailType: "Object Created",
        resources: [`arn:aws:s3:::${bucket}`],
        detail: {
          version: "0",
          bucket: { name: bucket },
          object: { key, size, etag, sequencer: Date.now().toString(16).toUpperCase().padStart(18, "0") },
          "request-id": randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase(),
          requester: LOCAL_ACCOUNT_ID,
          "source-ip-address": "127.0.0.1",
          reason,
        },
      }),
    );
  }

  #deliver(rule: Rule, { arn, deadLetterArn }: RuleTarget, body: string): void {
    const { sns, sqs } = this.#targets;
    try {
      if (arn.startsWith("arn:aws:sns:")) sns.publish(arn, body);
      else sqs.send(sqs.queueNameOf(arn), [{ body }], SENDER);
    } catch (error) {
      if (deadLetterArn === undefined) throw error;
      const said = { RULE_ARN: rule.arn, TARGET_ARN: arn, ERROR_CODE: "TARGET_FAILED", ERROR_MESSAGE: String(error) };
      const attributes = Object.fromEntries(Object.entries(said).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]));
      sqs.send(sqs.queueNameOf(deadLetterArn), [{ body, attributes }], SENDER);
    }
  }
}

export interface EventContent {
  source: string;
  detailType: string;
  resources?: readonly string[];
  detail: unknown;
  time?: Date;
}

/** An event as rules see it and targets get it. */
export function busEvent({ detail, detailType, resources = [], source, time = new Date() }: EventContent): Record<string, unknown> & { id: string } {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source,
    account: LOCAL_ACCOUNT_ID,
    time: time.toISOString().replace(/\.\d+Z$/u, "Z"),
    region: LOCAL_REGION,
    resources,
    detail,
  };
}
