import { renameSync, rmSync } from "node:fs";
import { AppendLog } from "../storage/append-log.ts";
import type { QueuedMessage, StoredMessage } from "./message.ts";

/** Totals since the queue was made; a compacted log starts with them. */
export interface QueueTotals {
  sent: number;
  deleted: number;
  expired: number;
}

type LogEntry =
  | { totals: QueueTotals }
  | { send: StoredMessage; number: number; received?: number; firstReceivedAt?: number }
  | { receive: number[]; at: number }
  | { delete: number[]; expired?: true };

const COMPACT_ABOVE_BYTES = 32 * 1024 * 1024;

/** What happened in a queue, one frame an event, replayed at the start. Compacted when most of it is about deleted messages. */
export class QueueLog {
  readonly #path: string;
  #log: AppendLog;
  #livingBytes = 0;
  readonly totals: QueueTotals = { sent: 0, deleted: 0, expired: 0 };

  /** `replayed` gets the messages that were not deleted, in the order sent, all visible again but for delays. */
  constructor(path: string, replayed: Map<number, QueuedMessage>) {
    this.#path = path;
    rmSync(`${path}.compacting`, { force: true });
    this.#log = AppendLog.open(path, ({ payload, offset }) => this.#replay(JSON.parse(payload.toString()) as LogEntry, offset, payload.length, replayed));
  }

  /** Returns the queued messages, durable. */
  send(messages: readonly StoredMessage[]): QueuedMessage[] {
    const first = this.totals.sent + 1;
    const payloads = messages.map((send, index) => encode({ send, number: first + index }));
    const offsets = this.#log.append(payloads);
    this.totals.sent += messages.length;
    for (const payload of payloads) this.#livingBytes += payload.length;
    return messages.map((stored, index) => queued(stored, first + index, offsets[index] as number, payloads[index]?.length ?? 0));
  }

  receive(messages: readonly QueuedMessage[], at: number): void {
    this.#log.append([encode({ receive: messages.map(({ number }) => number), at })]);
  }

  delete(messages: readonly QueuedMessage[], why: "deleted" | "expired" = "deleted"): void {
    const numbers = messages.map(({ number }) => number);
    this.#log.append([encode(why === "expired" ? { delete: numbers, expired: true } : { delete: numbers })]);
    this.totals[why] += messages.length;
    for (const { storedBytes } of messages) this.#livingBytes -= storedBytes;
  }

  /** The message's content from the file. */
  load(message: QueuedMessage): StoredMessage {
    const frame = this.#log.read(message.offset, message.storedBytes)[0];
    const entry = frame === undefined ? undefined : (JSON.parse(frame.payload.toString()) as LogEntry);
    if (entry === undefined || !("send" in entry) || entry.number !== message.number) {
      throw new Error(`${this.#path} does not hold message ${message.number} at byte ${message.offset}: move the data folder aside to start afresh.`);
    }
    return entry.send;
  }

  /** Rewrites the log with the living messages alone when they are the smaller part of it. */
  compactIfMostlyDead(living: ReadonlyMap<number, QueuedMessage>): void {
    if (this.#log.size < COMPACT_ABOVE_BYTES || this.#livingBytes > this.#log.size / 4) return;
    const compacted = AppendLog.open(`${this.#path}.compacting`);
    compacted.append([encode({ totals: this.totals })]);
    const moved = [...living.values()].map((message) => {
      const send = message.stored ?? this.load(message);
      const payload = encode({ send, number: message.number, received: message.receiveCount, firstReceivedAt: message.firstReceivedAt });
      return { message, storedBytes: payload.length, offset: compacted.append([payload])[0] as number };
    });
    renameSync(compacted.path, this.#path);
    this.#log.close();
    this.#log = compacted;
    for (const { message, storedBytes, offset } of moved) Object.assign(message, { storedBytes, offset });
    this.#livingBytes = this.#log.size;
  }

  close(): void {
    this.#log.close();
  }

  #replay(entry: LogEntry, offset: number, bytes: number, replayed: Map<number, QueuedMessage>): void {
    if ("totals" in entry) {
      Object.assign(this.totals, entry.totals);
    } else if ("send" in entry) {
      const message = queued(entry.send, entry.number, offset, bytes);
      message.receiveCount = entry.received ?? 0;
      message.firstReceivedAt = entry.firstReceivedAt ?? 0;
      // Read back when it is asked for: a long backlog must not fill memory at the start.
      message.stored = undefined;
      replayed.set(entry.number, message);
      this.#livingBytes += bytes;
      this.totals.sent = Math.max(this.totals.sent, entry.number);
    } else if ("receive" in entry) {
      for (const number of entry.receive) {
        const message = replayed.get(number);
        if (message === undefined) continue;
        message.receiveCount += 1;
        message.firstReceivedAt ||= entry.at;
        message.visibleAt = 0;
      }
    } else {
      for (const number of entry.delete) {
        const message = replayed.get(number);
        if (message === undefined) continue;
        replayed.delete(number);
        this.#livingBytes -= message.storedBytes;
        this.totals[entry.expired === true ? "expired" : "deleted"] += 1;
      }
    }
  }
}

function queued(stored: StoredMessage, number: number, offset: number, storedBytes: number): QueuedMessage {
  return { number, offset, stored, storedBytes, sentAt: stored.sentAt, visibleAt: stored.visibleAt, receiveCount: 0, firstReceivedAt: 0, state: "gone" };
}

function encode(entry: LogEntry): Buffer {
  return Buffer.from(JSON.stringify(entry));
}
