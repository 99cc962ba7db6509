import * as z from "zod";
import { ConversationSettingsSchema } from "../../core/contracts/conversation-settings.ts";
import { FusionWeightsSchema } from "../../core/contracts/fusion-weights.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const ConversationTrackerEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  CONVERSATIONS_TABLE: z.string().min(3),
  RESULTS_STREAM_NAME: z.string().min(1),
  REJECTS_BUCKET: z.string().min(3),
  ALERTS_BUS_NAME: z.string().min(1),
  /** Where a conversation's own reminder waits: it comes back when the conversation may have ended. */
  CONVERSATION_ENDS_QUEUE_URL: z.url(),
  CONVERSATION_SETTINGS: jsonVariable(ConversationSettingsSchema, 'conversation settings such as {"quietSeconds": 900, …}'),
  FUSION_WEIGHTS: jsonVariable(FusionWeightsSchema, "a file of `npx valence tune fusion`"),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type ConversationTrackerEnvironment = z.input<typeof ConversationTrackerEnvironmentSchema>;
