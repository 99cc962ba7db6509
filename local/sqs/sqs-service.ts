import { jsonError, jsonResponse, readJsonObject, targetOperation, unknownOperation } from "../protocols/aws-json.ts";
import { ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { checkMessage, checkMessageSize, checkBatchSize, sendEntry } from "./message-limits.ts";
import { md5OfAttributes, md5OfBody } from "./message-digest.ts";
import type { SendEntry } from "./message.ts";
import { MoveTasks } from "./move-tasks.ts";
import { describeQueue } from "./queue-attributes.ts";
import { renderReceived } from "./received-message.ts";
import type { SqsEngine } from "./sqs-engine.ts";
import { queryErrorCode, readSqsQuery, renderSqsQuery, renderSqsQueryError } from "./sqs-query-protocol.ts";
import { isSqsOperation, parseSqsInput, SQS_REQUESTS, type MessageInput, type SqsInput, type SqsOperation } from "./sqs-requests.ts";
import { requiredSqsPermissions } from "./sqs-permissions.ts";

interface Call {
  operation: SqsOperation;
  input: object;
}

type Answer = Record<string, unknown>;

/** SQS in front of an `SqsEngine`: the JSON 1.0 protocol, and the query protocol that older clients speak. */
export class SqsService implements LocalService {
  readonly signingName = "sqs";
  readonly #engine: SqsEngine;
  readonly #moves: MoveTasks;
  readonly #calls = new WeakMap<ServiceRequest, Call>();

  constructor(engine: SqsEngine) {
    this.#engine = engine;
    this.#moves = new MoveTasks(engine);
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const { operation, input } = this.#read(request);
    return requiredSqsPermissions(this.#engine, operation, input);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const call = this.#read(request);
    const answer = await this.#answer(call, request);
    return isJson(request) ? jsonResponse("1.0", answer) : renderSqsQuery(call.operation, answer);
  }

  renderError(error: ServiceError, request: ServiceRequest): ServiceResponse {
    if (!isJson(request)) return renderSqsQueryError(error);
    const response = jsonError("1.0", error);
    return { ...response, headers: { ...response.headers, "x-amzn-query-error": `${queryErrorCode(error.code)};${error.status >= 500 ? "Receiver" : "Sender"}` } };
  }

  async #answer({ operation, input }: Call, request: ServiceRequest): Promise<Answer> {
    const queue = "QueueUrl" in input ? queueName(String(input.QueueUrl)) : "";
    switch (operation) {
      case "SendMessage":
        return this.#send(queue, input as MessageInput, request);
      case "SendMessageBatch":
        return this.#sendBatch(queue, (input as SqsInput<"SendMessageBatch">).Entries ?? [], request);
      case "ReceiveMessage":
        return this.#receive(queue, input as SqsInput<"ReceiveMessage">);
      case "DeleteMessage":
        this.#engine.delete(queue, [(input as SqsInput<"DeleteMessage">).ReceiptHandle]);
        return {};
      case "DeleteMessageBatch":
        return this.#deleteBatch(queue, (input as SqsInput<"DeleteMessageBatch">).Entries ?? []);
      case "ChangeMessageVisibility": {
        const change = input as SqsInput<"ChangeMessageVisibility">;
        this.#engine.changeVisibility(queue, change.ReceiptHandle, change.VisibilityTimeout);
        return {};
      }
      case "ChangeMessageVisibilityBatch":
        return inBatch((input as SqsInput<"ChangeMessageVisibilityBatch">).Entries ?? [], (entry) => {
          this.#engine.changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout ?? 0);
        });
      case "GetQueueUrl":
        return { QueueUrl: this.#url((input as SqsInput<"GetQueueUrl">).QueueName, request) };
      case "GetQueueAttributes":
        return { Attributes: describeQueue(this.#engine, queue, (input as SqsInput<"GetQueueAttributes">).AttributeNames ?? []) };
      case "ListQueues":
        return this.#list(input, request);
      case "ListDeadLetterSourceQueues":
        this.#engine.describe(queue);
        return { queueUrls: this.#engine.sourcesOf(queue).map((name) => this.#url(name, request)) };
      case "PurgeQueue":
        this.#engine.purge(queue);
        return {};
      case "StartMessageMoveTask":
        return this.#moves.start(input as SqsInput<"StartMessageMoveTask">);
      case "ListMessageMoveTasks":
        return this.#moves.list(input as SqsInput<"ListMessageMoveTasks">);
    }
  }

  #send(queue: string, message: MessageInput, request: ServiceRequest): Answer {
    checkMessageSize(message);
    checkMessage(message);
    const entry = sendEntry(message);
    const [sent] = this.#engine.send(queue, [entry], senderId(request, this.#engine.accountId));
    return { MessageId: sent?.messageId, ...digests(entry) };
  }

  #sendBatch(queue: string, entries: readonly (MessageInput & { Id: string })[], request: ServiceRequest): Answer {
    checkBatchSize(entries);
    const failed: Answer[] = [];
    const valid = entries.filter((entry) => {
      try {
        checkMessage(entry);
        return true;
      } catch (error) {
        failed.push(failedEntry(entry.Id, error));
        return false;
      }
    });
    const messages = valid.map((entry) => ({ id: entry.Id, ...sendEntry(entry) }));
    const sent = this.#engine.send(queue, messages, senderId(request, this.#engine.accountId));
    const successful = messages.map((message, index) => ({ Id: message.id, MessageId: sent[index]?.messageId, ...digests(message) }));
    return { Successful: successful, ...(failed.length > 0 ? { Failed: failed } : {}) };
  }

  async #receive(queue: string, input: SqsInput<"ReceiveMessage">): Promise<Answer> {
    const take = () => this.#engine.receive(queue, input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout ?? undefined);
    let messages = take();
    if (messages.length === 0 && (input.WaitTimeSeconds ?? 0) > 0) {
      messages = await new Promise((resolve, reject) => {
        const finish = (found: typeof messages): void => {
          stop();
          clearTimeout(timer);
          resolve(found);
        };
        const timer = setTimeout(() => finish([]), (input.WaitTimeSeconds ?? 0) * 1000).unref();
        const stop = this.#engine.onAvailable(queue, () => {
          try {
            const found = take();
            if (found.length > 0) finish(found);
          } catch (error) {
            stop();
            clearTimeout(timer);
            reject(error);
          }
        });
      });
    }
    return messages.length === 0 ? {} : { Messages: messages.map((message) => renderReceived(message, input)) };
  }

  #deleteBatch(queue: string, entries: readonly { Id: string; ReceiptHandle: string }[]): Answer {
    try {
      // One write for all of them, unless one handle is bad.
      this.#engine.delete(queue, entries.map(({ ReceiptHandle }) => ReceiptHandle));
      return { Successful: entries.map(({ Id }) => ({ Id })) };
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== "ReceiptHandleIsInvalid") throw error;
      return inBatch(entries, (entry) => this.#engine.delete(queue, [entry.ReceiptHandle]));
    }
  }

  #list(input: SqsInput<"ListQueues">, request: ServiceRequest): Answer {
    const start = input.NextToken ?? "";
    const names = this.#engine.queueNames().filter((name) => name.startsWith(input.QueueNamePrefix ?? "") && name > start);
    const page = names.slice(0, input.MaxResults ?? 1000);
    return { QueueUrls: page.map((name) => this.#url(name, request)), ...(page.length < names.length ? { NextToken: page.at(-1) } : {}) };
  }

  #url(name: string, request: ServiceRequest): string {
    this.#engine.describe(name);
    return `${request.baseUrl}/${this.#engine.accountId}/${name}`;
  }

  #read(request: ServiceRequest): Call {
    const known = this.#calls.get(request);
    if (known !== undefined) return known;
    const { operation, input } = isJson(request) ? { operation: targetOperation(request), input: readJsonObject(request) } : readSqsQuery(request);
    if (!isSqsOperation(operation)) throw unknownOperation("sqs", operation ?? undefined, Object.keys(SQS_REQUESTS));
    const call: Call = { operation, input: parseSqsInput(operation, input) };
    this.#calls.set(request, call);
    return call;
  }
}

function isJson(request: ServiceRequest): boolean {
  return request.headers["x-amz-target"] !== undefined;
}

/** Whatever the host: a URL may come from a template, another port or an account. */
function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}

function senderId(request: ServiceRequest, accountId: string): string {
  return request.caller.roleArn === null ? accountId : `AROALOCAL:${request.caller.name}`;
}

function digests({ body, attributes, systemAttributes }: SendEntry): Answer {
  return {
    MD5OfMessageBody: md5OfBody(body),
    MD5OfMessageAttributes: attributes === undefined ? undefined : md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: systemAttributes === undefined ? undefined : md5OfAttributes(systemAttributes),
  };
}

function inBatch<Entry extends { Id: string }>(entries: readonly Entry[], work: (entry: Entry) => void): Answer {
  const successful: Answer[] = [];
  const failed: Answer[] = [];
  for (const entry of entries) {
    try {
      work(entry);
      successful.push({ Id: entry.Id });
    } catch (error) {
      failed.push(failedEntry(entry.Id, error));
    }
  }
  return { Successful: successful, ...(failed.length > 0 ? { Failed: failed } : {}) };
}

/** @throws what is not an answer to the sender but a fault of this program */
function failedEntry(id: string, error: unknown): Answer {
  if (!(error instanceof ServiceError)) throw error;
  return { Id: id, Code: error.code, Message: error.message, SenderFault: error.status < 500 };
}
