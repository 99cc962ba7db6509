import { randomUUID } from "node:crypto";
import { listMembers, queryError, queryResponse, readParameters } from "../protocols/aws-query.ts";
import type { XmlContent, XmlFields } from "../protocols/xml.ts";
import type { ServiceError, ServiceRequest, ServiceResponse } from "../service.ts";

/** SQS' older protocol, which the AWS CLI before 2.15 and many SDKs still speak: forms in, XML out. */
const NAMESPACE = "http://queue.amazonaws.com/doc/2012-11-05/";

const INTEGERS = new Set(["DelaySeconds", "VisibilityTimeout", "MaxNumberOfMessages", "WaitTimeSeconds", "MaxResults", "MaxNumberOfMessagesPerSecond"]);
const NAME_LISTS = { AttributeName: "AttributeNames", MessageAttributeName: "MessageAttributeNames", MessageSystemAttributeName: "MessageSystemAttributeNames" } as const;
const MAPS = { MessageAttribute: "MessageAttributes", MessageSystemAttribute: "MessageSystemAttributes" } as const;

// The codes the JSON protocol renamed; clients of the query protocol match these.
const QUERY_CODES: Record<string, string> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
};

export function queryErrorCode(code: string): string {
  return QUERY_CODES[code] ?? code;
}

/** The operation and its input in the JSON protocol's shape. */
export function readSqsQuery(request: ServiceRequest): { operation: string | null; input: Record<string, unknown> } {
  const parameters = readParameters(request);
  const operation = parameters.get("Action");
  const input = readMembers(parameters);
  const entries = listMembers(parameters, `${operation ?? ""}RequestEntry`);
  if (entries.length > 0) input["Entries"] = entries.map(readMembers);
  // Older clients post to the queue's own path.
  if (input["QueueUrl"] === undefined && request.path.length > 1) input["QueueUrl"] = request.baseUrl + request.path;
  return { operation, input };
}

function readMembers(parameters: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of parameters) {
    if (!name.includes(".")) input[name] = INTEGERS.has(name) && /^-?\d+$/u.test(value) ? Number(value) : value;
  }
  for (const [prefix, field] of Object.entries(NAME_LISTS)) {
    const members = listMembers(parameters, prefix);
    if (members.length > 0) input[field] = members.map((member) => member.get("") ?? "");
  }
  for (const [prefix, field] of Object.entries(MAPS)) {
    const members = listMembers(parameters, prefix);
    if (members.length === 0) continue;
    input[field] = Object.fromEntries(
      members.map((member) => [
        member.get("Name") ?? "",
        { DataType: member.get("Value.DataType") ?? "", StringValue: member.get("Value.StringValue"), BinaryValue: member.get("Value.BinaryValue") },
      ]),
    );
  }
  return input;
}

/** The JSON protocol's answer as XML. */
export function renderSqsQuery(operation: string, answer: Record<string, unknown>): ServiceResponse {
  const fields = renderFields(answer, `${operation}ResultEntry`);
  return queryResponse(operation, NAMESPACE, Object.keys(fields).length === 0 ? undefined : fields, randomUUID());
}

export function renderSqsQueryError(error: ServiceError): ServiceResponse {
  return queryError(error, NAMESPACE, randomUUID(), queryErrorCode(error.code));
}

function renderFields(answer: Record<string, unknown>, successElement: string): XmlFields {
  const elements: Record<string, string> = {
    Successful: successElement,
    Failed: "BatchResultErrorEntry",
    Messages: "Message",
    QueueUrls: "QueueUrl",
    queueUrls: "QueueUrl",
    Results: "ListMessageMoveTasksResultEntry",
  };
  const fields: Record<string, XmlContent | XmlContent[]> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (Array.isArray(value)) {
      fields[elements[name] ?? name] = value.map((one: unknown) => (typeof one === "object" ? renderFields(one as Record<string, unknown>, successElement) : (one as XmlContent)));
    } else if (name === "Attributes" || name === "MessageAttributes") {
      fields[name.slice(0, -1)] = Object.entries(value as Record<string, XmlContent>).map(([Name, Value]) => ({ Name, Value }));
    } else {
      fields[name] = value as XmlContent;
    }
  }
  return fields;
}
