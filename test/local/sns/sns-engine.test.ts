import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SnsEngine } from "../../../local/sns/sns-engine.ts";
import { temporaryFolder } from "../gateway/served.ts";

const TOPIC = { arn: "arn:aws:sns:us-east-1:123456789012:alerts", name: "alerts", subscriptions: [] };
const NO_QUEUES = {
  send: () => {
    throw new Error("no queue subscribes");
  },
  queueNameOf: (arn: string) => arn,
};

test("a topic's file is there before the first message, and a second start goes on in it", () => {
  const folder = temporaryFolder();
  const file = join(folder, "alerts.jsonl");
  const first = new SnsEngine(folder, [TOPIC], NO_QUEUES);
  expect([readFileSync(file, "utf8"), first.stats()]).toEqual(["", { alerts: { published: 0 } }]);
  first.publish(TOPIC.arn, '{"rule":"drop"}');
  first.publish(TOPIC.arn, "plain\ntext");

  const second = new SnsEngine(folder, [TOPIC], NO_QUEUES);
  second.publish(TOPIC.arn, "7");

  expect(second.stats()).toEqual({ alerts: { published: 3 } });
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { message: unknown });
  expect(lines.map(({ message }) => message)).toEqual([{ rule: "drop" }, "plain\ntext", 7]);
});

test("a topic that no template has is refused by name", () => {
  expect(() => new SnsEngine(temporaryFolder(), [TOPIC], NO_QUEUES).publish("arn:aws:sns:us-east-1:123456789012:absent", "x")).toThrow(/absent.*alerts/u);
});
