import type { IncomingMessage } from "node:http";
import { CallerGoneError, RequestProblem } from "./request-problem.ts";

export interface BodyLimits {
  maximumBytes: number;
  seconds: number;
}

/**
 * The whole body, in memory: several windows need several looks, and a place in the queue is taken before the first byte is read.
 * @throws RequestProblem `body_too_large` (by Content-Length before a byte is read), `body_too_slow`; CallerGoneError.
 */
export async function readBody(request: IncomingMessage, { maximumBytes, seconds }: BodyLimits): Promise<Uint8Array> {
  const announced = Number(request.headers["content-length"] ?? 0);
  const tooLarge = (): RequestProblem => new RequestProblem("body_too_large", `The body has more than the ${maximumBytes} bytes this server takes; send shorter audio, or compressed.`);
  if (announced > maximumBytes) throw tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const timer = setTimeout(() => finish(() => reject(new RequestProblem("body_too_slow", `The body did not arrive within ${seconds} s.`))), seconds * 1000);
    const take = (chunk: Uint8Array): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maximumBytes) finish(() => reject(tooLarge()));
    };
    const end = (): void => finish(() => resolve(Buffer.concat(chunks, bytes)));
    const broken = (): void => finish(() => reject(new CallerGoneError("The caller went away before the body was whole.")));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", end).off("close", broken);
      settle();
    };
    // Aborted requests emit an error after `close`, for which somebody has to listen.
    request.on("error", () => undefined);
    request.on("data", take).on("end", end).on("close", broken);
  });
}

// As long as a caller that was refused may go on sending: it reads the answer only when it is done, and a connection cut meanwhile hides it.
const LINGER_MS = 10_000;

/** Throws away what still comes of a body nobody wants. The connection is cut after 10 s or twice the largest body. */
export function discardBody(request: IncomingMessage, maximumBytes: number): void {
  if (request.readableEnded || request.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), LINGER_MS).unref();
  request.on("close", () => clearTimeout(timer));
  request.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > 2 * maximumBytes) request.destroy();
  });
}
