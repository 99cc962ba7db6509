import { ServiceError } from "../service.ts";

const COUNTER_DIGITS = 37;

/**
 * Sequence numbers of one shard: 56 digits like the service's, always the same length, so that comparing them as text
 * and as numbers agrees. The stream's creation time and the shard's number come first: a number from another shard, or
 * from a stream of the same name that was deleted since, is refused rather than read from the wrong place.
 */
export class SequenceNumbers {
  readonly #prefix: string;

  constructor(streamCreatedAt: number, shardIndex: number) {
    this.#prefix = `49${String(streamCreatedAt).padStart(13, "0")}${String(shardIndex).padStart(4, "0")}`;
  }

  format(counter: number): string {
    return this.#prefix + String(counter).padStart(COUNTER_DIGITS, "0");
  }

  /** @throws ServiceError when the text is not a sequence number of this shard. */
  parse(sequenceNumber: string): number {
    const counter = sequenceNumber.slice(this.#prefix.length);
    if (!sequenceNumber.startsWith(this.#prefix) || !/^\d{37}$/u.test(counter) || !Number.isSafeInteger(Number(counter))) {
      throw new ServiceError("InvalidArgumentException", `StartingSequenceNumber ${sequenceNumber.slice(0, 64)} is not of this shard: was the stream deleted and made again since?`);
    }
    return Number(counter);
  }
}
