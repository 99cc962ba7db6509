import { TranscribeClient } from "@aws-sdk/client-transcribe";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "./call-limits.ts";
import { traced } from "./tracing.ts";

let client: Promise<TranscribeClient> | undefined;

/** Built at the first call and kept: real-time segments never need it. Its few attempts are for a hiccup; a quota that is used up lasts longer, and the queue waits better than a function. */
export function transcribeClient(): Promise<TranscribeClient> {
  client ??= traced(new TranscribeClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}
