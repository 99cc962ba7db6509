import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SqsEngine } from "../sqs/sqs-engine.ts";
import type { TopicDefinition } from "./topic-definition.ts";

interface Topic {
  definition: TopicDefinition;
  file: string;
  published: number;
}

/**
 * Topics: each message is a line of JSON in `<folder>/<topic>.jsonl`, where a person finds what would have been mailed, and goes to the queues that
 * subscribe. Durable on return.
 */
export class SnsEngine {
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #sqs: Pick<SqsEngine, "send" | "queueNameOf">;

  constructor(folder: string, topics: readonly TopicDefinition[], sqs: Pick<SqsEngine, "send" | "queueNameOf">) {
    this.#sqs = sqs;
    if (topics.length > 0) mkdirSync(folder, { recursive: true });
    this.#topics = new Map(
      topics.map((definition) => {
        const file = join(folder, `${definition.name}.jsonl`);
        // An empty file says that nothing was published; none would leave a reader guessing.
        appendFileSync(file, "");
        return [definition.arn, { definition, file, published: readFileSync(file, "utf8").split("\n").length - 1 }];
      }),
    );
  }

  /** @returns the message's id. @throws when no template has the topic. */
  publish(topicArn: string, message: string): string {
    const topic = this.#topics.get(topicArn);
    if (topic === undefined) throw new Error(`There is no topic ${topicArn}. There are: ${[...this.#topics.keys()].join(", ") || "none"}`);
    const messageId = randomUUID();
    const publishedAt = new Date().toISOString();
    appendFileSync(topic.file, `${JSON.stringify({ messageId, publishedAt, message: readable(message) })}\n`);
    topic.published += 1;
    for (const { queueArn, raw, arn } of topic.definition.subscriptions) {
      const body = raw ? message : notification({ MessageId: messageId, TopicArn: topicArn, Message: message, Timestamp: publishedAt, SubscriptionArn: arn });
      this.#sqs.send(this.#sqs.queueNameOf(queueArn), [{ body }], "sns.amazonaws.com");
    }
    return messageId;
  }

  /** By the topic's name: messages of all runs on the data folder. */
  stats(): Record<string, { published: number }> {
    return Object.fromEntries([...this.#topics.values()].map(({ definition, published }) => [definition.name, { published }]));
  }
}

function readable(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

/** SNS's envelope around a message that is not delivered raw. Nobody signs here, so the signature is empty. */
function notification({ SubscriptionArn, ...content }: { MessageId: string; TopicArn: string; Message: string; Timestamp: string; SubscriptionArn: string }): string {
  const service = "https://sns.us-east-1.amazonaws.com";
  return JSON.stringify({
    Type: "Notification",
    ...content,
    SignatureVersion: "1",
    Signature: "",
    SigningCertURL: `${service}/SimpleNotificationService.pem`,
    UnsubscribeURL: `${service}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`,
  });
}
