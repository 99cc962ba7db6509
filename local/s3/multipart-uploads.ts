import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ServiceError } from "../service.ts";
import type { Bucket, WriteCondition } from "./bucket.ts";
import type { ObjectHeaders, ObjectMetadata } from "./object-metadata.ts";

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export interface Upload extends ObjectHeaders {
  uploadId: string;
  bucket: string;
  key: string;
  /** Epoch milliseconds. */
  initiatedAt: number;
}

export interface UploadedPart {
  partNumber: number;
  /** Without quotes: the MD5 of the bytes. */
  etag: string;
  size: number;
  lastModified: Date;
}

/** Uploads in parts: a folder for each until it is completed or aborted, so that they survive a restart too. */
export class MultipartUploads {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(bucket: string, key: string, headers: ObjectHeaders): Promise<string> {
    const upload: Upload = { uploadId: randomUUID().replaceAll("-", ""), bucket, key, initiatedAt: Date.now(), ...headers };
    const folder = this.#folderOf(upload.uploadId);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "upload.json"), JSON.stringify(upload));
    return upload.uploadId;
  }

  /** @throws ServiceError `NoSuchUpload` */
  async find(bucket: string, key: string, uploadId: string): Promise<Upload> {
    const upload = await this.#read(uploadId);
    if (upload === undefined || upload.bucket !== bucket || upload.key !== key) {
      throw new ServiceError("NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", 404);
    }
    return upload;
  }

  async putPart(upload: Upload, partNumber: number, body: Buffer): Promise<string> {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > 10_000) {
      throw new ServiceError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    }
    const etag = createHash("md5").update(body).digest("hex");
    const folder = this.#folderOf(upload.uploadId);
    const temporary = join(folder, randomUUID());
    await writeFile(temporary, body);
    const name = String(partNumber).padStart(5, "0");
    // Before the new one comes: a part number sent again replaces the part, whatever its ETag.
    for (const file of await readdir(folder)) if (file.startsWith(`${name}-`)) await rm(join(folder, file), { force: true });
    await rename(temporary, join(folder, `${name}-${etag}`));
    return etag;
  }

  async parts(upload: Upload): Promise<UploadedPart[]> {
    const folder = this.#folderOf(upload.uploadId);
    const files = (await readdir(folder)).filter((file) => /^\d{5}-[0-9a-f]{32}$/u.test(file)).sort();
    return Promise.all(
      files.map(async (file) => {
        const { size, mtime } = await stat(join(folder, file));
        return { partNumber: Number(file.slice(0, 5)), etag: file.slice(6), size, lastModified: mtime };
      }),
    );
  }

  /** @throws ServiceError `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall` as the service does. */
  async complete(upload: Upload, bucket: Bucket, chosen: readonly { partNumber: number; etag: string }[], condition: WriteCondition): Promise<ObjectMetadata> {
    const parts = await this.parts(upload);
    const sizes = chosen.map(({ partNumber, etag }, index) => {
      if (index > 0 && partNumber <= (chosen[index - 1]?.partNumber ?? 0)) {
        throw new ServiceError("InvalidPartOrder", "The list of parts was not in ascending order. The parts list must be specified in order by part number.");
      }
      const part = parts.find((candidate) => candidate.partNumber === partNumber && candidate.etag === etag);
      if (part === undefined) throw new ServiceError("InvalidPart", `One or more of the specified parts could not be found: part ${partNumber} with ETag ${etag}.`);
      return part.size;
    });
    if (sizes.slice(0, -1).some((size) => size < SMALLEST_PART_BYTES)) {
      throw new ServiceError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size: every part but the last needs 5 MiB.");
    }
    const whole = bucket.temporaryPath();
    await mkdir(join(whole, ".."), { recursive: true });
    await writeFile(whole, "");
    const digests: Buffer[] = [];
    for (const { partNumber, etag } of chosen) {
      const file = join(this.#folderOf(upload.uploadId), `${String(partNumber).padStart(5, "0")}-${etag}`);
      await pipeline(createReadStream(file), createWriteStream(whole, { flags: "a" }));
      digests.push(Buffer.from(etag, "hex"));
    }
    const etag = `${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-${chosen.length}`;
    const { contentType, headers, userMetadata } = upload;
    const metadata = await bucket.adopt(
      upload.key,
      whole,
      etag,
      { ...(contentType === undefined ? {} : { contentType }), ...(headers === undefined ? {} : { headers }), ...(userMetadata === undefined ? {} : { userMetadata }) },
      condition,
    );
    await this.abort(upload.uploadId);
    return metadata;
  }

  /** Forgets the upload and its parts. */
  async abort(uploadId: string): Promise<void> {
    await rm(this.#folderOf(uploadId), { recursive: true, force: true });
  }

  async list(bucket: string): Promise<Upload[]> {
    const ids = await readdir(this.#folder).catch(() => []);
    const uploads = await Promise.all(ids.map((id) => this.#read(id)));
    return uploads.filter((upload) => upload?.bucket === bucket) as Upload[];
  }

  async #read(uploadId: string): Promise<Upload | undefined> {
    if (!/^[0-9a-f]{32}$/u.test(uploadId)) return undefined;
    const text = await readFile(join(this.#folderOf(uploadId), "upload.json"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Upload);
  }

  #folderOf(uploadId: string): string {
    return join(this.#folder, uploadId);
  }
}
