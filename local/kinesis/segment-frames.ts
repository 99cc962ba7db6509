import type { RecordCipher } from "./record-cipher.ts";

export interface SegmentRecord {
  /** 1 for the first record a shard ever took. */
  counter: number;
  arrivedAt: number;
  partitionKey: string;
  data: Buffer;
}

/** One frame of a segment file: the records in it and its bytes. */
export interface SegmentFrame {
  records: readonly SegmentRecord[];
  payload: Buffer;
}

/** Sealing costs a fixed ten microseconds: records that come together share a frame, but a reader of one must not unseal megabytes. */
const SEALED_RECORDS = 64;
const SEALED_BYTES = 256 * 1024;

/** Without a cipher a record a frame; with one, a frame holds some records, each after its length (uint32). */
export function frames(records: readonly SegmentRecord[], cipher: RecordCipher | undefined): SegmentFrame[] {
  if (cipher === undefined) return records.map((record) => ({ records: [record], payload: encode(record) }));
  const sealed: SegmentFrame[] = [];
  for (let start = 0; start < records.length; ) {
    const group: SegmentRecord[] = [];
    const parts: Buffer[] = [];
    for (let bytes = 0; start < records.length && group.length < SEALED_RECORDS && bytes < SEALED_BYTES; start += 1) {
      const encoded = encode(records[start]!);
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(encoded.length);
      parts.push(length, encoded);
      group.push(records[start]!);
      bytes += encoded.length;
    }
    sealed.push({ records: group, payload: cipher.seal(Buffer.concat(parts)) });
  }
  return sealed;
}

/** @param path names the file in errors */
export function recordsOf(payload: Buffer, cipher: RecordCipher | undefined, path: string): SegmentRecord[] {
  if (cipher === undefined) return [decode(payload)];
  const plain = cipher.unseal(payload, path);
  const records: SegmentRecord[] = [];
  for (let position = 0; position < plain.length; ) {
    const start = position + 4;
    position = start + plain.readUInt32LE(position);
    records.push(decode(plain.subarray(start, position)));
  }
  return records;
}

/** counter (float64), arrival in epoch ms (float64), key length (uint16), key, data. */
function encode(record: SegmentRecord): Buffer {
  const keyBytes = Buffer.byteLength(record.partitionKey);
  const buffer = Buffer.allocUnsafe(18 + keyBytes + record.data.length);
  buffer.writeDoubleLE(record.counter, 0);
  buffer.writeDoubleLE(record.arrivedAt, 8);
  buffer.writeUInt16LE(keyBytes, 16);
  buffer.write(record.partitionKey, 18);
  record.data.copy(buffer, 18 + keyBytes);
  return buffer;
}

function decode(payload: Buffer): SegmentRecord {
  const dataStart = 18 + payload.readUInt16LE(16);
  return {
    counter: payload.readDoubleLE(0),
    arrivedAt: payload.readDoubleLE(8),
    partitionKey: payload.toString("utf8", 18, dataStart),
    data: payload.subarray(dataStart),
  };
}
