import { SQSClient } from "@aws-sdk/client-sqs";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "./call-limits.ts";
import { traced } from "./tracing.ts";

let client: Promise<SQSClient> | undefined;

/** Built at the first call and kept: connections survive between invocations. */
export function sqsClient(): Promise<SQSClient> {
  client ??= traced(new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
