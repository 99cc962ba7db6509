import { expect, test } from "vitest";
import { busEvent, EventBus, type EventTargets } from "../../../local/events/event-bus.ts";
import type { Rule } from "../../../local/events/rule.ts";
import type { SendEntry } from "../../../local/sqs/message.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts";
const DEAD = "arn:aws:sqs:us-east-1:123456789012:dead";

/** A topic that takes nothing, and queues that say what they got. */
function fullTopic(): EventTargets & { sent: [queue: string, entry: SendEntry | undefined][] } {
  const sent: [string, SendEntry | undefined][] = [];
  const publish = (): never => {
    throw new Error("no space left");
  };
  return { sent, sns: { publish }, sqs: { queueNameOf: (arn) => arn, send: (name, entries) => (sent.push([name, entries[0]]), []) } };
}

const rule = (deadLetterArn: string | undefined): Rule => ({ arn: "arn:rule", bus: "alerts", matches: () => true, targets: [{ arn: TOPIC, deadLetterArn }] });
const event = busEvent({ source: "valence", detailType: "Valence Alert", detail: { rule: "drop" } });

test("what a target does not take goes to its dead letters, with the reason", () => {
  const targets = fullTopic();
  new EventBus([rule(DEAD)], targets).publish(event);
  expect(targets.sent).toEqual([
    [
      DEAD,
      {
        body: JSON.stringify(event),
        attributes: expect.objectContaining({ RULE_ARN: { DataType: "String", StringValue: "arn:rule" }, TARGET_ARN: { DataType: "String", StringValue: TOPIC }, ERROR_MESSAGE: { DataType: "String", StringValue: "Error: no space left" } }),
      },
    ],
  ]);
});

test("without dead letters whoever raised the event is told", () => {
  expect(() => new EventBus([rule(undefined)], fullTopic()).publish(event)).toThrow("no space left");
});
