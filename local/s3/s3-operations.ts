import { ServiceError, type RequiredPermission, type ServiceRequest } from "../service.ts";
import { childText, parseXml } from "../protocols/xml.ts";
import type { S3Engine } from "./s3-engine.ts";
import { readAddress, type S3Address } from "./s3-request.ts";

export type S3Operation =
  | "ListBuckets" | "HeadBucket" | "GetBucketLocation" | "ListObjects" | "DeleteObjects" | "ListMultipartUploads"
  | "PutObject" | "CopyObject" | "GetObject" | "HeadObject" | "DeleteObject" | "GetObjectTagging"
  | "CreateMultipartUpload" | "UploadPart" | "UploadPartCopy" | "CompleteMultipartUpload" | "AbortMultipartUpload" | "ListParts";

// Sub-resources of the API that are not served here; ignoring them would do something else than was asked.
const UNSERVED = ["acl", "cors", "encryption", "lifecycle", "logging", "notification", "policy", "replication", "retention", "legal-hold", "torrent", "versioning", "versions", "versionId", "website", "publicAccessBlock", "ownershipControls", "object-lock", "attributes", "restore", "select"];

/** @throws ServiceError `NotImplemented` naming what is not served here. */
export function readOperation(request: ServiceRequest, address: S3Address): S3Operation {
  const { query, method } = request;
  const unserved = UNSERVED.find((name) => query.has(name));
  if (unserved !== undefined) throw new ServiceError("NotImplemented", `The local s3 does not serve ?${unserved}.`, 501);
  if ((request.headers["x-amz-tagging"] ?? "") !== "") throw new ServiceError("NotImplemented", "The local s3 keeps no tags.", 501);
  const operation = address.bucket === "" ? (method === "GET" ? "ListBuckets" : undefined) : address.key === "" ? bucketOperation(method, query) : objectOperation(request);
  if (operation === undefined) throw new ServiceError("MethodNotAllowed", `The local s3 does not serve ${method} on ${address.key === "" ? "a bucket" : "an object"} like this.`, 405);
  return operation;
}

function bucketOperation(method: string, query: URLSearchParams): S3Operation | undefined {
  if (method === "HEAD") return "HeadBucket";
  if (method === "GET") return query.has("location") ? "GetBucketLocation" : query.has("uploads") ? "ListMultipartUploads" : "ListObjects";
  return method === "POST" && query.has("delete") ? "DeleteObjects" : undefined;
}

function objectOperation({ method, query, headers }: ServiceRequest): S3Operation | undefined {
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  // There are never tags to read (the AWS CLI asks when it copies a large object), and none can be set.
  if (query.has("tagging")) return method === "GET" ? "GetObjectTagging" : undefined;
  const inUpload = query.has("uploadId");
  if (method === "PUT") return query.has("partNumber") ? (isCopy ? "UploadPartCopy" : "UploadPart") : isCopy ? "CopyObject" : "PutObject";
  if (method === "POST") return query.has("uploads") ? "CreateMultipartUpload" : inUpload ? "CompleteMultipartUpload" : undefined;
  if (method === "GET") return inUpload ? "ListParts" : "GetObject";
  if (method === "HEAD") return "HeadObject";
  if (method === "DELETE") return inUpload ? "AbortMultipartUpload" : "DeleteObject";
  return undefined;
}

const ACTIONS: Record<S3Operation, string> = {
  ListBuckets: "s3:ListAllMyBuckets",
  HeadBucket: "s3:ListBucket",
  GetBucketLocation: "s3:GetBucketLocation",
  ListObjects: "s3:ListBucket",
  DeleteObjects: "s3:DeleteObject",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  PutObject: "s3:PutObject",
  CopyObject: "s3:PutObject",
  GetObject: "s3:GetObject",
  HeadObject: "s3:GetObject",
  DeleteObject: "s3:DeleteObject",
  GetObjectTagging: "s3:GetObjectTagging",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  UploadPartCopy: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  AbortMultipartUpload: "s3:AbortMultipartUpload",
  ListParts: "s3:ListMultipartUploadParts",
};

/** What IAM asks for a request, the bucket's key included. */
export function requiredS3Permissions(engine: S3Engine, request: ServiceRequest): RequiredPermission[] {
  const address = readAddress(request);
  const operation = readOperation(request, address);
  const action = ACTIONS[operation];
  if (operation === "ListBuckets") return [{ action, resource: "*" }];
  const bucketArn = `arn:aws:s3:::${address.bucket}`;
  if (operation === "DeleteObjects") return readKeysToDelete(request).map((key) => ({ action, resource: `${bucketArn}/${key}` }));
  const permissions = [{ action, resource: address.key === "" ? bucketArn : `${bucketArn}/${address.key}` }];
  const key = keyOf(engine, address.bucket);
  if (key !== undefined && action === "s3:PutObject") {
    permissions.push({ action: "kms:GenerateDataKey", resource: key });
    // S3 reads the parts back with the key when it makes one object of them.
    if (operation !== "PutObject" && operation !== "CopyObject") permissions.push({ action: "kms:Decrypt", resource: key });
  }
  if (key !== undefined && action === "s3:GetObject") permissions.push({ action: "kms:Decrypt", resource: key });
  if (operation === "CopyObject" || operation === "UploadPartCopy") {
    const source = readCopySource(request);
    permissions.push({ action: "s3:GetObject", resource: `arn:aws:s3:::${source.bucket}/${source.key}` });
    const sourceKey = keyOf(engine, source.bucket);
    if (sourceKey !== undefined) permissions.push({ action: "kms:Decrypt", resource: sourceKey });
  }
  return permissions;
}

function keyOf(engine: S3Engine, bucket: string): string | undefined {
  return engine.bucketNames().includes(bucket) ? engine.bucket(bucket).kmsKeyArn : undefined;
}

/** @throws ServiceError `InvalidArgument` when the header is not `bucket/key`, percent-encoded. */
export function readCopySource(request: ServiceRequest): S3Address {
  const header = request.headers["x-amz-copy-source"] ?? "";
  if (header.includes("?")) throw new ServiceError("NotImplemented", "The local s3 keeps no versions to copy from.", 501);
  let source: string;
  try {
    source = decodeURIComponent(header).replace(/^\//u, "");
  } catch {
    source = "";
  }
  const slash = source.indexOf("/");
  if (slash < 1 || slash === source.length - 1) throw new ServiceError("InvalidArgument", `Copy Source must mention the source bucket and key: sourcebucket/sourcekey, not ${header.slice(0, 100)}`);
  return { bucket: source.slice(0, slash), key: source.slice(slash + 1) };
}

/** @throws ServiceError `MalformedXML` */
export function readKeysToDelete(request: ServiceRequest): string[] {
  const keys = parseXml(request.body.toString("utf8")).children.filter(({ name }) => name === "Object").map((object) => childText(object, "Key") ?? "");
  if (keys.length === 0 || keys.length > 1000 || keys.includes("")) throw new ServiceError("MalformedXML", `A request to delete objects needs 1 to 1000 objects with a Key; this one has ${keys.length}.`);
  return keys;
}
