import { DIGIT, type FoldedText, SEPARATOR } from "./folded-text.ts";

/** Groups of digits in the order of the text: `codes.slice(starts[n], ends[n])`. */
export interface DigitGroups {
  starts: readonly number[];
  ends: readonly number[];
  /** Whether group n may belong to the same number as the one before it: one to three separators between them. */
  follows: readonly boolean[];
}

const MOST_SEPARATORS = 3;

export function digitGroups({ kinds, length }: FoldedText): DigitGroups {
  const starts: number[] = [];
  const ends: number[] = [];
  const follows: boolean[] = [];
  for (let position = 0; position < length; position += 1) {
    if ((kinds[position]! & DIGIT) === 0) continue;
    follows.push(ends.length > 0 && onlySeparators(kinds, ends.at(-1)!, position));
    starts.push(position);
    while (position < length && (kinds[position]! & DIGIT) !== 0) position += 1;
    ends.push(position);
  }
  return { starts, ends, follows };
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
