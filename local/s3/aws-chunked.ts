import { ServiceError } from "../service.ts";

/** True for bodies cut into chunks with sizes, signatures and perhaps trailers between the bytes of the object. */
export function isAwsChunked(headers: Record<string, string>): boolean {
  return headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true || headers["content-encoding"]?.split(",").some((coding) => coding.trim() === "aws-chunked") === true;
}

/**
 * Takes the object's bytes and the trailers out of an `aws-chunked` body.
 * @throws ServiceError `IncompleteBody` when the framing is broken or the length is not the announced one.
 */
export function decodeAwsChunked(body: Buffer, headers: Record<string, string>): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", position);
    if (lineEnd === -1 || lineEnd - position > 1024) throw incomplete(`no chunk size at byte ${position}`);
    const size = /^([0-9a-fA-F]{1,8})(?:;.*)?$/u.exec(body.toString("latin1", position, lineEnd))?.[1];
    if (size === undefined) throw incomplete(`no chunk size at byte ${position}`);
    const start = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      position = start;
      break;
    }
    if (body.toString("latin1", start + length, start + length + 2) !== "\r\n") throw incomplete(`the chunk at byte ${position} does not end where it says`);
    chunks.push(body.subarray(start, start + length));
    position = start + length + 2;
  }
  const decoded = Buffer.concat(chunks);
  const announced = headers["x-amz-decoded-content-length"];
  if (announced !== undefined && Number(announced) !== decoded.length) throw incomplete(`${announced} bytes were announced, ${decoded.length} came`);
  return { body: decoded, trailers: readTrailers(body.toString("latin1", position)) };
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete(why: string): ServiceError {
  return new ServiceError("IncompleteBody", `The request body terminated unexpectedly: ${why}.`);
}
