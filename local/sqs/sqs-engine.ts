import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../service.ts";
import type { ReceivedMessage, SendEntry } from "./message.ts";
import { Queue, type QueueOptions, type QueueStats } from "./queue.ts";

const MOVE_BATCH = 100;

export interface QueueDescription extends QueueOptions {
  arn: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

/**
 * Queues on disk. What `send` and `delete` returned for survives a killed process; messages in flight are visible
 * again after a restart, as if their visibility time-out had passed.
 */
export class SqsEngine {
  readonly accountId: string;
  readonly #folder: string;
  readonly #arnPrefix: string;
  readonly #queues = new Map<string, Queue>();

  constructor(options: { folder: string; region: string; accountId: string }) {
    this.#folder = options.folder;
    this.accountId = options.accountId;
    this.#arnPrefix = `arn:aws:sqs:${options.region}:${options.accountId}:`;
  }

  /** Idempotent: existing messages are kept, the other options replaced. */
  createQueue(options: QueueOptions): void {
    const existing = this.#queues.get(options.name);
    if (existing !== undefined) {
      existing.options = options;
      return;
    }
    const folder = join(this.#folder, encodeURIComponent(options.name));
    mkdirSync(folder, { recursive: true });
    const queue = new Queue(options, this.queueArn(options.name), join(folder, "messages.log"), readCreatedAt(folder));
    this.#queues.set(options.name, queue);
  }

  queueNames(): string[] {
    return [...this.#queues.keys()].sort();
  }

  queueArn(name: string): string {
    return this.#arnPrefix + name;
  }

  /** @throws ServiceError `QueueDoesNotExist` when the ARN is of no queue here. */
  queueNameOf(arn: string): string {
    const name = arn.startsWith(this.#arnPrefix) ? arn.slice(this.#arnPrefix.length) : arn;
    this.#queue(name);
    return name;
  }

  /** @throws ServiceError `QueueDoesNotExist` */
  describe(name: string): QueueDescription {
    const { options, arn, createdAt } = this.#queue(name);
    return { ...options, arn, createdAt };
  }

  /** The queues whose dead letters go to this one. */
  sourcesOf(deadLetterQueue: string): string[] {
    const arn = this.queueArn(deadLetterQueue);
    return this.queueNames().filter((name) => this.#queue(name).options.redrive?.deadLetterQueueArn === arn);
  }

  /** One message id an entry, in the order given; durable on return. `senderId` as in the message's `SenderId`. */
  send(name: string, entries: readonly SendEntry[], senderId: string = this.accountId): { messageId: string }[] {
    return this.#queue(name)
      .send(entries, senderId)
      .map((messageId) => ({ messageId }));
  }

  /** At most `max` messages, hidden from other receivers for `visibilitySeconds` (default: the queue's). */
  receive(name: string, max: number, visibilitySeconds?: number): ReceivedMessage[] {
    const queue = this.#queue(name);
    const { redrive, visibilityTimeoutSeconds } = queue.options;
    const deadLetters = redrive === undefined ? undefined : this.#queue(this.queueNameOf(redrive.deadLetterQueueArn));
    const pass = deadLetters === undefined ? undefined : deadLetters.store.bind(deadLetters);
    return queue.receive(max, visibilitySeconds ?? visibilityTimeoutSeconds, pass);
  }

  /** @throws ServiceError `ReceiptHandleIsInvalid` for a handle that is not of this queue. */
  delete(name: string, receiptHandles: readonly string[]): void {
    this.#queue(name).delete(receiptHandles);
  }

  changeVisibility(name: string, receiptHandle: string, seconds: number): void {
    this.#queue(name).changeVisibility(receiptHandle, seconds);
  }

  purge(name: string): void {
    this.#queue(name).purge();
  }

  /**
   * Moves visible dead letters to `destination`, or each back to the queue it came from, as fresh messages.
   * @returns how many were moved
   * @throws ServiceError when a message does not say where it came from and there is no `destination`.
   */
  moveMessages(deadLetterQueue: string, destination: string | undefined): number {
    const source = this.#queue(deadLetterQueue);
    // Only what waits now: a message that dies again meanwhile must not go round in circles.
    let remaining = source.stats().visible;
    let moved = 0;
    while (remaining > 0) {
      const count = source.moveVisible(Math.min(MOVE_BATCH, remaining), (messages) => {
        const targets = messages.map((message) => {
          if (destination !== undefined) return destination;
          if (message.deadLetterSource !== undefined) return this.queueNameOf(message.deadLetterSource);
          throw new ServiceError("CouldNotDetermineMessageSource", `Message ${message.id} was sent to ${deadLetterQueue} directly: name a destination.`);
        });
        for (const target of new Set(targets)) {
          const entries = messages.filter((_, index) => targets[index] === target).map((message): SendEntry => ({
            body: message.body,
            delaySeconds: 0,
            ...(message.attributes === undefined ? {} : { attributes: message.attributes }),
            ...(message.traceHeader === undefined ? {} : { systemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: message.traceHeader } } }),
          }));
          this.send(target, entries);
        }
      });
      if (count === 0) break;
      moved += count;
      remaining -= count;
    }
    return moved;
  }

  /** Calls the listener soon after messages became visible. Returns how to stop it. */
  onAvailable(name: string, listener: () => void): () => void {
    return this.#queue(name).onAvailable(listener);
  }

  stats(name: string): QueueStats {
    return this.#queue(name).stats();
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }

  #queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) {
      throw new ServiceError("QueueDoesNotExist", `The specified queue does not exist: ${name}. There are: ${this.queueNames().join(", ") || "none"}.`);
    }
    return queue;
  }
}

function readCreatedAt(folder: string): number {
  const path = join(folder, "queue.json");
  if (existsSync(path)) return (JSON.parse(readFileSync(path, "utf8")) as { createdAt: number }).createdAt;
  const createdAt = Date.now();
  writeFileSync(`${path}.new`, JSON.stringify({ createdAt }));
  renameSync(`${path}.new`, path);
  return createdAt;
}
