import { ConnectClient } from "@aws-sdk/client-connect";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "../shared/call-limits.ts";
import { traced } from "../shared/tracing.ts";

let client: Promise<ConnectClient> | undefined;

/**
 * Built at the first call and kept. Adaptive, because an account may call each operation of Connect only twice a second until AWS raises that: the
 * client learns the pace instead of being refused at it.
 */
export function connectClient(): Promise<ConnectClient> {
  client ??= traced(new ConnectClient({ maxAttempts: MAX_ATTEMPTS, retryMode: "adaptive", requestHandler: HTTP1_LIMITS }));
  return client;
}

/** What no other try will change: the contact is unknown, or Connect takes no such request for it. */
const REFUSALS: ReadonlySet<string> = new Set(["ResourceNotFoundException", "ContactNotFoundException", "InvalidRequestException", "InvalidParameterException"]);

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.has(error.name);
}
