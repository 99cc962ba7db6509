import { S3Client } from "@aws-sdk/client-s3";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "./call-limits.ts";
import { traced } from "./tracing.ts";

let client: Promise<S3Client> | undefined;

/** Built at the first call and kept: most invocations reject nothing and never pay for it. */
export function s3Client(): Promise<S3Client> {
  client ??= traced(new S3Client({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
