import { Http2ServerRequest } from "node:http2";
import { ServiceError } from "../service.ts";
import type { AnyRequest } from "./protocol-switch.ts";

const MIB = 1024 * 1024;
const BODY_LIMIT_BYTES = 64 * MIB;
const S3_BODY_LIMIT_BYTES = 256 * MIB;

export interface RequestHead {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  baseUrl: string;
}

/**
 * The request line and headers.
 * @throws ServiceError `InvalidURI` when the path is not valid percent-encoding.
 */
export function readHead(request: AnyRequest): RequestHead {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith(":") && value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const host = (request instanceof Http2ServerRequest ? request.authority : undefined) ?? headers["host"] ?? "127.0.0.1";
  headers["host"] ??= host;
  // Not parsed with `URL`: it would resolve `..` and so change the keys of objects.
  const url = request.url ?? "/";
  const queryStart = url.indexOf("?");
  const rawPath = queryStart === -1 ? url : url.slice(0, queryStart);
  let path: string;
  try {
    path = decodeURIComponent(rawPath.startsWith("/") ? rawPath : `/${rawPath}`);
  } catch {
    throw new ServiceError("InvalidURI", `Couldn't parse the specified URI ${rawPath.slice(0, 200)}: its percent-encoding is not valid UTF-8.`);
  }
  return { method: request.method ?? "GET", path, query: new URLSearchParams(queryStart === -1 ? "" : url.slice(queryStart + 1)), headers, baseUrl: `http://${host}` };
}

/** @throws ServiceError 413 when the body is larger than what is held in memory here. */
export async function readBody(request: AnyRequest, service: string): Promise<Buffer> {
  const limit = service === "s3" ? S3_BODY_LIMIT_BYTES : BODY_LIMIT_BYTES;
  const tooLarge = (): ServiceError =>
    new ServiceError(
      service === "s3" ? "EntityTooLarge" : "RequestEntityTooLarge",
      `The local ${service} takes at most ${limit / MIB} MiB in one request${service === "s3" ? ": upload larger objects in parts" : ""}.`,
      413,
    );
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Thousands of requests a second: an asynchronous iterator over each would cost as much as its parsing.
  return await new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) {
        chunks.push(chunk);
      } else {
        request.pause();
        reject(tooLarge());
      }
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("The client hung up before its request was complete.")));
  });
}
