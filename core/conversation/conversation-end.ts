import * as z from "zod";
import { IdentifierSchema } from "../contracts/identity.ts";

export const CONVERSATION_END_VERSION = "valence.conversation-end/1";

/** A conversation's reminder to itself, on its way round the queue of conversation ends. */
export const ConversationEndSchema = z.strictObject({ schema: z.literal(CONVERSATION_END_VERSION), conversationId: IdentifierSchema });
export type ConversationEnd = z.infer<typeof ConversationEndSchema>;

/** When to look again, in whole seconds, at least 1; `undefined`: it was quiet for long enough. @param learntAt when it last learnt something, `now`: both milliseconds since 1970. */
export function secondsUntilEnd(learntAt: number, now: number, quietSeconds: number): number | undefined {
  const left = learntAt + quietSeconds * 1_000 - now;
  return left <= 0 ? undefined : Math.ceil(left / 1_000);
}
