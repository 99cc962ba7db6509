import * as z from "zod";
import { AlertRuleSchema } from "./conversation-settings.ts";
import { ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";
import { FlagSchema, FusionSchema, SentimentLabelSchema } from "./sentiment-result.ts";

export const ALERT_VERSION = "valence.alert/1";
export const ALERT_SOURCE = "valence";
export const ALERT_DETAIL_TYPE = "Valence Conversation Alert";

const probability = z.number().min(0).max(1);

/** The detail of an alert's event on the alerts bus: enough to act on without asking Valence again. The words stay out of it. */
export const AlertSchema = z
  .strictObject({
    schema: z.literal(ALERT_VERSION),
    alertId: z.string().regex(/^[0-9a-f]{32}$/u).describe("Of rule and conversation: a repeated delivery has the same id."),
    rule: AlertRuleSchema,
    conversationId: IdentifierSchema,
    channel: ChannelSchema,
    speaker: SpeakerSchema.optional(),
    language: LanguageTagSchema,
    at: TimestampSchema.describe("When the result that caused it was classified."),
    conversationStartedAt: TimestampSchema,
    turn: z.strictObject({
      id: IdentifierSchema.describe("Of the record or recording."),
      index: z.int().min(0),
      startMs: z.int().min(0).optional(),
      endMs: z.int().min(0).optional(),
      occurredAt: TimestampSchema,
      label: SentimentLabelSchema,
      scores: z.strictObject({ positive: probability, neutral: probability, negative: probability }),
      fusion: FusionSchema.optional(),
      flags: z.array(FlagSchema),
      resultId: z.string().regex(/^[0-9a-f]{32}$/u).describe("Of the row in valence.results."),
    }),
    trend: z.number().min(-1).max(1),
    turns: z.int().min(1).describe("Of the speaker, so far."),
    recording: z.string().max(2_048).optional(),
  })
  .meta({ id: "Alert", title: "Valence conversation alert, version 1" });
export type Alert = z.infer<typeof AlertSchema>;
