import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { MessageAttribute, ReceivedMessage } from "../sqs/message.ts";

/** One message as it stands in the event a function gets, as JSON. */
export function sqsEventRecord(message: ReceivedMessage, queueArn: string): string {
  return JSON.stringify({
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(Object.entries(message.messageAttributes).map(([name, value]) => [name, eventAttribute(value)])),
    md5OfBody: message.md5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: LOCAL_REGION,
  });
}

/** The event for a batch, as JSON, of what `sqsEventRecord` made. */
export function sqsEvent(records: readonly string[]): string {
  return `{"Records":[${records.join(",")}]}`;
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
