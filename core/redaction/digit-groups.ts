import { DIGIT, type FoldedText, SEPARATOR } from "./folded-text.ts";

/** Groups of digits in the order of the text: `codes.slice(starts[n], ends[n])`. */
export interface DigitGroups {
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  /** 1 when group n may belong to the same number as the one before it: one to three separators between them. */
  follows: Uint8Array;
}

const MOST_SEPARATORS = 3;

export function digitGroups({ kinds, length }: FoldedText): DigitGroups {
  // Counted first: arrays for the most there could be take four times the text's memory.
  let most = 0;
  for (let position = 0; position < length; position += 1) if ((kinds[position]! & DIGIT) !== 0 && (position === 0 || (kinds[position - 1]! & DIGIT) === 0)) most += 1;
  const starts = new Uint32Array(most);
  const ends = new Uint32Array(most);
  const follows = new Uint8Array(most);
  let count = 0;
  for (let position = 0; position < length; position += 1) {
    if ((kinds[position]! & DIGIT) === 0) continue;
    if (count > 0 && onlySeparators(kinds, ends[count - 1]!, position)) follows[count] = 1;
    starts[count] = position;
    while (position < length && (kinds[position]! & DIGIT) !== 0) position += 1;
    ends[count] = position;
    count += 1;
  }
  return { count, starts, ends, follows };
}

function onlySeparators(kinds: Uint8Array, from: number, to: number): boolean {
  if (to - from > MOST_SEPARATORS) return false;
  for (let position = from; position < to; position += 1) if ((kinds[position]! & SEPARATOR) === 0) return false;
  return true;
}

// Longer than any group of a number that is looked for.
const BASE = 20;

/** The lengths of groups as one number: a look-up of `3-3-4` makes no string. */
export function withGroup(shape: number, digits: number): number {
  return shape * BASE + digits;
}

/** `"3-3-4"` → its number. */
export function shapeOf(lengths: string): number {
  return lengths.split("-").reduce((shape, digits) => withGroup(shape, Number(digits)), 0);
}
