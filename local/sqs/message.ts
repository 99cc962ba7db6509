export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

/** What a sender gives. */
export interface SendEntry {
  body: string;
  /** 0 to 900. */
  delaySeconds?: number;
  attributes?: MessageAttributes;
  /** `AWSTraceHeader` is the only one the service knows. */
  systemAttributes?: MessageAttributes;
}

/** What a receiver gets. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  attributes: {
    ApproximateReceiveCount: string;
    /** Epoch milliseconds. */
    SentTimestamp: string;
    ApproximateFirstReceiveTimestamp: string;
    SenderId: string;
    AWSTraceHeader?: string;
    DeadLetterQueueSourceArn?: string;
  };
  messageAttributes: MessageAttributes;
}

/** A message as the log keeps it. */
export interface StoredMessage {
  id: string;
  body: string;
  /** Epoch milliseconds. */
  sentAt: number;
  /** Epoch milliseconds. */
  visibleAt: number;
  senderId: string;
  attributes?: MessageAttributes;
  traceHeader?: string;
  /** On a dead letter: the ARN of the queue it could not be processed in. */
  deadLetterSource?: string;
}

/**
 * One message of a queue. The queue keeps only this in memory for each; `stored` is dropped when many bytes wait and
 * read again from the log.
 */
export interface QueuedMessage {
  /** 1 for the first message a queue ever took. */
  number: number;
  offset: number;
  stored: StoredMessage | undefined;
  storedBytes: number;
  sentAt: number;
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  state: "ready" | "delayed" | "in_flight" | "gone";
}
