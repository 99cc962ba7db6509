import { mkdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ServiceError } from "../service.ts";
import { Bucket } from "./bucket.ts";
import { MultipartUploads } from "./multipart-uploads.ts";
import type { ObjectHeaders } from "./object-metadata.ts";

export interface ListedObject {
  key: string;
  size: number;
  lastModified: Date;
  /** Without quotes. */
  etag: string;
}

/** Buckets as folders, objects as plain files that a person can open; what is not the objects' own lies in dot folders. */
export class S3Engine {
  readonly #folder: string;
  readonly #buckets = new Map<string, Bucket>();
  readonly uploads: MultipartUploads;

  constructor(options: { folder: string }) {
    this.#folder = options.folder;
    this.uploads = new MultipartUploads(join(options.folder, ".uploads"));
  }

  /**
   * Idempotent: existing objects are kept.
   * @throws ServiceError for a name S3 would refuse.
   */
  createBucket(options: { name: string; kmsKeyArn?: string }): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(options.name)) {
      throw new ServiceError("InvalidBucketName", `The specified bucket is not valid: ${options.name.slice(0, 80)} must be 3 to 63 lower-case letters, digits, dots or hyphens.`);
    }
    const objects = join(this.#folder, options.name);
    mkdirSync(objects, { recursive: true });
    const folders = { objects, metadata: join(this.#folder, ".metadata", options.name), temporary: join(this.#folder, ".temporary") };
    this.#buckets.set(options.name, new Bucket(options.name, folders, statSync(objects).birthtime, options.kmsKeyArn));
  }

  bucketNames(): string[] {
    return [...this.#buckets.keys()].sort();
  }

  /** @throws ServiceError `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new ServiceError("NoSuchBucket", `The specified bucket does not exist: ${name}. There are: ${this.bucketNames().join(", ") || "none"}.`, 404);
    return bucket;
  }

  /** Where a bucket's objects lie; the key is the path below it, unless it holds characters that are not safe there. */
  bucketFolder(name: string): string {
    this.bucket(name);
    return join(this.#folder, name);
  }

  /** Durable on return; a reader sees the old object or the new one, never half of it. */
  async put(bucket: string, key: string, body: Buffer, options: ObjectHeaders = {}): Promise<{ etag: string }> {
    const { etag } = await this.bucket(bucket).put(key, body, options);
    return { etag };
  }

  /** @throws ServiceError `NoSuchKey` */
  async get(bucket: string, key: string): Promise<Buffer> {
    const object = await this.bucket(bucket).head(key);
    if (object === undefined) throw new ServiceError("NoSuchKey", `The specified key does not exist: ${key}`, 404);
    return readFile(object.path);
  }

  /** All objects whose key starts with the prefix, in the order of their keys. */
  async list(bucket: string, prefix: string): Promise<ListedObject[]> {
    const { keys, describe } = bound(this.bucket(bucket));
    const listed: ListedObject[] = [];
    for (const entry of await keys(prefix)) {
      const metadata = await describe(entry);
      if (metadata !== undefined) listed.push({ key: entry.key, size: metadata.size, lastModified: new Date(metadata.modifiedAt), etag: metadata.etag });
    }
    return listed;
  }

  async delete(bucket: string, key: string): Promise<void> {
    await this.bucket(bucket).delete(key);
  }
}

function bound(bucket: Bucket): Pick<Bucket, "keys" | "describe"> {
  return { keys: (prefix) => bucket.keys(prefix), describe: (entry) => bucket.describe(entry) };
}
