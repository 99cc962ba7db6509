import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Caller, type LocalService, type RequiredPermission, ServiceError, type ServiceRequest } from "../../../local/service.ts";

export interface ProtocolServer {
  url: string;
  /** What IAM would have been asked, in order. */
  permissions: RequiredPermission[];
  /** Called before a request is served; may throw a ServiceError, or answer for the service. */
  intercept: (operation: string) => void;
  caller: Caller;
  close(): Promise<void>;
}

/** Serves local services over HTTP without a gateway: the SDK's requests, the service's answers, nothing between. */
export async function startProtocolServer(services: readonly LocalService[]): Promise<ProtocolServer> {
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const signingName = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//u.exec(incoming.headers.authorization ?? "")?.[1];
      const service = services.find((candidate) => candidate.signingName === signingName)!;
      const request: ServiceRequest = {
        method: incoming.method ?? "",
        path: "/",
        query: new URLSearchParams(),
        headers: incoming.headers as Record<string, string>,
        body: Buffer.concat(chunks),
        caller: running.caller,
        baseUrl: running.url,
      };
      try {
        running.intercept(String(incoming.headers["x-amz-target"]).split(".")[1]!);
        running.permissions.push(...service.requiredPermissions(request));
        const { status, headers, body } = await service.handle(request);
        outgoing.writeHead(status, headers).end(body);
      } catch (error) {
        const failure = error instanceof ServiceError ? error : new ServiceError("InternalServerException", String(error), 500);
        const { status, headers, body } = service.renderError(failure, request);
        outgoing.writeHead(status, headers).end(body);
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const running: ProtocolServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    permissions: [],
    intercept: () => undefined,
    caller: { roleArn: null, name: "the owner" },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return running;
}

export const CREDENTIALS = { region: "us-east-1", credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" } };
