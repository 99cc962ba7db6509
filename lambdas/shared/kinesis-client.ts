import { KinesisClient } from "@aws-sdk/client-kinesis";
import { HTTP2_LIMITS, MAX_ATTEMPTS } from "./call-limits.ts";
import { traced } from "./tracing.ts";

let client: Promise<KinesisClient> | undefined;

/** Built at the first call and kept. Its handler stays the SDK's own HTTP/2 one. */
export function kinesisClient(): Promise<KinesisClient> {
  client ??= traced(new KinesisClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP2_LIMITS }));
  return client;
}
