import * as z from "zod";
import { ConversationSettingsSchema } from "../core/contracts/conversation-settings.ts";
import { queueReaderShape, streamReaderShape } from "./configuration-leaves.ts";

const UUID_EXAMPLE = "0a1b2c3d-0000-4000-8000-000000000000";

/** What is written back to an Amazon Connect instance. */
const ConnectSchema = z.strictObject({
  instanceId: z.uuid().describe(`the id of the instance, such as "${UUID_EXAMPLE}"`),
  attributePrefix: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/u).describe('how the names of the contact attributes begin: letters, digits, _ and -, such as "valence_"'),
  taskFlowId: z.uuid().nullable().describe(`the id of the flow that takes the tasks for supervisors, such as "${UUID_EXAMPLE}", or null for no tasks`),
  results: z.strictObject(streamReaderShape),
  alerts: z.strictObject({ maximumReceives: queueReaderShape.maximumReceives, maximumConcurrency: queueReaderShape.maximumConcurrency }),
});
export type ConnectConfiguration = z.infer<typeof ConnectSchema>;

/** How one stage turns results into conversations. */
export const ConversationsSchema = z.strictObject({
  settings: ConversationSettingsSchema.describe("an object: when a conversation ends, how trends are weighed, and what raises an alert, such as that of config/dev.json"),
  fusionWeights: z.string().min(1).max(1_024).nullable().describe('the file that `npx valence tune fusion` wrote, from the project\'s folder, or null for the weights that come along'),
  tracker: z.strictObject(streamReaderShape),
  connect: ConnectSchema.nullable().describe("null, or an object such as that of config/examples/voice.json: live sentiment and tasks go to Amazon Connect"),
});
export type ConversationsConfiguration = z.infer<typeof ConversationsSchema>;
