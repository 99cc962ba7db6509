import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test } from "vitest";
import { DynamoDbService } from "../../../local/dynamodb/dynamodb-service.ts";
import type { TableDefinition } from "../../../local/dynamodb/table-definition.ts";
import { TableStore } from "../../../local/dynamodb/table-store.ts";
import type { RequiredPermission } from "../../../local/service.ts";
import { clientOptions, KEY_ARN, serve, temporaryFolder } from "../gateway/served.ts";

const TableName = "valence-test-conversations";
const TABLE_ARN = `arn:aws:dynamodb:us-east-1:123456789012:table/${TableName}`;
const TABLE: TableDefinition = {
  name: TableName,
  keySchema: [
    { AttributeName: "conversation", KeyType: "HASH" },
    { AttributeName: "version", KeyType: "RANGE" },
  ],
  attributeDefinitions: [
    { AttributeName: "conversation", AttributeType: "S" },
    { AttributeName: "version", AttributeType: "N" },
  ],
  kmsKeyArn: KEY_ARN,
};

async function start(folder = temporaryFolder(), tables = [TABLE]) {
  const store = await TableStore.open(folder, tables);
  onTestFinished(() => store.close());
  const asked: RequiredPermission[] = [];
  const gateway = await serve([new DynamoDbService(store, tables)], { authorizer: { authorize: (_, permissions) => void asked.push(...permissions) } });
  const client = new DynamoDBClient(clientOptions(gateway));
  onTestFinished(() => client.destroy());
  return { store, client, asked, folder, gateway };
}

interface LevelDatabase {
  get(key: string): Promise<Record<string, unknown>>;
  put(key: string, value: object): Promise<void>;
  close(): Promise<void>;
}

const item = (conversation: string, version: number, opinions = "[]") => ({ conversation: { S: conversation }, version: { N: String(version) }, opinions: { S: opinions } });
const append = (conversation: string, version: number, opinions?: string) =>
  new PutItemCommand({ TableName, Item: item(conversation, version, opinions), ConditionExpression: "attribute_not_exists(version)" });
const journalOf = (conversation: string, after: number) =>
  new QueryCommand({
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: "conversation = :conversation AND version > :after",
    ExpressionAttributeValues: { ":conversation": { S: conversation }, ":after": { N: String(after) } },
  });

test("of two who write the same version one is told, and the other's item stands", async () => {
  const { client } = await start();
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, writer) => client.send(append("call-1", 1, String(writer)))));
  const won = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
  expect(won).toHaveLength(1);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as Error).name] : []));
  expect(refusals).toEqual(Array.from({ length: 7 }, () => "ConditionalCheckFailedException"));
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { conversation: { S: "call-1" }, version: { N: "1" } }, ConsistentRead: true }));
  expect(Item?.["opinions"]).toEqual({ S: String(won[0]) });
});

test("a query gives one conversation's items by the number of their version, in pages", async () => {
  const { client } = await start();
  const versions = Array.from({ length: 12 }, (_, index) => index + 1);
  await Promise.all(versions.flatMap((version) => [client.send(append("call-1", version, "x".repeat(120_000))), client.send(append("call-10", version))]));
  const seen: number[] = [];
  let pages = 0;
  for (let start: Record<string, { S: string } | { N: string }> | undefined, first = true; first || start !== undefined; first = false) {
    const query = journalOf("call-1", 2);
    query.input.ExclusiveStartKey = start;
    const page = await client.send(query);
    seen.push(...(page.Items ?? []).map(({ version }) => Number(version?.N)));
    start = page.LastEvaluatedKey as typeof start;
    pages += 1;
  }
  expect(seen).toEqual(versions.slice(2));
  expect(pages).toBe(2);
});

test("batches, deletions and lists", async () => {
  const { client } = await start();
  const keys = [1, 2].map((version) => ({ conversation: { S: "call-1" }, version: { N: String(version) } }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [1, 2].map((version) => ({ PutRequest: { Item: item("call-1", version) } })) } }));
  await client.send(new DeleteItemCommand({ TableName, Key: keys[0] }));
  const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } }));
  expect(Responses?.[TableName]).toEqual([item("call-1", 2)]);
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
});

test("every call asks for its action on the table, and for the table's key", async () => {
  const { client, asked } = await start();
  await client.send(append("call-1", 1));
  await client.send(journalOf("call-1", 0));
  await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [{ conversation: { S: "a" }, version: { N: "1" } }] } } }));
  await client.send(new ListTablesCommand({}));
  expect(asked.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    ...["PutItem", "Query", "BatchGetItem"].flatMap((operation) => [`dynamodb:${operation} ${TABLE_ARN}`, `kms:Decrypt ${KEY_ARN}`]),
    "dynamodb:ListTables *",
  ]);
});

test("what DynamoDB refuses is refused in its words", async () => {
  const { client, gateway } = await start();
  const put = (Item: Record<string, { S: string } | { N: string }>) => client.send(new PutItemCommand({ TableName, Item }));
  await expect(put({ conversation: { S: "a" } })).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("Missing the key version") });
  await expect(put(item("a", 1, "x".repeat(400 * 1024)) as never)).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("Item size") });
  await expect(client.send(new GetItemCommand({ TableName: "absent", Key: { a: { S: "a" } } }))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
  const ask = async (operation: string, body: string) =>
    (await fetch(gateway.url, { method: "POST", headers: { authorization, "x-amz-target": `DynamoDB_20120810.${operation}`, "content-type": "application/x-amz-json-1.0" }, body })).json();
  expect(await ask("PutItem", "{")).toMatchObject({ __type: "SerializationException" });
  expect(await ask("PutItem", "{}")).toMatchObject({ __type: "ValidationException", message: expect.stringContaining("TableName") });
  expect(await ask("BatchGetItem", "{}")).toMatchObject({ __type: "ValidationException", message: expect.stringContaining("RequestItems") });
  expect(await ask("CreateTable", "{}")).toMatchObject({ __type: "UnknownOperationException", message: expect.stringContaining("PutItem") });
});

test("a second start finds the items of the first, and other keys stop it", async () => {
  const first = await start();
  await first.client.send(append("call-1", 1));
  await first.store.close();
  await expect(first.store.call("GetItem", Buffer.from("{}"))).rejects.toThrow(/are closed/u);
  const second = await start(first.folder);
  expect((await second.client.send(journalOf("call-1", 0))).Items).toEqual([item("call-1", 1)]);
  await second.store.close();
  await expect(TableStore.open(first.folder, [{ ...TABLE, keySchema: TABLE.keySchema.slice(0, 1), attributeDefinitions: TABLE.attributeDefinitions.slice(0, 1) }])).rejects.toThrow(/another name/u);
});

test("a table that a killed start left in the making is made anew", async () => {
  const folder = temporaryFolder();
  await (await TableStore.open(folder, [TABLE, { ...TABLE, name: "other" }])).close();
  const { Level } = createRequire(createRequire(import.meta.url).resolve("dynalite"))("level") as { Level: new (folder: string, options: object) => LevelDatabase };
  const level = new Level(folder, { valueEncoding: "json" });
  const table = await level.get(`table~${TableName}`);
  expect(table).toMatchObject({ TableStatus: "ACTIVE" });
  await level.put(`table~${TableName}`, { ...table, TableStatus: "CREATING" });
  await level.close();

  const { client } = await start(folder);

  await client.send(append("call-1", 1));
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["other", TableName]);
});

test("what was answered before a kill -9 is there after it", { timeout: 20_000 }, async () => {
  const folder = temporaryFolder();
  const writer = spawn(process.execPath, ["--import", "tsx", "test/local/dynamodb/put-until-killed.ts", folder, JSON.stringify(TABLE)], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  writer.stdout.setEncoding("utf8");
  writer.stdout.on("data", (text: string) => {
    printed += text;
    if (printed.split("\n").length > 40) writer.kill("SIGKILL");
  });
  await once(writer, "close");
  const answered = printed.split("\n").slice(0, -1).map(Number);
  expect(answered.length).toBeGreaterThanOrEqual(40);
  const { client } = await start(folder);
  const { Items = [] } = await client.send(journalOf("killed", 0));
  expect(Items.map(({ version }) => Number(version?.N))).toEqual(expect.arrayContaining(answered));
});
