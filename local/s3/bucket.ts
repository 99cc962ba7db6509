import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { ServiceError } from "../service.ts";
import { deleteMetadata, readMetadata, readStored, writeMetadata, type ObjectHeaders, type ObjectMetadata } from "./object-metadata.ts";
import { keyOfPath, objectPath, pathBesideFolder } from "./object-path.ts";

// Pages of one listing come from one walk; a file put there by hand shows up after this time at the latest.
const LISTING_KEPT_MS = 1_000;

export interface BucketFolders {
  objects: string;
  metadata: string;
  temporary: string;
}

export interface WriteCondition {
  /** Only when no object has the key (`If-None-Match: *`). */
  ifAbsent?: boolean;
  /** Only over the object with this ETag, without quotes (`If-Match`). */
  ifMatch?: string;
}

export interface StoredObject extends ObjectMetadata {
  path: string;
}

/** What S3 tells EventBridge of a new object. */
export interface ObjectCreated {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  reason: "PutObject" | "CopyObject" | "CompleteMultipartUpload";
}

/** The objects of one bucket as plain files. */
export class Bucket {
  readonly name: string;
  readonly kmsKeyArn: string | undefined;
  readonly createdAt: Date;
  /** Called for each new object once it is durable; unset for a bucket that notifies nobody. */
  onCreated: ((created: ObjectCreated) => void) | undefined;
  readonly #folders: BucketFolders;
  #lock: Promise<unknown> = Promise.resolve();
  #version = 0;
  #listing: { prefixFolder: string; version: number; at: number; keys: { key: string; path: string }[] } | undefined;

  constructor(name: string, folders: BucketFolders, createdAt: Date, kmsKeyArn: string | undefined) {
    this.name = name;
    this.kmsKeyArn = kmsKeyArn;
    this.createdAt = createdAt;
    this.#folders = folders;
  }

  async put(key: string, body: Buffer, headers: ObjectHeaders, condition: WriteCondition = {}): Promise<ObjectMetadata> {
    const temporary = this.temporaryPath();
    await mkdir(this.#folders.temporary, { recursive: true });
    await writeFile(temporary, body);
    return this.adopt(key, temporary, createHash("md5").update(body).digest("hex"), headers, condition);
  }

  temporaryPath(): string {
    return join(this.#folders.temporary, randomUUID());
  }

  /** Makes a finished temporary file the object; the file is gone afterwards, also on error. */
  async adopt(key: string, temporary: string, etag: string, headers: ObjectHeaders, condition: WriteCondition = {}): Promise<ObjectMetadata> {
    try {
      return await this.#exclusively(async () => {
        await this.#check(key, condition);
        const path = await this.#placeFor(key);
        const { size, mtimeMs } = await stat(temporary);
        const metadata: ObjectMetadata = { key, etag, size, modifiedAt: mtimeMs, ...headers };
        await writeMetadata(this.#metadataPath(path), metadata);
        await rename(temporary, path);
        return metadata;
      });
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Undefined when there is no such object. */
  async head(key: string): Promise<StoredObject | undefined> {
    const plain = this.#plainPath(key);
    for (const path of [plain, pathBesideFolder(plain)]) {
      const metadata = await readMetadata(path, this.#metadataPath(path), key);
      if (metadata !== undefined) return { ...metadata, path };
    }
    return undefined;
  }

  /** Deleting what is not there is no error, as in the service. */
  async delete(key: string): Promise<void> {
    await this.#exclusively(async () => {
      const object = await this.head(key);
      if (object === undefined) return;
      await rm(object.path, { force: true });
      await deleteMetadata(this.#metadataPath(object.path));
      await this.#removeEmptyFolders(dirname(object.path));
    });
  }

  /** The keys with the prefix in the order of their UTF-8 bytes, as the service lists them. */
  async keys(prefix: string): Promise<{ key: string; path: string }[]> {
    const prefixFolder = prefix.includes("/") ? join(this.#folders.objects, objectPath(prefix.slice(0, prefix.lastIndexOf("/")))) : this.#folders.objects;
    const kept = this.#listing;
    if (kept === undefined || kept.prefixFolder !== prefixFolder || kept.version !== this.#version || Date.now() - kept.at > LISTING_KEPT_MS) {
      const version = this.#version;
      const keys = await this.#walk(prefixFolder);
      this.#listing = { prefixFolder, version, at: Date.now(), keys: keys.sort((left, right) => compareUtf8(left.key, right.key)) };
    }
    return (this.#listing as { keys: { key: string; path: string }[] }).keys.filter(({ key }) => key.startsWith(prefix));
  }

  async describe(entry: { key: string; path: string }): Promise<ObjectMetadata | undefined> {
    return readMetadata(entry.path, this.#metadataPath(entry.path), entry.key);
  }

  async #check(key: string, condition: WriteCondition): Promise<void> {
    if (condition.ifAbsent !== true && condition.ifMatch === undefined) return;
    const existing = await this.head(key);
    if (condition.ifMatch !== undefined && existing === undefined) throw new ServiceError("NoSuchKey", `The specified key does not exist: ${key}`, 404);
    if ((condition.ifAbsent === true && existing !== undefined) || (condition.ifMatch !== undefined && existing?.etag !== condition.ifMatch)) {
      throw new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    }
  }

  /** The file path for a key, its folders made; an object in the way (`a` when `a/b` comes) moves beside its folder. */
  async #placeFor(key: string): Promise<string> {
    const plain = this.#plainPath(key);
    let folder = this.#folders.objects;
    for (const segment of relative(folder, dirname(plain)).split(sep)) {
      folder = join(folder, segment);
      const existing = await stat(folder).catch(() => undefined);
      if (existing?.isFile() !== true) continue;
      const beside = pathBesideFolder(folder);
      const metadata = await readStored(this.#metadataPath(folder));
      if (metadata !== undefined) await writeMetadata(this.#metadataPath(beside), metadata);
      await rename(folder, beside);
      await deleteMetadata(this.#metadataPath(folder));
    }
    await mkdir(dirname(plain), { recursive: true });
    const beside = pathBesideFolder(plain);
    const taken = await stat(plain).catch(() => undefined);
    return taken?.isDirectory() === true || (await stat(beside).catch(() => undefined)) !== undefined ? beside : plain;
  }

  async #walk(folder: string): Promise<{ key: string; path: string }[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
      throw error;
    });
    const found: { key: string; path: string }[] = [];
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const key = keyOfPath(relative(this.#folders.objects, path).replaceAll(sep, "/")) ?? (await readStored(this.#metadataPath(path)))?.key;
      if (key !== undefined) found.push({ key, path });
    }
    return found;
  }

  async #removeEmptyFolders(start: string): Promise<void> {
    for (let folder = start; folder !== this.#folders.objects; folder = dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  }

  #plainPath(key: string): string {
    return join(this.#folders.objects, objectPath(key));
  }

  #metadataPath(path: string): string {
    return `${join(this.#folders.metadata, relative(this.#folders.objects, path))}%metadata.json`;
  }

  /** One change of the tree at a time; the bytes are written before, outside. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#lock.then(work).finally(() => {
      this.#version += 1;
    });
    this.#lock = result.catch(() => undefined);
    return result;
  }
}

function compareUtf8(left: string, right: string): number {
  // UTF-16 order is UTF-8 order unless surrogates meet characters above them.
  return /[\uE000-\u{10FFFF}]/u.test(left + right) ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : left < right ? -1 : Number(left > right);
}
