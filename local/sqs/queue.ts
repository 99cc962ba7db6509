import { randomUUID } from "node:crypto";
import { ServiceError } from "../service.ts";
import { md5OfBody } from "./message-digest.ts";
import type { QueuedMessage, ReceivedMessage, SendEntry, StoredMessage } from "./message.ts";
import { QueueLog } from "./queue-log.ts";
import { VisibilityTimers } from "./visibility-timers.ts";

export interface QueueOptions {
  name: string;
  /** 0 to 43,200. */
  visibilityTimeoutSeconds: number;
  /** 60 to 1,209,600. */
  retentionSeconds: number;
  redrive?: { deadLetterQueueArn: string; maxReceiveCount: number };
  kmsKeyArn?: string;
  /** 0 to 900; what a message waits when its sender says nothing. */
  delaySeconds?: number;
}

export interface QueueStats {
  visible: number;
  inFlight: number;
  delayed: number;
  /** Messages ever sent here, dead letters that arrived included. */
  sent: number;
  /** Messages ever deleted, those moved to the dead-letter queue included. */
  deleted: number;
  /** Messages lost to the retention period, as in the service. */
  expired: number;
}

// Contents beyond this are read back from the log when they are received.
const CONTENT_IN_MEMORY_BYTES = 16 * 1024 * 1024;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A standard queue: at least once, roughly in order, every state change durable before it is acknowledged. */
export class Queue {
  options: QueueOptions;
  readonly arn: string;
  readonly createdAt: number;
  readonly #log: QueueLog;
  readonly #living = new Map<number, QueuedMessage>();
  readonly #timers = new VisibilityTimers();
  readonly #listeners = new Set<() => void>();
  readonly #counts = { ready: 0, delayed: 0, in_flight: 0, gone: 0 };
  #ready: QueuedMessage[] = [];
  #readyStart = 0;
  #contentBytes = 0;
  #wakeTimer: { handle: NodeJS.Timeout; at: number } | undefined;
  #notifying = false;

  constructor(options: QueueOptions, arn: string, logPath: string, createdAt: number) {
    this.options = options;
    this.arn = arn;
    this.createdAt = createdAt;
    this.#log = new QueueLog(logPath, this.#living);
    const now = Date.now();
    for (const message of this.#living.values()) this.#place(message, message.visibleAt <= now ? "ready" : "delayed");
    this.#scheduleWake();
  }

  /** One message id an entry, in the order given; durable on return. */
  send(entries: readonly SendEntry[], senderId: string): string[] {
    const now = Date.now();
    const messages = entries.map((entry): StoredMessage => {
      const delayMs = (entry.delaySeconds ?? this.options.delaySeconds ?? 0) * 1000;
      const traceHeader = entry.systemAttributes?.["AWSTraceHeader"]?.StringValue;
      return {
        id: randomUUID(),
        body: entry.body,
        sentAt: now,
        visibleAt: now + delayMs,
        senderId,
        ...(entry.attributes === undefined ? {} : { attributes: entry.attributes }),
        ...(traceHeader === undefined ? {} : { traceHeader }),
      };
    });
    this.store(messages);
    return messages.map(({ id }) => id);
  }

  /** Takes messages as they are, e.g. dead letters with the id and time of their first sending. */
  store(messages: readonly StoredMessage[]): void {
    if (messages.length === 0) return;
    const now = Date.now();
    for (const message of this.#log.send(messages)) {
      this.#living.set(message.number, message);
      if (this.#contentBytes > CONTENT_IN_MEMORY_BYTES) message.stored = undefined;
      this.#contentBytes += message.stored?.body.length ?? 0;
      this.#place(message, message.visibleAt <= now ? "ready" : "delayed");
    }
    this.#scheduleWake();
    this.#notify();
  }

  /**
   * At most `max` messages, hidden for `visibilitySeconds`. Messages that were received too often go to `deadLetters`
   * instead: they are passed on before they are deleted here, so a crash between repeats one and loses none.
   */
  receive(max: number, visibilitySeconds: number, deadLetters: ((messages: StoredMessage[]) => void) | undefined): ReceivedMessage[] {
    const now = Date.now();
    this.#showDue(now);
    const taken: QueuedMessage[] = [];
    const dead: QueuedMessage[] = [];
    const limit = deadLetters === undefined ? Number.POSITIVE_INFINITY : (this.options.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY);
    while (taken.length < max) {
      const message = this.#nextReady();
      if (message === undefined) break;
      (message.receiveCount >= limit ? dead : taken).push(message);
    }
    let contents: StoredMessage[] = [];
    try {
      if (dead.length > 0) {
        deadLetters?.(dead.map((message) => ({ ...this.#content(message), visibleAt: 0, deadLetterSource: this.arn })));
        this.#remove(dead.splice(0), "deleted");
      }
      if (taken.length === 0) return [];
      contents = taken.map((message) => this.#content(message));
      this.#log.receive(taken, now);
    } catch (error) {
      for (const message of [...dead, ...taken]) this.#place(message, "ready");
      throw error;
    }
    for (const message of taken) {
      message.receiveCount += 1;
      message.firstReceivedAt ||= now;
      message.visibleAt = now + visibilitySeconds * 1000;
      this.#place(message, visibilitySeconds === 0 ? "ready" : "in_flight");
    }
    this.#scheduleWake();
    return taken.map((message, index) => received(message, contents[index] as StoredMessage, this.arn));
  }

  /** A handle that is not the newest of its message changes nothing, as in the service. */
  delete(receiptHandles: readonly string[]): void {
    const messages = receiptHandles.map((handle) => this.#find(handle)).filter((message) => message !== undefined);
    if (messages.length > 0) this.#remove([...new Set(messages)], "deleted");
  }

  /** @throws ServiceError `MessageNotInflight` when the message is not being worked on under this handle. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.#find(receiptHandle);
    if (message?.state !== "in_flight" || message.visibleAt <= Date.now()) {
      throw new ServiceError("MessageNotInflight", "The message referred to is not in flight: its visibility time-out has passed, or it was deleted.");
    }
    message.visibleAt = Date.now() + seconds * 1000;
    this.#place(message, seconds === 0 ? "ready" : "in_flight");
    this.#scheduleWake();
    if (seconds === 0) this.#notify();
  }

  purge(): void {
    if (this.#living.size > 0) this.#remove([...this.#living.values()], "deleted");
  }

  /** Takes visible messages for another queue: `pass` must have stored them durably when it returns. */
  moveVisible(max: number, pass: (messages: StoredMessage[]) => void): number {
    this.#showDue(Date.now());
    const moved: QueuedMessage[] = [];
    while (moved.length < max) {
      const message = this.#nextReady();
      if (message === undefined) break;
      moved.push(message);
    }
    try {
      pass(moved.map((message) => this.#content(message)));
    } catch (error) {
      for (const message of moved) this.#place(message, "ready");
      throw error;
    }
    if (moved.length > 0) this.#remove(moved, "deleted");
    return moved.length;
  }

  /** Calls the listener soon after messages became visible. Returns how to stop it. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  stats(): QueueStats {
    this.#showDue(Date.now());
    return { visible: this.#counts.ready, inFlight: this.#counts.in_flight, delayed: this.#counts.delayed, ...this.#log.totals };
  }

  close(): void {
    clearTimeout(this.#wakeTimer?.handle);
    this.#listeners.clear();
    this.#log.close();
  }

  #place(message: QueuedMessage, state: QueuedMessage["state"]): void {
    this.#counts[message.state] -= 1;
    message.state = state;
    this.#counts[state] += 1;
    if (state === "ready") this.#ready.push(message);
    if (state === "delayed" || state === "in_flight") this.#timers.add(message);
  }

  /** Takes the next visible message off the line; its caller must place or remove it. */
  #nextReady(): QueuedMessage | undefined {
    const expiredBefore = Date.now() - this.options.retentionSeconds * 1000;
    while (this.#readyStart < this.#ready.length) {
      const message = this.#ready[this.#readyStart] as QueuedMessage;
      this.#readyStart += 1;
      if (this.#readyStart > 1024 && this.#readyStart * 2 > this.#ready.length) {
        this.#ready = this.#ready.slice(this.#readyStart);
        this.#readyStart = 0;
      }
      if (message.state !== "ready") continue;
      if (message.sentAt >= expiredBefore) return message;
      this.#remove([message], "expired");
    }
    return undefined;
  }

  #content(message: QueuedMessage): StoredMessage {
    return message.stored ?? this.#log.load(message);
  }

  #remove(messages: readonly QueuedMessage[], why: "deleted" | "expired"): void {
    this.#log.delete(messages, why);
    for (const message of messages) {
      this.#living.delete(message.number);
      this.#contentBytes -= message.stored?.body.length ?? 0;
      this.#place(message, "gone");
    }
    this.#log.compactIfMostlyDead(this.#living);
  }

  #find(receiptHandle: string): QueuedMessage | undefined {
    const [arn, number, receiveCount] = Buffer.from(receiptHandle, "base64").toString().split("#");
    if (arn !== this.arn || number === undefined || receiveCount === undefined) {
      throw new ServiceError("ReceiptHandleIsInvalid", `The input receipt handle "${receiptHandle.slice(0, 64)}" is not a valid receipt handle of ${this.options.name}.`);
    }
    const message = this.#living.get(Number(number));
    return message?.receiveCount === Number(receiveCount) ? message : undefined;
  }

  #showDue(now: number): void {
    for (let message = this.#timers.takeDue(now); message !== undefined; message = this.#timers.takeDue(now)) this.#place(message, "ready");
  }

  #scheduleWake(): void {
    const at = this.#timers.nextAt();
    if (at === undefined || (this.#wakeTimer !== undefined && this.#wakeTimer.at <= at)) return;
    clearTimeout(this.#wakeTimer?.handle);
    const handle = setTimeout(() => {
      this.#wakeTimer = undefined;
      this.#showDue(Date.now());
      if (this.#counts.ready > 0) this.#notify();
      this.#scheduleWake();
    }, Math.min(Math.max(at - Date.now(), 1), MAX_TIMER_MS));
    handle.unref();
    this.#wakeTimer = { handle, at };
  }

  #notify(): void {
    if (this.#notifying || this.#listeners.size === 0) return;
    this.#notifying = true;
    setImmediate(() => {
      this.#notifying = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

function received(message: QueuedMessage, stored: StoredMessage, queueArn: string): ReceivedMessage {
  return {
    messageId: stored.id,
    receiptHandle: Buffer.from(`${queueArn}#${message.number}#${message.receiveCount}`).toString("base64"),
    body: stored.body,
    md5OfBody: md5OfBody(stored.body),
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(stored.sentAt),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      SenderId: stored.senderId,
      ...(stored.traceHeader === undefined ? {} : { AWSTraceHeader: stored.traceHeader }),
      ...(stored.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: stored.deadLetterSource }),
    },
    messageAttributes: stored.attributes ?? {},
  };
}
