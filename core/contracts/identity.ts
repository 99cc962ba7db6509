import * as z from "zod";

/** Where an interaction took place. */
export const ChannelSchema = z.enum(["chat", "social", "review", "ticket", "email", "call"]);
export type Channel = z.infer<typeof ChannelSchema>;

export const SpeakerSchema = z.enum(["customer", "agent"]);

// Identifiers become partition keys, S3 keys and SQL values: a control character in one is a producer's
// mistake, and Kinesis partition keys end at 256 characters.
// eslint-disable-next-line no-control-regex -- matching control characters is the point of this pattern
const WITHOUT_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f-\u009f]*$/u;

export const IdentifierSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(WITHOUT_CONTROL_CHARACTERS, "must not contain control characters");

/** A language tag of BCP 47, e.g. `pt-BR`. Only its shape is checked; unknown subtags pass. */
export const LanguageTagSchema = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/u, "must be a BCP 47 language tag such as en or pt-BR");

/** The years are bounded because the calendars of Redshift and Parquet readers disagree on the far past. */
export const TimestampSchema = z.iso.datetime({ offset: true }).regex(/^(19|20)/u, "must be a time between the years 1900 and 2099");

export const MAX_ATTRIBUTE_CHARACTERS = 1024;

/** Free-form producer data, flat on purpose: it becomes one semi-structured column, never a schema of its own. */
export const AttributesSchema = z
  .record(z.string().min(1).max(64).regex(WITHOUT_CONTROL_CHARACTERS, "must not contain control characters"), z.string().max(MAX_ATTRIBUTE_CHARACTERS))
  .refine((attributes) => Object.keys(attributes).length <= 32, "must have at most 32 entries")
  // The lake's deserializer lower-cases keys and gives a record up when two become the same.
  .refine((attributes) => new Set(Object.keys(attributes).map((key) => key.toLowerCase())).size === Object.keys(attributes).length, "must not have two keys that differ only in case");

/** The fields that say who said something, where and when; the same on both streams and in every result. */
export const identityShape = {
  id: IdentifierSchema.describe("Unique within the producer; a repeat of the same id is the same interaction."),
  conversationId: IdentifierSchema.optional().describe("Groups turns; a record without one is its own conversation."),
  channel: ChannelSchema,
  speaker: SpeakerSchema.optional(),
  turn: z.int().min(0).max(1_000_000).optional().describe("Position within the conversation, from 0."),
  language: LanguageTagSchema.optional().describe("When absent, Valence detects it."),
  occurredAt: TimestampSchema,
  attributes: AttributesSchema.optional(),
} as const;
