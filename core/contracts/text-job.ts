import * as z from "zod";
import { AttributesSchema, ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";
import { FlagSchema, RedactionCountsSchema, TranscriptSchema } from "./sentiment-result.ts";

export const TEXT_JOB_VERSION = "valence.text-job/1";

/** One prepared text on its way from the preprocessor or from a transcript to the classifier, as an SQS message. */
export const TextJobSchema = z.strictObject({
  schema: z.literal(TEXT_JOB_VERSION),
  id: IdentifierSchema,
  conversationId: IdentifierSchema,
  channel: ChannelSchema,
  speaker: SpeakerSchema.optional(),
  turn: z.int().min(0).optional(),
  language: LanguageTagSchema,
  occurredAt: TimestampSchema,
  attributes: AttributesSchema.optional(),
  segment: z.strictObject({ index: z.int().min(0), startMs: z.int().min(0).optional(), endMs: z.int().min(0).optional() }),
  /** What is stored: readable, personal data redacted. */
  text: z.string().min(1),
  /** What the model reads; absent when it equals `text`. */
  modelText: z.string().min(1).optional(),
  route: z.string().min(1).max(64),
  redactions: RedactionCountsSchema.optional(),
  /** Of an utterance: `s3://bucket/key` of its recording, the channel it was on, and who wrote the words down. */
  recording: z.string().max(2_048).optional(),
  track: z.int().min(0).max(1).optional(),
  transcript: TranscriptSchema.optional(),
  flags: z.array(FlagSchema),
  arrivedAt: TimestampSchema,
});

export type TextJob = z.infer<typeof TextJobSchema>;
