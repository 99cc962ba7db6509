import { liveChunkKey } from "../../core/recordings/storage-keys.ts";
import { getObject, putObject } from "../shared/s3-objects.ts";

const BYTES_PER_SAMPLE = 2;

/** @param samples interleaved, at the source's rate. */
export async function putChunk(bucket: string, conversationId: string, sequence: number, samples: Int16Array, signal: AbortSignal): Promise<void> {
  // Lambda and everything this runs on is little-endian, as the object is.
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  await putObject(bucket, liveChunkKey(conversationId, sequence), bytes, { contentType: "application/octet-stream" }, signal);
}

/** @throws Error when the object is gone: conversations must end before the bucket forgets their chunks. */
export async function getChunk(bucket: string, conversationId: string, sequence: number, signal: AbortSignal): Promise<Int16Array> {
  const key = liveChunkKey(conversationId, sequence);
  const stored = await getObject(bucket, key, signal);
  if (stored === undefined) throw new Error(`the chunk s3://${bucket}/${key} is gone; the audio bucket must keep objects for longer than a conversation lasts`);
  // Copied: an answer's bytes may start at an odd address.
  return new Int16Array(new Uint8Array(stored.bytes).buffer, 0, stored.bytes.byteLength / BYTES_PER_SAMPLE);
}
