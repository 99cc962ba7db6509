import { randomUUID } from "node:crypto";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { ObjectCreated } from "../s3/bucket.ts";
import type { SqsEngine } from "../sqs/sqs-engine.ts";
import type { Rule } from "./rule.ts";

/** EventBridge's default bus. Delivery is part of the act that raised the event, so nothing is under way that a settled run would not know of. */
export class EventBus {
  readonly #rules: readonly Rule[];
  readonly #sqs: SqsEngine;

  constructor(rules: readonly Rule[], sqs: SqsEngine) {
    this.#rules = rules;
    this.#sqs = sqs;
  }

  publish(event: Readonly<Record<string, unknown>>): void {
    const body = JSON.stringify(event);
    for (const rule of this.#rules) {
      if (!rule.matches(event)) continue;
      for (const target of rule.targets) this.#sqs.send(this.#sqs.queueNameOf(target), [{ body }], "events.amazonaws.com");
    }
  }

  /** S3's event for EventBridge; the key is as it is, not URL-encoded as in S3's older notifications. */
  objectCreated(bucket: string, { etag, key, reason, size }: ObjectCreated): void {
    this.publish({
      version: "0",
      id: randomUUID(),
      "detail-type": "Object Created",
      source: "aws.s3",
      account: LOCAL_ACCOUNT_ID,
      time: new Date().toISOString().replace(/\.\d+Z$/u, "Z"),
      region: LOCAL_REGION,
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
    });
  }
}
