import { afterEach, beforeEach, vi } from "vitest";
import type { ProtocolServer } from "./protocol-server.ts";

/** A server of its own for each test, to which every call of AWS's SDK goes, signed for the region with keys of no account. */
export function freshServer<Server extends ProtocolServer>(start: () => Promise<Server>, region: string, use: (server: Server) => void): void {
  let server: Server;

  beforeEach(async () => {
    server = await start();
    vi.stubEnv("AWS_ENDPOINT_URL", server.url);
    vi.stubEnv("AWS_REGION", region);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    use(server);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });
}
