import { createHash } from "node:crypto";
import {
  ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ListMessageMoveTasksCommand, ListQueuesCommand,
  PurgeQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import type { RequiredPermission } from "../../../local/service.ts";
import { SqsEngine } from "../../../local/sqs/sqs-engine.ts";
import { SqsService } from "../../../local/sqs/sqs-service.ts";
import { ACCOUNT_ID, clientOptions, KEY_ARN, REGION, serve, temporaryFolder } from "../gateway/served.ts";

async function start(kmsKeyArn?: string) {
  const engine = new SqsEngine({ folder: temporaryFolder(), region: REGION, accountId: ACCOUNT_ID });
  const key = kmsKeyArn === undefined ? {} : { kmsKeyArn };
  engine.createQueue({ name: "dead", visibilityTimeoutSeconds: 30, retentionSeconds: 86_400, ...key });
  engine.createQueue({ name: "jobs", visibilityTimeoutSeconds: 30, retentionSeconds: 86_400, redrive: { deadLetterQueueArn: engine.queueArn("dead"), maxReceiveCount: 2 }, ...key });
  const asked: RequiredPermission[] = [];
  const gateway = await serve([new SqsService(engine)], { authorizer: { authorize: (_, permissions) => void asked.push(...permissions) } });
  const client = new SQSClient(clientOptions(gateway));
  return { engine, gateway, asked, client, QueueUrl: `${gateway.url}/${ACCOUNT_ID}/jobs` };
}

// The client checks the MD5s of bodies and attributes by itself and throws when one is wrong.
test("a message comes back with its body and attributes, and goes when deleted", async () => {
  const { client, engine, QueueUrl } = await start();
  const MessageBody = JSON.stringify({ text: "não gostei 😡 <b>&" });
  const MessageAttributes = { channel: { DataType: "String", StringValue: "chat" }, turn: { DataType: "Number", StringValue: "3" }, bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255, 1]) } };
  const MessageSystemAttributes = { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" } } as const;
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes, MessageSystemAttributes }));
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] }));
  expect(Messages).toMatchObject([{ MessageId: sent.MessageId, Body: MessageBody, Attributes: { ApproximateReceiveCount: "1", SenderId: ACCOUNT_ID, AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793" } }]);
  expect(Messages?.[0]?.MessageAttributes?.["channel"]?.StringValue).toBe("chat");
  expect([...(Messages?.[0]?.MessageAttributes?.["bytes"]?.BinaryValue ?? [])]).toEqual([0, 255, 1]);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  expect(engine.stats("jobs")).toMatchObject({ visible: 0, inFlight: 0, sent: 1, deleted: 1 });
});

test("in a batch, a message SQS cannot carry fails alone", async () => {
  const { client, QueueUrl } = await start();
  const answer = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "good", MessageBody: "a" }, { Id: "bad", MessageBody: "a\u0001" }, { Id: "later", MessageBody: "b", DelaySeconds: 900 }] }));
  expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["good", "later"]);
  expect(answer.Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }]);
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "RedrivePolicy"] }));
  expect(Attributes).toEqual({ ApproximateNumberOfMessages: "1", ApproximateNumberOfMessagesDelayed: "1", RedrivePolicy: expect.stringContaining('"maxReceiveCount":2') });
});

test("batches out of bounds are refused with the service's codes", async () => {
  const { client, QueueUrl, engine } = await start();
  const send = (Entries: { Id: string; MessageBody: string }[]) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const message = (Id: string, bytes = 1) => ({ Id, MessageBody: "x".repeat(bytes) });
  await expect(send([])).rejects.toMatchObject({ name: "EmptyBatchRequest" });
  await expect(send(Array.from({ length: 11 }, (_, index) => message(String(index))))).rejects.toMatchObject({ name: "TooManyEntriesInBatchRequest" });
  await expect(send([message("a"), message("a")])).rejects.toMatchObject({ name: "BatchEntryIdsNotDistinct" });
  await expect(send([message("a b")])).rejects.toMatchObject({ name: "InvalidBatchEntryId" });
  await expect(send([message("a", 600_000), message("b", 600_000)])).rejects.toMatchObject({ name: "BatchRequestTooLong" });
  await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(1024 * 1024 + 1) }))).rejects.toMatchObject({ name: "InvalidParameterValue" });
  expect(engine.stats("jobs").sent).toBe(0);
});

test("a long poll answers as soon as a message comes, and empty when none does", async () => {
  const { client, QueueUrl } = await start();
  const startedAt = Date.now();
  const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "at last" }));
  expect((await waiting).Messages?.map(({ Body }) => Body)).toEqual(["at last"]);
  expect(Date.now() - startedAt).toBeLessThan(3_000);
  expect((await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).Messages).toBeUndefined();
});

test("a message received too often becomes a dead letter; a move task brings it back", async () => {
  const { client, engine, QueueUrl } = await start();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "poison" }));
  const receive = async () => (await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))).Messages?.length ?? 0;
  expect([await receive(), await receive(), await receive()]).toEqual([1, 1, 0]);
  const SourceArn = engine.queueArn("dead");
  const { QueueUrl: deadUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "dead" }));
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: deadUrl, MessageSystemAttributeNames: ["All"], VisibilityTimeout: 0 }));
  expect(Messages).toMatchObject([{ Body: "poison", Attributes: { DeadLetterQueueSourceArn: engine.queueArn("jobs"), ApproximateReceiveCount: "1" } }]);
  await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
  expect((await client.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 }]);
  expect([engine.stats("dead").visible, engine.stats("jobs").visible]).toEqual([0, 1]);
  expect(await receive()).toBe(1);
  await expect(client.send(new StartMessageMoveTaskCommand({ SourceArn: engine.queueArn("jobs") }))).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

test("visibility changes and handles: too late, not the newest, not one at all", async () => {
  const { client, engine, QueueUrl } = await start();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
  const receive = async (VisibilityTimeout?: number) => (await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout }))).Messages?.[0]?.ReceiptHandle as string;
  const first = await receive();
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first, VisibilityTimeout: 0 }));
  const second = await receive();
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first }));
  expect(engine.stats("jobs")).toMatchObject({ inFlight: 1, deleted: 0 });
  await expect(client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first, VisibilityTimeout: 1 }))).rejects.toMatchObject({ name: "MessageNotInflight" });
  const batch = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", ReceiptHandle: "nonsense" }, { Id: "b", ReceiptHandle: second }] }));
  expect(batch).toMatchObject({ Successful: [{ Id: "b" }], Failed: [{ Id: "a", Code: "ReceiptHandleIsInvalid" }] });
  expect(engine.stats("jobs")).toMatchObject({ inFlight: 0, deleted: 1 });
});

test("lists, addresses as the client sees them, purges and unknown queues", async () => {
  const { client, engine, QueueUrl } = await start();
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "j" }))).QueueUrls).toEqual([QueueUrl]);
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(engine.stats("jobs").visible).toBe(0);
  await expect(client.send(new GetQueueUrlCommand({ QueueName: "absent" }))).rejects.toMatchObject({ name: "QueueDoesNotExist", message: expect.stringContaining("dead, jobs") });
});

test("an encrypted queue asks for its key", async () => {
  const { client, asked, engine, QueueUrl } = await start(KEY_ARN);
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "m" }] }));
  await client.send(new ReceiveMessageCommand({ QueueUrl }));
  const resource = engine.queueArn("jobs");
  expect(asked).toEqual([
    { action: "sqs:SendMessage", resource },
    { action: "kms:GenerateDataKey", resource: KEY_ARN },
    { action: "kms:Decrypt", resource: KEY_ARN },
    { action: "sqs:ReceiveMessage", resource },
    { action: "kms:Decrypt", resource: KEY_ARN },
  ]);
});

test("the query protocol says the same in XML", async () => {
  const { gateway, engine } = await start();
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
  const ask = async (parameters: Record<string, string>, path = `/${ACCOUNT_ID}/jobs`) => {
    const answer = await fetch(gateway.url + path, { method: "POST", headers: { authorization }, body: new URLSearchParams({ Version: "2012-11-05", ...parameters }) });
    return { status: answer.status, text: await answer.text() };
  };
  const body = "<ü> & more";
  const sent = await ask({ Action: "SendMessage", MessageBody: body, "MessageAttribute.1.Name": "channel", "MessageAttribute.1.Value.DataType": "String", "MessageAttribute.1.Value.StringValue": "chat" });
  expect(sent.text).toContain(`<MD5OfMessageBody>${createHash("md5").update(body).digest("hex")}</MD5OfMessageBody>`);
  const batch = await ask({ Action: "SendMessageBatch", "SendMessageBatchRequestEntry.1.Id": "a", "SendMessageBatchRequestEntry.1.MessageBody": "two", "SendMessageBatchRequestEntry.1.DelaySeconds": "900" });
  expect(batch.text).toMatch(/<SendMessageBatchResult><SendMessageBatchResultEntry><Id>a<\/Id>/u);
  const received = await ask({ Action: "ReceiveMessage", MaxNumberOfMessages: "10", "AttributeName.1": "All", "MessageAttributeName.1": "All" });
  expect(received.text).toContain("<Body>&lt;ü&gt; &amp; more</Body>");
  expect(received.text).toContain("<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>");
  expect(received.text).toContain("<MessageAttribute><Name>channel</Name><Value><DataType>String</DataType><StringValue>chat</StringValue></Value></MessageAttribute>");
  const ReceiptHandle = /<ReceiptHandle>(.+)<\/ReceiptHandle>/u.exec(received.text)?.[1] ?? "";
  expect((await ask({ Action: "DeleteMessage", ReceiptHandle })).text).toContain("<ResponseMetadata><RequestId>");
  expect(engine.stats("jobs")).toMatchObject({ sent: 2, deleted: 1, delayed: 1 });
  expect(await ask({ Action: "GetQueueUrl", QueueName: "absent" }, "/")).toMatchObject({ status: 400, text: expect.stringContaining("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>") });
  expect(await ask({ Action: "SendMessage", MessageBody: "x", DelaySeconds: "99999999999999999999" })).toMatchObject({ status: 400, text: expect.stringContaining("InvalidParameterValue") });
});
