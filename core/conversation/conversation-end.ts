import * as z from "zod";
import { IdentifierSchema } from "../contracts/identity.ts";

export const CONVERSATION_END_VERSION = "valence.conversation-end/1";

/** A conversation's reminder to itself, on its way round the queue of conversation ends. */
export const ConversationEndSchema = z.strictObject({ schema: z.literal(CONVERSATION_END_VERSION), conversationId: IdentifierSchema });
export type ConversationEnd = z.infer<typeof ConversationEndSchema>;

/** SQS hides a message for at most so long. */
const MAX_DELAY_SECONDS = 900;

/** When to look again, in seconds, 1 to 900; `undefined`: it was quiet for long enough. @param learntAt when it last learnt something, `now`: both milliseconds since 1970. */
export function secondsUntilEnd(learntAt: number, now: number, quietSeconds: number): number | undefined {
  const left = learntAt + quietSeconds * 1_000 - now;
  return left <= 0 ? undefined : Math.min(MAX_DELAY_SECONDS, Math.ceil(left / 1_000));
}
