import type { Readable } from "node:stream";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import { readObjectMetadata } from "../../core/recordings/object-metadata.ts";
import { identityOfNotice, identityOfObject, type RecordingIdentity } from "../../core/recordings/recording-identity.ts";
import type { RecordingMessage } from "../../core/recordings/recording-message.ts";
import { openObject } from "../shared/s3-objects.ts";

/** A recording, who it is of, and its bytes where they can be had. */
export interface FoundRecording {
  identity: RecordingIdentity;
  arrivedAt: string;
  bucket: string;
  key: string;
  /** `s3://bucket/key` */
  address: string;
  /** The object's ETag: the same bytes heard again have it, too. */
  version?: string | undefined;
  body: { ok: true; stream: Readable; bytes: number | undefined } | { ok: false; refusal: AudioRefusedError };
}

/** @throws what S3 throws for anything but a missing object. */
export async function findRecording(message: RecordingMessage, allowedBuckets: ReadonlySet<string>, signal: AbortSignal): Promise<FoundRecording> {
  const { bucket, key } = message.kind === "notice" ? message.notice.audio : { bucket: message.event.detail.bucket.name, key: message.event.detail.object.key };
  const arrivedAt = message.kind === "notice" ? message.notice.arrivedAt : message.event.time;
  const common = { arrivedAt, bucket, key, address: `s3://${bucket}/${key}` };
  const fromKey = message.kind === "notice" ? identityOfNotice(message.notice) : identityOfObject(key, arrivedAt, {});
  const refuse = (code: "audio_not_allowed" | "audio_missing", detail: string): FoundRecording => ({ ...common, identity: fromKey, body: { ok: false, refusal: new AudioRefusedError(code, detail) } });

  if (!allowedBuckets.has(bucket)) return refuse("audio_not_allowed", `this stage may not read the bucket ${bucket}; name it in the configuration, audio.recordings.otherBuckets`);
  const object = await openObject(bucket, key, signal);
  if (object?.Body === undefined) return refuse("audio_missing", `there is no object s3://${bucket}/${key}`);
  const body: FoundRecording["body"] = { ok: true, stream: object.Body as Readable, bytes: object.ContentLength };
  const version = object.ETag;
  if (message.kind === "notice") return { ...common, identity: fromKey, version, body };
  const read = readObjectMetadata(object.Metadata ?? {});
  if (read.ok) return { ...common, identity: identityOfObject(key, arrivedAt, read.metadata), version, body };
  body.stream.destroy();
  throw new InvalidMetadataError(read.detail);
}

/** What a producer wrote about a recording cannot be read: hearing it under a guessed name would put its results where nobody looks. */
export class InvalidMetadataError extends Error {
  override readonly name = "InvalidMetadataError";
}
