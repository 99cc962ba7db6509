import { open } from "node:fs/promises";
import { ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { StoredObject } from "./bucket.ts";
import { unquoted } from "./s3-request.ts";

/** `GET` or `HEAD` of an object: conditions, a byte range, and the headers it was stored with. */
export async function readObject(object: StoredObject, request: ServiceRequest, key: { kmsKeyArn: string | undefined }): Promise<ServiceResponse> {
  const headers = objectHeaders(object, request.query, key.kmsKeyArn);
  const refused = failedCondition(object, request.headers);
  if (refused === 304) return { status: 304, headers };
  if (refused === 412) throw new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  const range = readRange(request.headers["range"], object.size);
  const length = range === undefined ? object.size : range.end - range.start + 1;
  const answer: ServiceResponse = {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      "content-length": String(length),
      ...(range === undefined ? {} : { "content-range": `bytes ${range.start}-${range.end}/${object.size}` }),
      // Checksums are of the whole object: with a part, a client would find them wrong.
      ...(range === undefined && request.headers["x-amz-checksum-mode"]?.toUpperCase() === "ENABLED" ? object.checksums : {}),
    },
  };
  if (request.method === "HEAD") return answer;
  return { ...answer, body: await readBytes(object, range?.start ?? 0, length) };
}

async function readBytes(object: StoredObject, start: number, length: number): Promise<Buffer> {
  const file = await open(object.path, "r");
  try {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) throw new Error(`${object.path} became shorter while it was read.`);
      filled += bytesRead;
    }
    return buffer;
  } finally {
    await file.close();
  }
}

function objectHeaders(object: StoredObject, query: URLSearchParams, kmsKeyArn: string | undefined): Record<string, string> {
  const user = Object.entries(object.userMetadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  const overrides = [...query].filter(([name]) => name.startsWith("response-")).map(([name, value]) => [name.slice("response-".length), value]);
  return {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    "content-type": object.contentType ?? "binary/octet-stream",
    ...(kmsKeyArn === undefined
      ? { "x-amz-server-side-encryption": "AES256" }
      : { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": kmsKeyArn }),
    ...object.headers,
    ...(Object.fromEntries(user) as Record<string, string>),
    ...(Object.fromEntries(overrides) as Record<string, string>),
  };
}

/** The status of the condition that does not hold; RFC 9110 lets ETags go before dates. */
function failedCondition(object: StoredObject, headers: Record<string, string>): 304 | 412 | undefined {
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  const lists = (value: string): boolean => value.trim() === "*" || value.split(",").some((etag) => unquoted(etag) === object.etag);
  const match = headers["if-match"];
  const unmodifiedSince = Date.parse(headers["if-unmodified-since"] ?? "");
  if (match === undefined ? modifiedAt > unmodifiedSince : !lists(match)) return 412;
  const none = headers["if-none-match"];
  const modifiedSince = Date.parse(headers["if-modified-since"] ?? "");
  if (none === undefined ? modifiedAt <= modifiedSince : lists(none)) return 304;
  return undefined;
}

/** Undefined for no range and, as RFC 9110 asks, for one that is not understood. */
function readRange(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const last = match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  const range = match[1] === "" ? { start: Math.max(0, size - Number(match[2])), end: size - 1 } : { start: Number(match[1]), end: last };
  if (range.start > range.end || range.start >= size) throw new ServiceError("InvalidRange", `The requested range is not satisfiable: ${header} of ${size} bytes.`, 416);
  return range;
}
