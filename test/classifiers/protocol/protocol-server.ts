import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came over the wire. */
export interface ProtocolRequest {
  method: string;
  /** Path and query, as sent. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** The body as it came. */
  bytes: Buffer;
  /** The body parsed; undefined when it is not JSON. */
  json: unknown;
}

/** `hang` never answers; `reset` breaks the connection. `content-type` is application/json unless said otherwise. */
export type ProtocolAnswer = { status: number; headers?: Record<string, string>; body: string | Uint8Array } | "hang" | "reset";

export interface ProtocolServer {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** In the order of their arrival. */
  requests: ProtocolRequest[];
  close(): Promise<void>;
}

/** A real HTTP/1.1 server on the loopback interface that answers as told and keeps what it was asked. */
export async function startProtocolServer(answer: (request: ProtocolRequest) => ProtocolAnswer | Promise<ProtocolAnswer>): Promise<ProtocolServer> {
  const requests: ProtocolRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      try {
        const request = await readRequest(incoming);
        requests.push(request);
        send(await answer(request), incoming, outgoing);
      } catch (error) {
        // A fault of the test itself must not look like one of the service's faults.
        outgoing.writeHead(599, { "content-type": "text/plain" }).end(`the test's own server failed: ${String(error)}`);
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ProtocolRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const body = bytes.toString();
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? "", path: incoming.url ?? "", headers, body, bytes, json: parse(body) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(answer: ProtocolAnswer, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (answer === "hang") return;
  if (answer === "reset") {
    incoming.socket.resetAndDestroy();
    return;
  }
  outgoing.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body);
}
