import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../../../local/local-cloud.ts";
import { assemblyOf } from "../support/hand-made-assembly.ts";

const EVENTS = { Service: "events.amazonaws.com" };
const FROM_THE_RULE = { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["Rule", "Arn"] } } };

function stack({ queueStatement = {}, keyStatement = {}, pattern = {}, target = {} }: { queueStatement?: object; keyStatement?: object; pattern?: object; target?: object } = {}): object {
  return {
    Resources: {
      Key: {
        Type: "AWS::KMS::Key",
        Properties: { KeyPolicy: { Statement: [{ Effect: "Allow", Principal: EVENTS, Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: "*", ...keyStatement }] } },
      },
      Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "recordings", NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } } },
      Silent: { Type: "AWS::S3::Bucket", Properties: { BucketName: "silent" } },
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "recordings", KmsMasterKeyId: { "Fn::GetAtt": ["Key", "Arn"] } } },
      Policy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: {
          Queues: [{ Ref: "Queue" }],
          PolicyDocument: { Statement: [{ Effect: "Allow", Principal: EVENTS, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["Queue", "Arn"] }, Condition: FROM_THE_RULE, ...queueStatement }] },
        },
      },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: { source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: [{ Ref: "Bucket" }] }, object: { key: [{ "anything-but": { prefix: "valence/" } }] }, ...pattern } },
          Targets: [{ Id: "queue", Arn: { "Fn::GetAtt": ["Queue", "Arn"] }, ...target }],
        },
      },
    },
  };
}

let cloud: LocalCloud | undefined;
const folders: string[] = [];

async function start(template: object): Promise<LocalCloud> {
  const dataFolder = mkdtempSync(join(tmpdir(), "valence-rules-"));
  folders.push(dataFolder);
  cloud = await startLocalCloud({ assemblyFolder: assemblyOf({ main: template }), dataFolder, port: 0, log: () => undefined });
  return cloud;
}

afterEach(async () => {
  await cloud?.stop();
  cloud = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("a rule on new objects", () => {
  it("hands S3's event for keys of its pattern to the queue, and no other", async () => {
    const { endpoint } = await start(stack());
    const client = { endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: "recordings", Key: "calls/née Ünal 1+1.wav", Body: "four" }));
    await s3.send(new PutObjectCommand({ Bucket: "recordings", Key: "valence/live/x.wav", Body: "our own" }));
    await s3.send(new PutObjectCommand({ Bucket: "silent", Key: "calls/b.wav", Body: "unheard" }));

    const { Messages } = await new SQSClient(client).send(new ReceiveMessageCommand({ QueueUrl: `${endpoint}/123456789012/recordings`, MaxNumberOfMessages: 10 }));
    const events = Messages?.map(({ Body }) => JSON.parse(Body ?? "") as Record<string, unknown>);

    expect(events).toHaveLength(1);
    expect(events?.[0]).toMatchObject({
      source: "aws.s3",
      "detail-type": "Object Created",
      resources: ["arn:aws:s3:::recordings"],
      detail: { bucket: { name: "recordings" }, object: { key: "calls/née Ünal 1+1.wav", size: 4, etag: "8cbad96aced40b3838dd9f07f6ef5772" }, reason: "PutObject" },
    });
  });

  it.each([
    ["the queue's policy lets nobody in", stack({ queueStatement: { Principal: { Service: "s3.amazonaws.com" } } }), /not authorized to perform sqs:SendMessage.*"events\.amazonaws\.com"/u],
    ["the queue's policy lets another rule in", stack({ queueStatement: { Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:events:us-east-1:123456789012:rule/other" } } } }), /sqs:SendMessage/u],
    ["the key's policy does not let EventBridge encrypt", stack({ keyStatement: { Action: "kms:Decrypt" } }), /kms:GenerateDataKey/u],
    ["a pattern uses what is not known here", stack({ pattern: { reason: [{ cidr: "10.0.0.0/8" }] } }), /operator "cidr"/u],
    ["a target changes the event", stack({ target: { InputPath: "$.detail" } }), /events over whole/u],
  ])("stops the start when %s", async (_, template, message) => {
    await expect(start(template)).rejects.toThrow(message);
  });
});
