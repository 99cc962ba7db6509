import { md5OfAttributes } from "./message-digest.ts";
import type { MessageAttributes, ReceivedMessage } from "./message.ts";
import type { SqsInput } from "./sqs-requests.ts";

/** A message as `ReceiveMessage` answers it, with the attributes the caller asked for and no others. */
export function renderReceived(message: ReceivedMessage, input: SqsInput<"ReceiveMessage">): Record<string, unknown> {
  const systemNames = new Set([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  const system = Object.entries(message.attributes).filter(([name]) => systemNames.has("All") || systemNames.has(name));
  const own: MessageAttributes = Object.fromEntries(Object.entries(message.messageAttributes).filter(([name]) => (input.MessageAttributeNames ?? []).some((asked) => isAskedFor(name, asked))));
  const hasOwn = Object.keys(own).length > 0;
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(hasOwn ? { MessageAttributes: own, MD5OfMessageAttributes: md5OfAttributes(own) } : {}),
  };
}

/** `All` and `.*` ask for every attribute, `order.*` for those whose name starts with `order.`. */
function isAskedFor(name: string, asked: string): boolean {
  return asked === "All" || asked === name || (asked.endsWith(".*") && (asked === ".*" || name.startsWith(asked.slice(0, -1))));
}
