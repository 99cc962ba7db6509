import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ConnectCall {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

/** A refusal as Amazon Connect words it: an error's name and its status. */
export interface Refusal {
  name: string;
  status: number;
}

/** A loopback port that records calls as Amazon Connect would get them (REST with JSON) and answers as told. */
export class ConnectServer {
  readonly calls: ConnectCall[] = [];
  refusalOf: (call: ConnectCall) => Refusal | "hang" | undefined = () => undefined;

  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = { method: request.method ?? "", path: request.url ?? "", body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> };
      this.calls.push(call);
      const refusal = this.refusalOf(call);
      if (refusal !== "hang") answer(response, refusal);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

function answer(response: ServerResponse, refusal: Refusal | undefined): void {
  response.setHeader("content-type", "application/json");
  if (refusal === undefined) {
    response.end(JSON.stringify({ ContactId: "b0000000-0000-4000-8000-00000000000b" }));
    return;
  }
  response.statusCode = refusal.status;
  response.setHeader("x-amzn-errortype", refusal.name);
  response.end(JSON.stringify({ Message: `${refusal.name} by test` }));
}
