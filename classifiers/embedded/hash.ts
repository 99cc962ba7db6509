// FNV-1a over UTF-16 code units (Fowler, Noll, Vo), with the finisher of MurmurHash3 (Appleby) to spread it over the buckets.
// 32-bit integer arithmetic: the same on every machine.
const FNV_PRIME = 0x01000193;

export const HASH_START = 0x811c9dc5 | 0;

export function hashCode(hash: number, code: number): number {
  return Math.imul(hash ^ code, FNV_PRIME);
}

export function hashText(text: string, start: number = HASH_START): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = hashCode(hash, text.charCodeAt(index));
  return hash;
}

/** Two hashes into one; the order counts. */
export function hashPair(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) + second) | 0;
}

/** The bucket of a hash among 2^bits. */
export function bucketOf(hash: number, bits: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) >>> (32 - bits);
}
