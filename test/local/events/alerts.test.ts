import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EventBus } from "../../../local/events/event-bus.ts";
import { EventsService } from "../../../local/events/events-service.ts";
import type { Rule } from "../../../local/events/rule.ts";
import { startLocalCloud } from "../../../local/local-cloud.ts";
import { clientOptions, serve, temporaryFolder } from "../gateway/served.ts";
import { assemblyOf } from "../support/hand-made-assembly.ts";

const EVENTS = { Service: "events.amazonaws.com" };
const FROM_THE_RULE = { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["Rule", "Arn"] } }, StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } };
const FROM_THE_TOPIC = { ArnEquals: { "aws:SourceArn": { Ref: "Topic" } } };
const TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:alerts";

interface Changes {
  bus?: object;
  rule?: object;
  target?: object;
  topic?: object;
  topicStatement?: object;
  topicKeyStatement?: object;
  queueStatement?: object;
  subscription?: object;
}

function queue(name: string, principal: object, condition: object, statement: object = {}): Record<string, object> {
  return {
    [name]: { Type: "AWS::SQS::Queue", Properties: { QueueName: name.toLowerCase(), KmsMasterKeyId: { "Fn::GetAtt": ["Key", "Arn"] } } },
    [`${name}Policy`]: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: name }],
        PolicyDocument: { Statement: [{ Effect: "Allow", Principal: principal, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": [name, "Arn"] }, Condition: condition, ...statement }] },
      },
    },
  };
}

/** A bus, a rule on it with a topic and a queue as targets, and two queues that subscribe to the topic. */
function stack(changes: Changes = {}): object {
  const encrypting = { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: "*" };
  return {
    Resources: {
      Key: {
        Type: "AWS::KMS::Key",
        Properties: {
          KeyPolicy: {
            Statement: [
              { ...encrypting, Principal: EVENTS, Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } },
              { ...encrypting, Principal: EVENTS, Condition: { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": TOPIC_ARN } }, ...changes.topicKeyStatement },
              { ...encrypting, Principal: { Service: "sns.amazonaws.com" } },
            ],
          },
        },
      },
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "alerts", ...changes.bus } },
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "alerts", KmsMasterKeyId: { "Fn::GetAtt": ["Key", "Arn"] }, ...changes.topic } },
      TopicPolicy: {
        Type: "AWS::SNS::TopicPolicy",
        Properties: { Topics: [{ Ref: "Topic" }], PolicyDocument: { Statement: [{ Effect: "Allow", Principal: EVENTS, Action: "sns:Publish", Resource: { Ref: "Topic" }, ...changes.topicStatement }] } },
      },
      ...queue("Dead", EVENTS, FROM_THE_RULE),
      ...queue("Tasks", EVENTS, FROM_THE_RULE),
      ...queue("Raw", { Service: "sns.amazonaws.com" }, FROM_THE_TOPIC, changes.queueStatement),
      ...queue("Wrapped", { Service: "sns.amazonaws.com" }, FROM_THE_TOPIC),
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          Name: "all-alerts",
          EventBusName: { Ref: "Bus" },
          EventPattern: { source: ["valence"], "detail-type": ["Valence Alert"] },
          Targets: [
            { Id: "topic", Arn: { Ref: "Topic" }, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["Dead", "Arn"] } }, RetryPolicy: { MaximumRetryAttempts: 185 }, ...changes.target },
            { Id: "tasks", Arn: { "Fn::GetAtt": ["Tasks", "Arn"] } },
          ],
          ...changes.rule,
        },
      },
      ...subscription("Raw", { RawMessageDelivery: true, ...changes.subscription }),
      ...subscription("Wrapped", {}),
      Mail: { Type: "AWS::SNS::Subscription", Properties: { Protocol: "email", TopicArn: { Ref: "Topic" }, Endpoint: "supervisors@example.com" } },
    },
    Outputs: { BusArn: { Value: { "Fn::GetAtt": ["Bus", "Arn"] } }, RuleArn: { Value: { "Fn::GetAtt": ["Rule", "Arn"] } } },
  };
}

function subscription(queueId: string, properties: object): Record<string, object> {
  return { [`${queueId}Subscription`]: { Type: "AWS::SNS::Subscription", Properties: { Protocol: "sqs", TopicArn: { Ref: "Topic" }, Endpoint: { "Fn::GetAtt": [queueId, "Arn"] }, ...properties } } };
}

async function start(template: object) {
  const dataFolder = temporaryFolder();
  const cloud = await startLocalCloud({ assemblyFolder: assemblyOf({ main: template }), dataFolder, port: 0, log: () => undefined });
  onTestFinished(() => cloud.stop());
  const options = { endpoint: cloud.endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, maxAttempts: 1 };
  const events = new EventBridgeClient(options);
  const sqs = new SQSClient(options);
  const received = async (name: string) =>
    ((await sqs.send(new ReceiveMessageCommand({ QueueUrl: `${cloud.endpoint}/123456789012/${name}`, MaxNumberOfMessages: 10 }))).Messages ?? []).map(
      ({ Body }) => JSON.parse(Body ?? "") as Record<string, unknown>,
    );
  const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));
  return { cloud, dataFolder, put, received };
}

const alert = (rule: string): PutEventsRequestEntry => ({ EventBusName: "alerts", Source: "valence", DetailType: "Valence Alert", Detail: JSON.stringify({ rule }), Time: new Date("2026-05-01T10:00:00Z") });

describe("an event on a bus of the templates", () => {
  it("reaches the rule's queue, the topic's file and the queues that subscribe, raw and in SNS's envelope", async () => {
    const { cloud, dataFolder, put, received } = await start(stack());

    const answer = await put(alert("customer_negative"), { ...alert("none"), DetailType: "Another" }, { ...alert("drop"), EventBusName: cloud.outputs["BusArn"] });

    expect(answer.FailedEntryCount).toBe(0);
    const events = await received("tasks");
    expect(events.map(({ detail }) => detail)).toEqual([{ rule: "customer_negative" }, { rule: "drop" }]);
    expect(events[0]).toEqual({
      version: "0",
      id: answer.Entries?.[0]?.EventId,
      "detail-type": "Valence Alert",
      source: "valence",
      account: "123456789012",
      time: "2026-05-01T10:00:00Z",
      region: "us-east-1",
      resources: [],
      detail: { rule: "customer_negative" },
    });
    const lines = readFileSync(join(dataFolder, "sns", "alerts.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { messageId: string; message: unknown });
    expect(lines.map(({ message }) => message)).toEqual(events);
    expect(await received("raw")).toEqual(events);
    const wrapped = await received("wrapped");
    expect(wrapped[0]).toMatchObject({ Type: "Notification", TopicArn: TOPIC_ARN, MessageId: lines[0]?.messageId });
    expect(wrapped.map(({ Message }) => JSON.parse(String(Message)) as unknown)).toEqual(events);
    expect(await received("dead")).toEqual([]);
    expect((await cloud.status()).topics).toEqual({ alerts: { published: 2 } });
    expect(cloud.outputs["RuleArn"]).toBe("arn:aws:events:us-east-1:123456789012:rule/alerts/all-alerts");
  });

  it("stays off the account's own bus", async () => {
    const { put, received } = await start(stack());
    const { EventBusName: _, ...onDefaultBus } = alert("drop");

    expect((await put(onDefaultBus)).FailedEntryCount).toBe(0);

    expect(await received("tasks")).toEqual([]);
  });

  it("fails alone where it is none", async () => {
    const { put, received } = await start(stack());

    const { Entries, FailedEntryCount } = await put({ ...alert("a"), Detail: "{" }, { ...alert("b"), Detail: "[]" }, alert("c"), { ...alert("d"), Source: "" }, { ...alert("e"), Source: "aws.s3" });

    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(["MalformedDetail", "MalformedDetail", undefined, "InvalidArgument", "NotAuthorizedForSourceException"]);
    expect((await received("tasks")).map(({ detail }) => detail)).toEqual([{ rule: "c" }]);
  });

  it("is refused with the others beyond ten, beyond 1 MiB and for an unknown bus", async () => {
    const { put, received } = await start(stack());

    await expect(put(...Array.from({ length: 11 }, () => alert("a")))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(put(alert("a"), alert("x".repeat(1024 * 1024)))).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("over the limit") });
    await expect(put(alert("a"), { ...alert("b"), EventBusName: "absent" })).rejects.toMatchObject({ name: "ResourceNotFoundException", message: expect.stringContaining("alerts") });

    expect(await received("tasks")).toEqual([]);
  });
});

describe("a batch of which a part is refused on purpose", () => {
  it("delivers exactly the entries that it does not report", async () => {
    const delivered: unknown[] = [];
    const rule: Rule = { arn: "arn:rule", bus: "alerts", matches: () => true, targets: [{ arn: TOPIC_ARN, deadLetterArn: undefined }] };
    const sns = { publish: (_: string, message: string) => (delivered.push((JSON.parse(message) as { id: string }).id), "message") };
    const sqs = { send: () => [], queueNameOf: (arn: string) => arn };
    const gateway = await serve([new EventsService(new Map([["alerts", new EventBus([rule], { sns, sqs })]]))], { faults: { rate: 1, seed: 4, kinds: ["partial"] } });
    const events = new EventBridgeClient(clientOptions(gateway, "function"));

    const { Entries = [], FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: Array.from({ length: 10 }, (_, index) => alert(String(index))) }));

    expect(Entries).toHaveLength(10);
    expect(Entries.filter(({ ErrorCode }) => ErrorCode !== undefined)).toHaveLength(FailedEntryCount ?? 0);
    expect(FailedEntryCount).toBeGreaterThan(0);
    expect(delivered.length).toBeGreaterThan(0);
    expect(Entries.flatMap(({ EventId }) => EventId ?? [])).toEqual(delivered);
  });
});

describe("the start stops", () => {
  it.each<[string, Changes, RegExp]>([
    ["when the topic's policy does not let EventBridge in", { topicStatement: { Principal: { Service: "s3.amazonaws.com" } } }, /not authorized to perform sns:Publish/u],
    ["when the topic's policy has a condition on the rule, which EventBridge does not name there", { topicStatement: { Condition: FROM_THE_RULE } }, /not authorized to perform sns:Publish/u],
    ["when the topic's key does not let EventBridge in", { topicKeyStatement: { Action: "kms:Decrypt" } }, /kms:GenerateDataKey/u],
    ["when a queue's policy does not let the topic in", { queueStatement: { Principal: EVENTS } }, /sns\.amazonaws\.com is not authorized to perform sqs:SendMessage/u],
    ["when the dead letters have no such queue", { target: { DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:123456789012:absent" } } }, /which no template defines/u],
    ["at a bus that is not there", { rule: { EventBusName: "absent" } }, /bus absent/u],
    ["at a bus with a key of its own", { bus: { KmsKeyIdentifier: "alias/other" } }, /KmsKeyIdentifier/u],
    ["at a FIFO topic", { topic: { FifoTopic: true } }, /FifoTopic/u],
    ["at a filter of a subscription", { subscription: { FilterPolicy: { rule: ["drop"] } } }, /FilterPolicy/u],
    ["at a subscriber that nobody would reach", { subscription: { Protocol: "https" } }, /Protocol/u],
  ])("%s", async (_, changes, message) => {
    await expect(start(stack(changes))).rejects.toThrow(message);
  });
});
