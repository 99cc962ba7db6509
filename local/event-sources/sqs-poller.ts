import type { InvocationOutcome } from "../functions/execution-environment.ts";
import { PAYLOAD_LIMIT_BYTES } from "../functions/execution-environment.ts";
import type { FunctionHost } from "../functions/function-host.ts";
import type { ReceivedMessage } from "../sqs/message.ts";
import type { SqsEngine } from "../sqs/sqs-engine.ts";
import { batchItemFailures } from "./batch-item-failures.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import { sqsEvent, sqsEventRecord } from "./sqs-event.ts";

export interface SqsPollerOptions {
  mapping: EventSourceMapping;
  sqs: SqsEngine;
  host: FunctionHost;
  /** Of the queue: no failed message waits longer than this. */
  visibilityTimeoutSeconds: number;
  log: (line: string) => void;
}

// What stands around the messages of an event.
const EVENT_FRAME_BYTES = 100;

/** A received message and what it is in the event: its size decides on the batch, so it is written only once. */
interface HeldMessage {
  message: ReceivedMessage;
  record: string;
}

/**
 * Delivers a queue to a function by Lambda's rules: deletes what was processed, leaves what failed. In the account a failed
 * message comes back after the queue's visibility time-out, often minutes; here after 1, 2, 4 … seconds, at most that.
 */
export class SqsPoller {
  readonly #options: SqsPollerOptions;
  readonly #limit: number;
  readonly #unsubscribe: () => void;
  readonly #inHand = new Set<ReceivedMessage>();
  #gathered: HeldMessage[] = [];
  #gatheredBytes = EVENT_FRAME_BYTES;
  #window: NodeJS.Timeout | undefined;
  #running = 0;
  #windowPassed = false;
  #stopped = false;

  constructor(options: SqsPollerOptions) {
    this.#options = options;
    const { mapping, sqs, host } = options;
    // Lambda invokes as often as it may; more than the host can run at once would only wait with messages in hand.
    this.#limit = Math.min(mapping.maximumConcurrency ?? host.limit, host.limit);
    this.#unsubscribe = sqs.onAvailable(mapping.sourceName, () => this.#pump());
    this.#pump();
  }

  /** Gives messages in hand back to the queue, so that the next start need not wait for their time-out. */
  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    clearTimeout(this.#window);
    for (const message of this.#inHand) this.#options.sqs.changeVisibility(this.#options.mapping.sourceName, message.receiptHandle, 0);
    this.#inHand.clear();
  }

  #pump(): void {
    const { mapping } = this.#options;
    while (!this.#stopped && this.#running < this.#limit) {
      const received = this.#receive(mapping.batchSize - this.#gathered.length);
      for (const message of received) this.#gather(message);
      if (this.#gathered.length === 0) return;
      if (this.#gathered.length >= mapping.batchSize || mapping.windowMilliseconds === 0 || this.#windowPassed) {
        this.#dispatch();
      } else if (received.length === 0) {
        this.#window ??= setTimeout(() => this.#endWindow(), mapping.windowMilliseconds);
        return;
      }
    }
  }

  /** Messages that a filter lets through; Lambda deletes the others. */
  #receive(most: number): ReceivedMessage[] {
    const { mapping, sqs } = this.#options;
    const { sourceName, wants } = mapping;
    if (wants === undefined) return sqs.receive(sourceName, most);
    for (;;) {
      const received = sqs.receive(sourceName, most);
      const unwanted = received.filter(({ body }) => !wants(body));
      if (unwanted.length > 0) sqs.delete(sourceName, unwanted.map(({ receiptHandle }) => receiptHandle));
      if (unwanted.length < received.length || received.length === 0) return received.filter((message) => !unwanted.includes(message));
    }
  }

  #gather(message: ReceivedMessage): void {
    const record = sqsEventRecord(message, this.#options.mapping.sourceArn);
    // And the comma before the next one.
    const bytes = Buffer.byteLength(record) + 1;
    if (this.#gathered.length > 0 && this.#gatheredBytes + bytes > PAYLOAD_LIMIT_BYTES) this.#dispatch();
    this.#inHand.add(message);
    this.#gathered.push({ message, record });
    this.#gatheredBytes += bytes;
  }

  #endWindow(): void {
    this.#window = undefined;
    this.#windowPassed = true;
    this.#pump();
  }

  #dispatch(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    this.#windowPassed = false;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = EVENT_FRAME_BYTES;
    this.#running += 1;
    void this.#deliver(batch);
  }

  async #deliver(held: readonly HeldMessage[]): Promise<void> {
    const batch = held.map(({ message }) => message);
    const { mapping, sqs, host, log } = this.#options;
    try {
      const outcome = await host.invoke(sqsEvent(held.map(({ record }) => record)));
      if (this.#stopped) return;
      const failed = this.#failedMessages(outcome, batch);
      const processed = batch.filter((message) => !failed.has(message.messageId));
      if (processed.length > 0) sqs.delete(mapping.sourceName, processed.map((message) => message.receiptHandle));
      for (const message of batch) {
        this.#inHand.delete(message);
        if (failed.has(message.messageId)) sqs.changeVisibility(mapping.sourceName, message.receiptHandle, this.#pauseSeconds(message));
      }
    } catch (error) {
      if (!this.#stopped) log(`${mapping.functionName}: a batch from ${mapping.sourceName} could not be delivered: ${String(error)}`);
    } finally {
      this.#running -= 1;
      setImmediate(() => this.#pump());
    }
  }

  #failedMessages(outcome: InvocationOutcome, batch: readonly ReceivedMessage[]): ReadonlySet<string> {
    const identifiers = new Set(batch.map((message) => message.messageId));
    if (!outcome.ok) return identifiers;
    if (!this.#options.mapping.reportsItemFailures) return new Set();
    const failures = batchItemFailures(outcome.payload, identifiers);
    return failures === "all" ? identifiers : failures;
  }

  #pauseSeconds(message: ReceivedMessage): number {
    const received = Number(message.attributes.ApproximateReceiveCount);
    return Math.min(this.#options.visibilityTimeoutSeconds, 2 ** Math.min(received - 1, 10));
  }
}
