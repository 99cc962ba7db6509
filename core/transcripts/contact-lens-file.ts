import * as z from "zod";
import type { AudioSettings } from "../contracts/audio-settings.ts";
import { IdentifierSchema, LanguageTagSchema } from "../contracts/identity.ts";
import { readConnectKey } from "../recordings/connect-key.ts";
import { type ContactLensUtterances, ContactLensTurnSchema, utterancesOfContactLens } from "./contact-lens-turns.ts";
import { objectOfUri } from "./object-of-uri.ts";

/**
 * What is read of the file that Contact Lens writes once a call is over; the rest is left out. Source: Amazon Connect administrator guide, "Example
 * Contact Lens output files for a call".
 */
const VoiceFileSchema = z.object({
  Channel: z.literal("VOICE"),
  LanguageCode: LanguageTagSchema.optional(),
  CustomerMetadata: z.object({ ContactId: IdentifierSchema, InputS3Uri: z.string().max(2_048).optional() }),
  Participants: z.array(z.object({ ParticipantId: z.string().min(1).max(256), ParticipantRole: z.string().min(1).max(64) })),
  Transcript: z.array(ContactLensTurnSchema.extend({ ParticipantId: z.string().min(1).max(256) })),
});

/** Those of chats and mails have no times within a recording: they are passed over. */
export const ContactLensFileSchema = z.union([VoiceFileSchema, z.object({ Channel: z.enum(["CHAT", "EMAIL", "TASK"]) })]);
export type ContactLensFile = z.infer<typeof ContactLensFileSchema>;
export type ContactLensVoiceFile = z.infer<typeof VoiceFileSchema>;

export function isOfVoice(file: ContactLensFile): file is ContactLensVoiceFile {
  return file.Channel === "VOICE";
}

export function utterancesOfFile({ LanguageCode, Participants, Transcript }: ContactLensVoiceFile, settings: Pick<AudioSettings, "speakers">): ContactLensUtterances {
  const roles = new Map(Participants.map(({ ParticipantId, ParticipantRole }) => [ParticipantId, ParticipantRole]));
  // Real-time analysis calls participants by their role; a file does where it has no list of them.
  return utterancesOfContactLens(Transcript.map((turn) => ({ ...turn, role: roles.get(turn.ParticipantId) ?? turn.ParticipantId })), LanguageCode, settings);
}

const ANALYSIS_TIME = /_analysis(?:_redacted)?_(\d{4}-\d{2}-\d{2}T\d{2}[:_]\d{2}[:_]\d{2}(?:\.\d+)?Z)\.json$/u;

/** Which recording a file is about and when it began. */
export interface AnalysedRecording {
  /** As the voice road calls it, so that words and voice meet. */
  id: string;
  /** `s3://bucket/key`, where the file says. */
  recording: string | undefined;
  /** ISO 8601 */
  occurredAt: string;
}

/**
 * @param key of the file. @param putAt ISO 8601: when it was put, for a file that says nothing of when the call was.
 */
export function analysedRecording({ CustomerMetadata: { ContactId, InputS3Uri } }: ContactLensVoiceFile, key: string, putAt: string): AnalysedRecording {
  const address = InputS3Uri === undefined ? undefined : objectOfUri(InputS3Uri);
  const connect = address === undefined ? undefined : readConnectKey(address.key);
  const contactId = ContactId.toLowerCase();
  const isAutomatedVoice = connect?.part === "ivr" || /(?:^|\/)Analysis\/Voice\/(?:Redacted\/)?ivr\//iu.test(key);
  const analysed = ANALYSIS_TIME.exec(key)?.[1]?.replaceAll("_", ":");
  return {
    id: isAutomatedVoice ? `${contactId}/ivr` : contactId,
    recording: address === undefined ? undefined : `s3://${address.bucket}/${address.key}`,
    occurredAt: connect?.startedAt ?? (analysed === undefined || Number.isNaN(Date.parse(analysed)) ? putAt : analysed),
  };
}
