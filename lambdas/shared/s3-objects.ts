import { type GetObjectCommandOutput, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { s3Client } from "./s3-client.ts";

export interface StoredBytes {
  bytes: Uint8Array;
  /** With its quotes, as conditions want it. */
  etag: string;
}

/** `ifMatch`: only over the object with this ETag. `ifAbsent`: only where there is none. */
export interface PutConditions {
  contentType: string;
  ifMatch?: string | undefined;
  ifAbsent?: boolean;
}

/** The object changed, or came into being, since it was read: read it again and decide anew. */
export class ObjectChangedError extends Error {
  override readonly name = "ObjectChangedError";
}

/** @returns undefined when there is no such object. S3 says so only to a role that may list the bucket; to others it answers 403, which is thrown. */
export async function getObject(bucket: string, key: string, signal: AbortSignal): Promise<StoredBytes | undefined> {
  const answer = await openObject(bucket, key, signal);
  if (answer?.Body === undefined) return undefined;
  return { bytes: await answer.Body.transformToByteArray(), etag: answer.ETag ?? "" };
}

/** As `getObject`, with the body still to be read. The signal ends the call, not the reading. */
export async function openObject(bucket: string, key: string, signal: AbortSignal): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await (await s3Client()).send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") return undefined;
    throw error;
  }
}

/**
 * @returns the new object's ETag.
 * @throws ObjectChangedError when a condition does not hold.
 */
export async function putObject(bucket: string, key: string, body: Uint8Array | string, conditions: PutConditions, signal: AbortSignal): Promise<string> {
  const { contentType, ifAbsent, ifMatch } = conditions;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentType: contentType,
    ...(ifMatch !== undefined && { IfMatch: ifMatch }),
    ...(ifAbsent === true && { IfNoneMatch: "*" }),
  });
  try {
    return (await (await s3Client()).send(command, { abortSignal: signal })).ETag ?? "";
  } catch (error) {
    if (isConflict(error)) throw new ObjectChangedError(`s3://${bucket}/${key} changed since it was read`);
    throw error;
  }
}

/** 412: the condition does not hold. 409: another conditional write was under way. 404: the object to replace is gone. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"].includes(error.name);
}
