import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer, type AddressInfo, type Socket } from "node:net";

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

// The first bytes of an HTTP/2 connection whose client knows what it talks to; no HTTP/1.1 method starts like this.
const HTTP2_PREFACE_START = "PRI";
// One upload of 10 MiB should not wait for window updates.
const HTTP2_WINDOW_BYTES = 16 * 1024 * 1024;
const IDLE_CONNECTION_MS = 10 * 60 * 1000;

/** One loopback port for clients of HTTP/1.1 and of HTTP/2 without TLS: the first bytes of a connection decide. */
export async function listenBothProtocols(
  port: number,
  onRequest: (request: AnyRequest, response: AnyResponse) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  // Clients keep connections open; a server that hangs up first makes them see a reset at their next call.
  const http = createHttpServer({ keepAliveTimeout: IDLE_CONNECTION_MS, requestTimeout: IDLE_CONNECTION_MS }, onRequest);
  const http2 = createHttp2Server({ settings: { initialWindowSize: HTTP2_WINDOW_BYTES, maxFrameSize: 1024 * 1024, maxConcurrentStreams: 1000 } }, onRequest);
  http2.on("session", (session) => {
    session.setLocalWindowSize(HTTP2_WINDOW_BYTES);
    // A connection that breaks is its client's to notice.
    session.on("error", () => session.destroy());
  });
  http2.on("sessionError", () => undefined);
  http.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  });

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let received = Buffer.alloc(0);
    const decide = (): void => {
      received = Buffer.concat([received, (socket.read() as Buffer | null) ?? Buffer.alloc(0)]);
      const start = received.toString("latin1", 0, HTTP2_PREFACE_START.length);
      if (start.length < HTTP2_PREFACE_START.length && HTTP2_PREFACE_START.startsWith(start)) {
        if (!socket.readableEnded) socket.once("readable", decide);
        return;
      }
      socket.unshift(received);
      (start === HTTP2_PREFACE_START ? http2 : http).emit("connection", socket);
    };
    socket.once("readable", decide);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new Error(`Port ${port} of 127.0.0.1 is taken: is another local run going on? Stop it, or choose another port.`) : error);
    });
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
