import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, type AttributeValue, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { KinesisStreamEvent, SQSEvent } from "aws-lambda";
import { type Alert, AlertSchema } from "../../../core/contracts/alert.ts";
import type { ConversationSettings } from "../../../core/contracts/conversation-settings.ts";
import { type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import { CONVERSATION_END_VERSION } from "../../../core/conversation/conversation-end.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../../core/fusion/default-weights.ts";
import { SETTINGS } from "../../core/conversation/made-conversation.ts";
import { visibleRows } from "../../core/conversation/visible-rows.ts";
import { AwsServer } from "../support/aws-server.ts";
import { kinesisRecord, sqsRecord } from "../support/events.ts";

// Dynalite comes without types.
const dynalite = createRequire(import.meta.url)("dynalite") as (options: { createTableMs: number }) => Server;

const TABLE = "valence-test-conversations";

/** What the tracker meets in a stage: a real DynamoDB protocol over memory, and streams, queues and buses that record what they are sent. */
export class TrackerStage {
  readonly aws = new AwsServer();
  /** Before each call to DynamoDB: a promise holds it up, one that is refused drops the connection. */
  beforeTableCall: (operation: string) => Promise<void> | void = () => undefined;
  /** After the call was served, before its answer gets out: one that is refused drops the connection. */
  afterTableCall: (operation: string) => Promise<void> | void = () => undefined;
  readonly #tables = dynalite({ createTableMs: 0 });
  #client: DynamoDBClient | undefined;

  /** @returns the function's environment. */
  async start(settings: Partial<ConversationSettings> = {}): Promise<Record<string, string>> {
    const endpoint = await this.aws.start();
    const [serve] = this.#tables.listeners("request") as ((request: IncomingMessage, response: ServerResponse) => void)[];
    this.#tables.removeAllListeners("request");
    this.#tables.on("request", (request, response) => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1]!;
      const drop = (): void => void request.socket.destroy();
      const answer = response.end.bind(response);
      response.end = ((body: string) => {
        Promise.resolve(this.afterTableCall(operation)).then(() => answer(body), drop);
        return response;
      }) as typeof response.end;
      Promise.resolve(this.beforeTableCall(operation)).then(() => serve!(request, response), drop);
    });
    await new Promise<void>((resolve) => {
      this.#tables.listen(0, "127.0.0.1", resolve);
    });
    const tables = `http://127.0.0.1:${(this.#tables.address() as AddressInfo).port}`;
    this.#client = new DynamoDBClient({ endpoint: tables, region: "us-east-1", credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" } });
    await this.#client.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "conversation", KeyType: "HASH" }, { AttributeName: "version", KeyType: "RANGE" }],
        AttributeDefinitions: [{ AttributeName: "conversation", AttributeType: "S" }, { AttributeName: "version", AttributeType: "N" }],
      }),
    );
    return {
      POWERTOOLS_SERVICE_NAME: "conversation-tracker",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: tables,
      CONVERSATIONS_TABLE: TABLE,
      RESULTS_STREAM_NAME: "valence-test-results",
      REJECTS_BUCKET: "rejects-test",
      ALERTS_BUS_NAME: "valence-test-alerts",
      CONVERSATION_ENDS_QUEUE_URL: `${endpoint}/123456789012/valence-test-conversation-ends`,
      CONVERSATION_SETTINGS: JSON.stringify({ ...SETTINGS, ...settings }),
      FUSION_WEIGHTS: JSON.stringify(DEFAULT_FUSION_WEIGHTS),
    };
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    this.#tables.closeAllConnections();
    await Promise.all([
      this.aws.stop(),
      new Promise((resolve) => {
        this.#tables.close(resolve);
      }),
    ]);
  }

  /** Everything that was sent, in order. */
  sent(): SentimentResult[] {
    return this.aws.records.map(({ data }) => SentimentResultSchema.parse(JSON.parse(data)));
  }

  /** What the views show of it. */
  visible(): Map<string, SentimentResult> {
    return visibleRows(this.sent());
  }

  alerts(): Alert[] {
    return this.aws.events.map(({ detail }) => AlertSchema.parse(JSON.parse(detail)));
  }

  /** Reminders with the seconds that they wait. */
  reminders(): { conversationId: string; delaySeconds: number | undefined }[] {
    const entries = this.aws.callsOf("SendMessageBatch").flatMap((call) => call.entries);
    return entries.map(({ content, delaySeconds }) => ({ conversationId: (JSON.parse(content) as { conversationId: string }).conversationId, delaySeconds }));
  }

  /** All items of the journal. */
  async items(): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await this.#client!.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true, ...(start !== undefined && { ExclusiveStartKey: start }) }));
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }
}

export function resultsEvent(results: readonly (SentimentResult | string)[], first = 0): KinesisStreamEvent {
  return { Records: results.map((result, position) => kinesisRecord(typeof result === "string" ? result : JSON.stringify(result), first + position)) };
}

export function endEvent(conversationId = "conversation-1"): SQSEvent {
  return { Records: [sqsRecord(JSON.stringify({ schema: CONVERSATION_END_VERSION, conversationId }))] };
}
