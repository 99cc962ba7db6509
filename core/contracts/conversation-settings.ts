import * as z from "zod";
import { SpeakerSchema } from "./identity.ts";

const NameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/u).describe('a name of lower-case letters, digits and hyphens, such as "customer-angry"');
const speaker = SpeakerSchema.describe('"customer" or "agent"');

/** When a conversation is worth interrupting somebody for. Each rule fires once a conversation. */
export const AlertRuleSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      name: NameSchema,
      kind: z.literal("negative-turns"),
      speaker,
      turns: z.int().min(1).max(50).describe("turns in a row, from 1 to 50, such as 3"),
      below: z.number().min(-1).max(1).describe("each with a valence (positive less negative) of at most this, from -1 to 1, such as -0.3"),
    }),
    z.strictObject({
      name: NameSchema,
      kind: z.literal("sharp-drop"),
      speaker,
      drop: z.number().gt(0).max(2).describe("how far the trend fell, above 0, at most 2, such as 0.6"),
      withinTurns: z.int().min(2).max(50).describe("turns of the speaker from 2 to 50, such as 5"),
    }),
    z.strictObject({
      name: NameSchema,
      kind: z.literal("disagreement"),
      speaker,
      from: z.number().gt(0).max(1).describe("the least disagreement of words and voice in a turn, above 0, at most 1, such as 0.6"),
    }),
  ])
  .describe('an object with "name", "kind" ("negative-turns", "sharp-drop" or "disagreement"), "speaker" and what the kind needs');
export type AlertRule = z.infer<typeof AlertRuleSchema>;

/** How turns become conversations, as the stage's configuration says it and as it travels in the tracker's environment. */
export const ConversationSettingsSchema = z.strictObject({
  quietSeconds: z.int().min(1).max(86_400).describe("seconds from 1 to 86400, such as 900; a conversation without a new result for so long has ended"),
  rememberDays: z.int().min(1).max(365).describe("days from 1 to 365, such as 14; what comes for a conversation later begins it anew"),
  trendHalfLifeTurns: z.number().min(0.5).max(100).describe("turns from 0.5 to 100, such as 3: so many turns ago weighs half as much"),
  disagreementFrom: z.number().gt(0).max(1).describe("from this disagreement on a turn is flagged modalities_disagree, above 0, at most 1, such as 0.5"),
  alertWithinMinutes: z.int().min(1).max(10_080).nullable().describe("minutes from 1 to 10080, such as 60, or null for no limit; a turn that was classified longer ago raises no alert: results replayed, corrected or read from a stream's past"),
  alerts: z.array(AlertRuleSchema).max(20).describe("at most 20 rules, or []"),
});
export type ConversationSettings = z.infer<typeof ConversationSettingsSchema>;
