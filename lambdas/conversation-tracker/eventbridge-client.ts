import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "../shared/call-limits.ts";
import { traced } from "../shared/tracing.ts";

let client: Promise<EventBridgeClient> | undefined;

/** Built at the first call and kept: alerts are few. */
export function eventBridgeClient(): Promise<EventBridgeClient> {
  client ??= traced(new EventBridgeClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
