import { LIVE_SESSION_VERSION, type LiveSession } from "./live-session.ts";

/**
 * A session as bytes: the length of a JSON text in 4 bytes (little-endian), the JSON, and behind it the samples, each array at a multiple of
 * 4 bytes. In the JSON an array of samples is `{"$floats" | "$integers": [offset, length]}`. Base64 would make the object a third larger, and
 * it is written with every batch.
 */
const LENGTH_BYTES = 4;

export function packSession(session: LiveSession): Buffer {
  const arrays: Uint8Array[] = [];
  let offset = 0;
  const json = JSON.stringify(session, (_, value: unknown) => {
    if (!(value instanceof Float32Array) && !(value instanceof Int16Array)) return value;
    const place = [offset, value.length];
    const padding = -value.byteLength & 3;
    arrays.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), new Uint8Array(padding));
    offset += value.byteLength + padding;
    return value instanceof Float32Array ? { $floats: place } : { $integers: place };
  });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(Buffer.byteLength(json));
  return Buffer.concat([length, Buffer.from(json), ...arrays]);
}

/** @throws Error when the bytes are not a session of this version. */
export function unpackSession(bytes: Uint8Array): LiveSession {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const arraysAt = LENGTH_BYTES + view.getUint32(0, true);
  const json = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, arraysAt));
  // Copied out: the arrays need an alignment that the bytes of an answer do not have. (A Buffer's own `slice` would not copy.)
  const part = ([offset, length]: [number, number], size: number): ArrayBuffer => new Uint8Array(bytes.subarray(arraysAt + offset, arraysAt + offset + length * size)).buffer;
  const session = JSON.parse(json, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    // A producer's attribute may have such a name; its value is a string.
    if ("$floats" in value && Array.isArray(value.$floats)) return new Float32Array(part(value.$floats as [number, number], 4));
    return "$integers" in value && Array.isArray(value.$integers) ? new Int16Array(part(value.$integers as [number, number], 2)) : value;
  }) as LiveSession;
  const version: string = session.schema;
  if (version !== LIVE_SESSION_VERSION) throw new Error(`The state of a live conversation is ${JSON.stringify(version)}; this release reads "${LIVE_SESSION_VERSION}". Let conversations end before changing the release.`);
  return session;
}
