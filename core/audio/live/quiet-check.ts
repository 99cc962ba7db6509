import * as z from "zod";
import { IdentifierSchema } from "../../contracts/identity.ts";
import { isComplete, type LiveSession } from "./live-session.ts";
import { GAP_WAIT_MS } from "./receive-chunk.ts";

export const QUIET_CHECK_VERSION = "valence.quiet-check/1";

/** A live conversation's reminder to itself, on its way round the queue of quiet checks. */
export const QuietCheckSchema = z.strictObject({ schema: z.literal(QUIET_CHECK_VERSION), conversationId: IdentifierSchema });
export type QuietCheck = z.infer<typeof QuietCheckSchema>;

/** SQS hides a message for at most so long. */
const MAX_DELAY_SECONDS = 900;

/** When to look again: `undefined` now, for the conversation is over; otherwise in so many seconds, 1 to 900. */
export function secondsUntilEnd(session: LiveSession, now: number, quietSeconds: number): number | undefined {
  if (session.phase !== "open" || isComplete(session)) return undefined;
  // Hung up already: only for the chunks that are still missing is there anything to wait for.
  const patience = session.final === null ? quietSeconds * 1_000 + lagOf(session) : GAP_WAIT_MS;
  const left = session.touchedAt + patience - now;
  return left <= 0 ? undefined : Math.min(MAX_DELAY_SECONDS, Math.ceil(left / 1_000));
}

/**
 * How far the function was behind the stream: chunks that lie unread there are not silence. Bounded: conversations that are read from a backlog of
 * hours must not stay open for hours.
 */
function lagOf({ arrivedAt, touchedAt }: LiveSession): number {
  return Math.min(MAX_DELAY_SECONDS * 1_000, Math.max(0, touchedAt - Date.parse(arrivedAt)));
}
