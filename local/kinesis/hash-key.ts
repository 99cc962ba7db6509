import { hash } from "node:crypto";
import { ServiceError } from "../service.ts";

const HASH_KEY_SPACE = 2n ** 128n;

export interface HashKeyRange {
  start: bigint;
  /** Inclusive. */
  end: bigint;
}

/** The 128-bit hash keys split evenly over the shards, as a new stream has them. */
export function evenHashKeyRanges(shardCount: number): HashKeyRange[] {
  const width = HASH_KEY_SPACE / BigInt(shardCount);
  return Array.from({ length: shardCount }, (_, index) => ({
    start: width * BigInt(index),
    end: index === shardCount - 1 ? HASH_KEY_SPACE - 1n : width * BigInt(index + 1) - 1n,
  }));
}

/** Finds the shard of a record; hash keys are compared as 32 hexadecimal digits because BigInt is slow per record. */
export class ShardMap {
  readonly #ends: readonly string[];

  constructor(ranges: readonly HashKeyRange[]) {
    this.#ends = ranges.map((range) => hexadecimal(range.end));
  }

  /** @throws ServiceError when `explicitHashKey` is not a decimal number below 2^128. */
  shardIndex(partitionKey: string, explicitHashKey: string | undefined): number {
    if (explicitHashKey !== undefined) return this.#indexOf(hexadecimal(parseHashKey(explicitHashKey)));
    if (this.#ends.length === 1) return 0;
    return this.#indexOf(hash("md5", partitionKey));
  }

  #indexOf(hashKey: string): number {
    return this.#ends.findIndex((end) => hashKey <= end);
  }
}

function parseHashKey(text: string): bigint {
  const valid = /^(0|[1-9]\d{0,38})$/u.test(text) ? BigInt(text) : HASH_KEY_SPACE;
  if (valid >= HASH_KEY_SPACE) {
    throw new ServiceError("InvalidArgumentException", `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text.slice(0, 64)}`);
  }
  return valid;
}

function hexadecimal(key: bigint): string {
  return key.toString(16).padStart(32, "0");
}
