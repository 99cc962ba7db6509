import { ServiceError, type ServiceRequest } from "../service.ts";
import { decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";
import type { WriteCondition } from "./bucket.ts";
import { verifyChecksums } from "./checksums.ts";
import type { ObjectHeaders } from "./object-metadata.ts";

const KEPT_HEADERS = ["cache-control", "content-disposition", "content-language", "expires"];
const USER_METADATA_PREFIX = "x-amz-meta-";
const MAX_USER_METADATA_BYTES = 2 * 1024;
const MAX_KEY_BYTES = 1024;

/** What a request names: `GET /` names no bucket, `/bucket` no key. */
export interface S3Address {
  bucket: string;
  key: string;
}

/** Path style (`/bucket/key`) and virtual-host style (`bucket.s3.localhost`, `bucket.localhost`). */
export function readAddress(request: ServiceRequest): S3Address {
  const host = request.headers["host"]?.replace(/:\d+$/u, "") ?? "";
  const ofHost = /^(.+?)\.(?:s3[.-].*|s3|localhost|127\.0\.0\.1)$/u.exec(host)?.[1];
  const path = request.path.slice(1);
  if (ofHost !== undefined && ofHost !== "s3") return checked({ bucket: ofHost, key: path });
  const slash = path.indexOf("/");
  return checked(slash === -1 ? { bucket: path, key: "" } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) });
}

function checked(address: S3Address): S3Address {
  if (Buffer.byteLength(address.key) > MAX_KEY_BYTES) throw new ServiceError("KeyTooLongError", `Your key is too long: ${Buffer.byteLength(address.key)} bytes of ${MAX_KEY_BYTES}.`);
  return address;
}

/** The object's own bytes, every checksum that came with them verified. */
export function readObjectBody(request: ServiceRequest): { body: Buffer; checksums: Record<string, string> } {
  if (!isAwsChunked(request.headers)) return { body: request.body, checksums: verifyChecksums(request.body, request.headers) };
  const { body, trailers } = decodeAwsChunked(request.body, request.headers);
  const promised = request.headers["x-amz-trailer"]?.split(",").map((name) => name.trim().toLowerCase()) ?? [];
  const missing = promised.find((name) => trailers[name] === undefined);
  if (missing !== undefined) throw new ServiceError("MalformedTrailerError", `The request contained trailing data that was not well-formed or did not conform to our published schema: ${missing} is missing.`);
  return { body, checksums: verifyChecksums(body, { ...request.headers, ...trailers }) };
}

export function readObjectHeaders(headers: Record<string, string>): ObjectHeaders {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) if (headers[name] !== undefined) kept[name] = headers[name];
  const coding = headers["content-encoding"]?.split(",").map((one) => one.trim()).filter((one) => one !== "aws-chunked").join(",");
  if (coding !== undefined && coding !== "") kept["content-encoding"] = coding;
  const user = Object.entries(headers).filter(([name]) => name.startsWith(USER_METADATA_PREFIX)).map(([name, value]) => [name.slice(USER_METADATA_PREFIX.length), value] as const);
  const userBytes = user.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  if (userBytes > MAX_USER_METADATA_BYTES) throw new ServiceError("MetadataTooLarge", `Your metadata headers exceed the maximum allowed metadata size: ${userBytes} bytes of ${MAX_USER_METADATA_BYTES}.`);
  return {
    ...(headers["content-type"] === undefined ? {} : { contentType: headers["content-type"] }),
    ...(Object.keys(kept).length > 0 ? { headers: kept } : {}),
    ...(user.length > 0 ? { userMetadata: Object.fromEntries(user) } : {}),
  };
}

export function readWriteCondition(headers: Record<string, string>): WriteCondition {
  const none = headers["if-none-match"];
  if (none !== undefined && none !== "*") throw new ServiceError("NotImplemented", "If-None-Match takes only * on a write, as in S3.", 501);
  const match = headers["if-match"];
  return { ...(none === "*" ? { ifAbsent: true } : {}), ...(match === undefined ? {} : { ifMatch: unquoted(match) }) };
}

export function unquoted(etag: string): string {
  return etag.trim().replace(/^W\//u, "").replaceAll('"', "");
}
