import type * as z from "zod";
import type { Conversations } from "./conversations.ts";
import type { ConversationTrackerEnvironmentSchema } from "./env.ts";

/** What following conversations needs to know of where it runs. */
export interface Stage {
  environment: z.output<typeof ConversationTrackerEnvironmentSchema>;
  conversations: Conversations;
  /** The function's deadline. */
  signal: AbortSignal;
}
