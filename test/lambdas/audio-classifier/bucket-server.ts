import { createHash } from "node:crypto";
import { type ProtocolAnswer, type ProtocolRequest, type ProtocolServer, startProtocolServer } from "../../classifiers/protocol/protocol-server.ts";

export interface BucketServer extends ProtocolServer {
  /** `bucket/key` → bytes. */
  objects: Map<string, Uint8Array>;
  /** An error instead of an answer, by S3's name. */
  faultOf: (request: { method: string; path: string }) => "SlowDown" | "AccessDenied" | undefined;
}

/** S3's GetObject and PutObject, path style. */
export async function startBucketServer(): Promise<BucketServer> {
  const state: Pick<BucketServer, "objects" | "faultOf"> = { objects: new Map(), faultOf: () => undefined };
  const server = await startProtocolServer((request) => answer(request, state));
  return Object.assign(state, server);
}

function answer({ method, path: sent, bytes, headers }: ProtocolRequest, { objects, faultOf }: Pick<BucketServer, "objects" | "faultOf">): ProtocolAnswer {
  const path = decodeURIComponent(sent.split("?")[0]!).slice(1);
  const fault = faultOf({ method, path });
  if (fault !== undefined) return error(fault === "SlowDown" ? 503 : 403, fault);
  if (method === "PUT") {
    // Chunked signing would put framing into the object; the clients here send short bodies whole.
    if (headers["content-encoding"]?.includes("aws-chunked") === true) throw new Error("aws-chunked bodies are not read by this server");
    objects.set(path, bytes);
    return { status: 200, headers: { etag: etagOf(bytes) }, body: "" };
  }
  const object = objects.get(path);
  return object === undefined ? error(404, "NoSuchKey") : { status: 200, headers: { "content-type": "application/octet-stream", etag: etagOf(object) }, body: object };
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash("md5").update(bytes).digest("hex")}"`;
}

function error(status: number, code: string): ProtocolAnswer {
  return { status, headers: { "content-type": "application/xml" }, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} by test</Message></Error>` };
}
