import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { MessageAttribute, ReceivedMessage } from "../sqs/message.ts";

/** The event a function gets for a batch of messages, as JSON. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): string {
  return JSON.stringify({
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.attributes,
      messageAttributes: Object.fromEntries(Object.entries(message.messageAttributes).map(([name, value]) => [name, eventAttribute(value)])),
      md5OfBody: message.md5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion: LOCAL_REGION,
    })),
  });
}

function eventAttribute(attribute: MessageAttribute): object {
  return {
    ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}
