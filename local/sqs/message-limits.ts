import { ServiceError } from "../service.ts";
import type { MessageAttributes, SendEntry } from "./message.ts";
import type { MessageInput } from "./sqs-requests.ts";

export const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_ATTRIBUTES = 10;

// What SQS carries is what XML 1.0 can; lone surrogates match this too.
// oxlint-disable-next-line no-control-regex -- the excluded control characters are the point
const NOT_CARRIED = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** @throws ServiceError when a message's content is not acceptable; in a batch it fails alone. */
export function checkMessage(message: MessageInput): void {
  if (message.MessageBody === "") throw new ServiceError("MissingParameter", "The request must contain the parameter MessageBody.");
  const found = NOT_CARRIED.exec(message.MessageBody);
  if (found !== null) {
    const code = found[0].codePointAt(0)?.toString(16).padStart(4, "0");
    throw new ServiceError("InvalidMessageContents", `The message contains characters outside the allowed set: U+${code} at position ${found.index}.`);
  }
  const attributes = Object.entries(message.MessageAttributes ?? {});
  if (attributes.length > MAX_ATTRIBUTES) throw new ServiceError("InvalidParameterValue", `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of attributes) {
    const value = DataType.startsWith("Binary") ? BinaryValue : StringValue;
    if (typeof value !== "string" || value === "") throw new ServiceError("InvalidParameterValue", `The message attribute '${name}' of type ${DataType} must contain a non-empty value.`);
    if (DataType.startsWith("Number") && !Number.isFinite(Number(value))) throw new ServiceError("InvalidParameterValue", `The message attribute '${name}' is no number: ${value.slice(0, 40)}.`);
  }
}

/** @throws ServiceError when one message alone is too large. */
export function checkMessageSize(message: MessageInput): void {
  const bytes = messageBytes(message);
  if (bytes > MAX_MESSAGE_BYTES) throw new ServiceError("InvalidParameterValue", `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes; this one has ${bytes}.`);
}

/** @throws ServiceError when the messages together are too large. */
export function checkBatchSize(messages: readonly MessageInput[]): void {
  const bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
  if (bytes > MAX_MESSAGE_BYTES) throw new ServiceError("BatchRequestTooLong", `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`);
}

function messageBytes(message: MessageInput): number {
  let bytes = Buffer.byteLength(message.MessageBody);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(message.MessageAttributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue ?? "") + Buffer.byteLength(BinaryValue ?? "", "base64");
  }
  return bytes;
}

export function sendEntry(message: MessageInput): SendEntry {
  return {
    body: message.MessageBody,
    ...(typeof message.DelaySeconds === "number" ? { delaySeconds: message.DelaySeconds } : {}),
    ...optional("attributes", message.MessageAttributes),
    ...optional("systemAttributes", message.MessageSystemAttributes),
  };
}

function optional<Name extends string>(name: Name, attributes: MessageInput["MessageAttributes"]): Partial<Record<Name, MessageAttributes>> {
  if (attributes === undefined || attributes === null || Object.keys(attributes).length === 0) return {};
  const kept: MessageAttributes = {};
  for (const [key, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    kept[key] = { DataType, ...(typeof StringValue === "string" ? { StringValue } : {}), ...(typeof BinaryValue === "string" ? { BinaryValue } : {}) };
  }
  return { [name]: kept } as Partial<Record<Name, MessageAttributes>>;
}
