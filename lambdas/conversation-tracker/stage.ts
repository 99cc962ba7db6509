import type * as z from "zod";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import type { Gathered } from "../shared/gathered.ts";
import type { JobMessage } from "../shared/send-jobs.ts";
import type { Conversations } from "./conversations.ts";
import type { ConversationTrackerEnvironmentSchema } from "./env.ts";

/** What following conversations needs to know of where it runs. */
export interface Stage {
  environment: z.output<typeof ConversationTrackerEnvironmentSchema>;
  conversations: Conversations;
  /** Rows of the results stream and reminders of all conversations in hand, in few calls. */
  rows: Gathered<SentimentResult>;
  reminders: Gathered<JobMessage>;
  /** The function's deadline. */
  signal: AbortSignal;
}
