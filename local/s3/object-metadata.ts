import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { randomUUID } from "node:crypto";

/** What a client gave along with an object's bytes. */
export interface ObjectHeaders {
  contentType?: string;
  /** Cache-Control, Content-Encoding, Content-Disposition, Content-Language, Expires; lower-case names. */
  headers?: Record<string, string>;
  /** `x-amz-meta-*` without that prefix. */
  userMetadata?: Record<string, string>;
  /** `x-amz-checksum-*`, as they were verified. */
  checksums?: Record<string, string>;
}

/** Kept beside the tree of objects, one small JSON file for each. */
export interface ObjectMetadata extends ObjectHeaders {
  key: string;
  /** Without quotes. */
  etag: string;
  size: number;
  /** Of the file, epoch milliseconds: tells whether somebody changed the file by hand since. */
  modifiedAt: number;
}

/**
 * The metadata of a file. When there is none that fits the file (someone put or edited it by hand, or another program
 * wrote it), it is made from the bytes.
 * @returns undefined when there is no such file.
 */
export async function readMetadata(path: string, metadataPath: string, key: string): Promise<ObjectMetadata | undefined> {
  const file = await stat(path).catch(() => undefined);
  if (file?.isFile() !== true) return undefined;
  const stored = await readStored(metadataPath);
  if (stored !== undefined && stored.size === file.size && stored.modifiedAt === file.mtimeMs) return stored;
  const made: ObjectMetadata = { key: stored?.key ?? key, etag: await md5OfFile(path), size: file.size, modifiedAt: file.mtimeMs };
  await writeMetadata(metadataPath, made);
  return made;
}

export async function readStored(metadataPath: string): Promise<ObjectMetadata | undefined> {
  try {
    return JSON.parse(await readFile(metadataPath, "utf8")) as ObjectMetadata;
  } catch {
    // Absent or half written by a power cut: both mean that it is made from the bytes again.
    return undefined;
  }
}

export async function writeMetadata(metadataPath: string, metadata: ObjectMetadata): Promise<void> {
  await mkdir(dirname(metadataPath), { recursive: true });
  const temporary = `${metadataPath}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(metadata));
  await rename(temporary, metadataPath);
}

export async function deleteMetadata(metadataPath: string): Promise<void> {
  await rm(metadataPath, { force: true });
}

async function md5OfFile(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
