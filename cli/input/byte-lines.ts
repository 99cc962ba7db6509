export interface ByteLine {
  /** From 1. */
  number: number;
  /** Without its line break; cut at the limit when `tooLong`. */
  bytes: Buffer;
  tooLong: boolean;
}

// Nothing above 1 MiB fits into a Kinesis record; the margin leaves room for JSON that shrinks when it is mapped.
export const LONGEST_LINE_BYTES = 8 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a byte stream into lines without decoding it: what is not UTF-8 must stay visible, and in raw mode must be sent
 * as it is. A line above the limit is reported, not buffered: a file without line breaks must not fill the memory.
 */
export async function* byteLines(source: AsyncIterable<Buffer>, limit = LONGEST_LINE_BYTES): AsyncGenerator<ByteLine> {
  let number = 1;
  let parts: Buffer[] = [];
  let size = 0;
  let tooLong = false;
  const keep = (part: Buffer): void => {
    const room = limit - size;
    if (part.length > room) tooLong = true;
    const kept = part.subarray(0, Math.max(0, room));
    if (kept.length > 0) parts.push(kept);
    size += kept.length;
  };
  const finish = (): ByteLine => {
    let line = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    if (line.at(-1) === CARRIAGE_RETURN) line = line.subarray(0, -1);
    const done = { number, bytes: line, tooLong };
    number += 1;
    [parts, size, tooLong] = [[], 0, false];
    return done;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      keep(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  if (size > 0 || tooLong) yield finish();
}
