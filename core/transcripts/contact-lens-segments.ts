import * as z from "zod";
import type { AudioSettings } from "../contracts/audio-settings.ts";
import { IdentifierSchema, LanguageTagSchema } from "../contracts/identity.ts";
import { type ContactLensUtterances, ContactLensTurnSchema, utterancesOfContactLens } from "./contact-lens-turns.ts";

/** `Utterance` is a part of a turn that is still being said, `Transcript` the whole turn; categories and summaries are no words. */
const SegmentSchema = z.object({ Transcript: ContactLensTurnSchema.extend({ ParticipantRole: z.string().min(1).max(64) }).optional() });

/**
 * An event of the stream of real-time segments. Source: Amazon Connect administrator guide, "Data model for conversational analytics segment streams
 * to analyze voice contacts".
 */
const VoiceEventSchema = z.object({
  Channel: z.literal("VOICE"),
  ContactId: IdentifierSchema,
  LanguageCode: LanguageTagSchema.optional(),
  EventType: z.enum(["STARTED", "SEGMENTS", "COMPLETED", "FAILED"]),
  Segments: z.array(SegmentSchema).optional(),
});

/** Chats and tasks are on the same stream, in a form of their own: they are passed over. */
export const SegmentEventSchema = z.union([VoiceEventSchema, z.object({ Channel: z.enum(["CHAT", "TASK", "EMAIL"]) })]);
export type SegmentEvent = z.infer<typeof SegmentEventSchema>;
export type VoiceEvent = z.infer<typeof VoiceEventSchema>;

export function isVoiceEvent(event: SegmentEvent): event is VoiceEvent {
  return event.Channel === "VOICE";
}

export function utterancesOfSegments({ LanguageCode, Segments }: VoiceEvent, settings: Pick<AudioSettings, "speakers">): ContactLensUtterances {
  const turns = (Segments ?? []).flatMap(({ Transcript }) => (Transcript === undefined ? [] : [{ ...Transcript, role: Transcript.ParticipantRole }]));
  return utterancesOfContactLens(turns, LanguageCode, settings);
}
