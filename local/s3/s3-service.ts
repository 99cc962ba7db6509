import { readFile } from "node:fs/promises";
import { childText, parseXml, renderXml, type XmlFields } from "../protocols/xml.ts";
import { type Authorizer, type Caller, ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { Bucket, StoredObject } from "./bucket.ts";
import { verifyChecksums } from "./checksums.ts";
import type { Upload } from "./multipart-uploads.ts";
import { listObjects } from "./object-listing.ts";
import { readObject } from "./object-reads.ts";
import type { S3Engine } from "./s3-engine.ts";
import { readCopySource, readKeysToDelete, readOperation, requiredS3Permissions } from "./s3-operations.ts";
import { readAddress, readObjectBody, readObjectHeaders, readWriteCondition, unquoted, type S3Address } from "./s3-request.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const OWNER = { ID: "local", DisplayName: "local" };

/** S3's REST protocol in front of an `S3Engine`, path style and virtual-host style. */
export class S3Service implements LocalService {
  readonly signingName = "s3";
  readonly #engine: S3Engine;
  readonly #authorizer: Authorizer | undefined;

  constructor(engine: S3Engine, authorizer?: Authorizer) {
    this.#engine = engine;
    this.#authorizer = authorizer;
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    return requiredS3Permissions(this.#engine, request);
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const address = readAddress(request);
    const operation = readOperation(request, address);
    if (operation === "ListBuckets") return this.#listBuckets();
    const bucket = this.#engine.bucket(address.bucket);
    switch (operation) {
      case "HeadBucket":
        return { status: 200, headers: { "x-amz-bucket-region": "us-east-1" } };
      case "GetBucketLocation":
        return xml("LocationConstraint", {});
      case "ListObjects":
        return xml("ListBucketResult", await listObjects(bucket, request.query));
      case "DeleteObjects":
        return this.#deleteObjects(bucket, request);
      case "PutObject":
        return this.#putObject(bucket, address.key, request);
      case "CopyObject":
        return this.#copyObject(bucket, address.key, request);
      case "GetObject":
      case "HeadObject":
        return readObject(await this.#object(address, request.caller), request, bucket);
      case "DeleteObject":
        await bucket.delete(address.key);
        return { status: 204 };
      case "GetObjectTagging":
        await this.#object(address, request.caller);
        return xml("Tagging", { TagSet: {} });
      case "CreateMultipartUpload": {
        const uploadId = await this.#engine.uploads.create(address.bucket, address.key, readObjectHeaders(request.headers));
        return xml("InitiateMultipartUploadResult", { Bucket: address.bucket, Key: address.key, UploadId: uploadId });
      }
      case "UploadPart":
        return this.#uploadPart(address, request);
      case "UploadPartCopy":
        return this.#uploadPartCopy(address, request);
      case "CompleteMultipartUpload":
        return this.#complete(bucket, address, request);
      case "AbortMultipartUpload":
        await this.#engine.uploads.abort((await this.#upload(address, request)).uploadId);
        return { status: 204 };
      case "ListParts": {
        const upload = await this.#upload(address, request);
        const parts = await this.#engine.uploads.parts(upload);
        const members = parts.map((part) => ({ PartNumber: part.partNumber, LastModified: part.lastModified, ETag: `"${part.etag}"`, Size: part.size }));
        return xml("ListPartsResult", { Bucket: address.bucket, Key: address.key, UploadId: upload.uploadId, IsTruncated: false, Part: members });
      }
      case "ListMultipartUploads": {
        const uploads = (await this.#engine.uploads.list(address.bucket)).map(({ key, uploadId, initiatedAt }) => ({ Key: key, UploadId: uploadId, Initiated: new Date(initiatedAt) }));
        return xml("ListMultipartUploadsResult", { Bucket: address.bucket, IsTruncated: false, Upload: uploads });
      }
    }
  }

  renderError(error: ServiceError, request: ServiceRequest): ServiceResponse {
    const denied = error.code === "AccessDeniedException";
    const status = denied ? 403 : error.status;
    // An answer to HEAD has no body: clients go by the status alone.
    if (request.method === "HEAD") return { status };
    const body = renderXml("Error", { Code: denied ? "AccessDenied" : error.code, Message: error.message, Resource: request.path });
    return { status, headers: { "content-type": "application/xml" }, body };
  }

  #listBuckets(): ServiceResponse {
    const buckets = this.#engine.bucketNames().map((name) => ({ Name: name, CreationDate: this.#engine.bucket(name).createdAt }));
    return xml("ListAllMyBucketsResult", { Owner: OWNER, Buckets: { Bucket: buckets } });
  }

  async #putObject(bucket: Bucket, key: string, request: ServiceRequest): Promise<ServiceResponse> {
    const { body, checksums } = readObjectBody(request);
    const headers = { ...readObjectHeaders(request.headers), ...(Object.keys(checksums).length > 0 ? { checksums } : {}) };
    const { etag, size } = await bucket.put(key, body, headers, readWriteCondition(request.headers));
    bucket.onCreated?.({ key, size, etag, reason: "PutObject" });
    return { status: 200, headers: { etag: `"${etag}"`, ...checksums, ...encryptionHeaders(bucket) } };
  }

  async #copyObject(bucket: Bucket, key: string, request: ServiceRequest): Promise<ServiceResponse> {
    const source = await this.#object(readCopySource(request), request.caller);
    const replaced = request.headers["x-amz-metadata-directive"] === "REPLACE";
    const { contentType, headers, userMetadata } = source;
    const kept = { ...(contentType === undefined ? {} : { contentType }), ...(headers === undefined ? {} : { headers }), ...(userMetadata === undefined ? {} : { userMetadata }) };
    const { etag, modifiedAt, size } = await bucket.put(key, await readFile(source.path), replaced ? readObjectHeaders(request.headers) : kept, readWriteCondition(request.headers));
    bucket.onCreated?.({ key, size, etag, reason: "CopyObject" });
    return xml("CopyObjectResult", { ETag: `"${etag}"`, LastModified: new Date(modifiedAt) });
  }

  async #deleteObjects(bucket: Bucket, request: ServiceRequest): Promise<ServiceResponse> {
    verifyChecksums(request.body, request.headers);
    const keys = readKeysToDelete(request);
    for (const key of keys) await bucket.delete(key);
    const isQuiet = childText(parseXml(request.body.toString("utf8")), "Quiet") === "true";
    return xml("DeleteResult", { Deleted: isQuiet ? [] : keys.map((Key) => ({ Key })) });
  }

  async #uploadPart(address: S3Address, request: ServiceRequest): Promise<ServiceResponse> {
    const upload = await this.#upload(address, request);
    const { body, checksums } = readObjectBody(request);
    const etag = await this.#engine.uploads.putPart(upload, Number(request.query.get("partNumber")), body);
    return { status: 200, headers: { etag: `"${etag}"`, ...checksums } };
  }

  async #uploadPartCopy(address: S3Address, request: ServiceRequest): Promise<ServiceResponse> {
    const upload = await this.#upload(address, request);
    const source = await this.#object(readCopySource(request), request.caller);
    const range = request.headers["x-amz-copy-source-range"];
    const part = await readObject(source, { ...request, method: "GET", query: new URLSearchParams(), headers: range === undefined ? {} : { range } }, { kmsKeyArn: undefined });
    const etag = await this.#engine.uploads.putPart(upload, Number(request.query.get("partNumber")), part.body as Buffer);
    return xml("CopyPartResult", { ETag: `"${etag}"`, LastModified: new Date() });
  }

  async #complete(bucket: Bucket, address: S3Address, request: ServiceRequest): Promise<ServiceResponse> {
    const upload = await this.#upload(address, request);
    const chosen = parseXml(request.body.toString("utf8"))
      .children.filter(({ name }) => name === "Part")
      .map((part) => ({ partNumber: Number(childText(part, "PartNumber")), etag: unquoted(childText(part, "ETag") ?? "") }));
    if (chosen.length === 0) throw new ServiceError("MalformedXML", "A multipart upload is completed with at least one Part.");
    const { etag, size } = await this.#engine.uploads.complete(upload, bucket, chosen, readWriteCondition(request.headers));
    bucket.onCreated?.({ key: address.key, size, etag, reason: "CompleteMultipartUpload" });
    const location = `${request.baseUrl}/${address.bucket}/${encodeURI(address.key)}`;
    return xml("CompleteMultipartUploadResult", { Location: location, Bucket: address.bucket, Key: address.key, ETag: `"${etag}"` });
  }

  #upload(address: S3Address, request: ServiceRequest): Promise<Upload> {
    return this.#engine.uploads.find(address.bucket, address.key, request.query.get("uploadId") ?? "");
  }

  /** Only who may list the bucket learns that a key is not there; to others S3 says that they may not read it. */
  async #object(address: S3Address, caller: Caller): Promise<StoredObject> {
    const object = await this.#engine.bucket(address.bucket).head(address.key);
    if (object === undefined) this.#authorizer?.authorize(caller, [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${address.bucket}` }]);
    if (object === undefined) throw new ServiceError("NoSuchKey", `The specified key does not exist: ${address.key}`, 404);
    return object;
  }
}

function encryptionHeaders(bucket: Bucket): Record<string, string> {
  if (bucket.kmsKeyArn === undefined) return { "x-amz-server-side-encryption": "AES256" };
  return { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": bucket.kmsKeyArn };
}

function xml(root: string, fields: XmlFields): ServiceResponse {
  return { status: 200, headers: { "content-type": "application/xml" }, body: renderXml(root, fields, NAMESPACE) };
}
