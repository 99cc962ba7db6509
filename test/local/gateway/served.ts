import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import { startGateway, type Gateway, type GatewayOptions } from "../../../local/gateway/gateway.ts";
import type { LocalService } from "../../../local/service.ts";

export const REGION = "us-east-1";
export const ACCOUNT_ID = "123456789012";
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/11111111-2222-3333-4444-555555555555`;
export const FUNCTION_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/function`;

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "valence-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A gateway on a free port that goes away with the test. The access key `function` is a function's, any other the owner's. */
export async function serve(services: LocalService[], options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({
    port: 0,
    services,
    authorizer: { authorize: () => undefined },
    callerOf: (accessKeyId) => (accessKeyId === "function" ? { roleArn: FUNCTION_ROLE_ARN, name: "function" } : { roleArn: null, name: "the owner" }),
    ...options,
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** What every SDK client needs to reach the gateway. */
export function clientOptions(gateway: Gateway, accessKeyId = "owner") {
  return { endpoint: gateway.url, region: REGION, credentials: { accessKeyId, secretAccessKey: "unused" }, maxAttempts: 1 };
}

/** The SDK's HTTP/1.1 transport, taken from a client that uses it: the Kinesis client brings HTTP/2. */
export function http1Handler() {
  return new S3Client({ region: REGION }).config.requestHandler;
}
