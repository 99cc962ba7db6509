import { SQSClient } from "@aws-sdk/client-sqs";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "./call-limits.ts";
import { tracer } from "./observability.ts";

let client: SQSClient | undefined;

/** Built at the first call and kept: connections survive between invocations. */
export function sqsClient(): SQSClient {
  client ??= tracer.captureAWSv3Client(new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
