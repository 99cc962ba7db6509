import * as z from "zod";
import { AudioRouteSchema } from "./audio-record.ts";
import { identityShape, IdentifierSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";
import { FlagSchema } from "./sentiment-result.ts";

export const TRANSCRIPTION_REQUEST_VERSION = "valence.transcription/1";

/** A recording whose words are to be written down, as a message of the transcriptions queue; kept beside the transcript, because a job's end tells its name only. */
export const TranscriptionRequestSchema = z.strictObject({
  schema: z.literal(TRANSCRIPTION_REQUEST_VERSION),
  ...identityShape,
  conversationId: IdentifierSchema,
  recording: z.strictObject({
    bucket: z.string().min(3).max(63),
    key: z.string().min(1).max(1_024),
    /** Of the object, such as its ETag: what is put under the same key later is another job. */
    version: z.string().min(1).max(128).optional(),
  }),
  format: z.enum(["wav", "flac", "mp3", "ogg"]),
  /** 2 only where the channels hold different voices. */
  channels: z.int().min(1).max(2),
  /** Who is on each channel, where that is known. */
  speakers: z.array(SpeakerSchema.nullable()).min(1).max(2),
  durationMs: z.int().min(0),
  route: AudioRouteSchema,
  /** What preflight found (`narrowband`, `low_quality_audio`). */
  flags: z.array(FlagSchema),
  arrivedAt: TimestampSchema,
});
export type TranscriptionRequest = z.infer<typeof TranscriptionRequestSchema>;

export const TRANSCRIPTION_CHECK_VERSION = "valence.transcription-check/1";

/** EventBridge tells of a job's end as best it can: this message comes back some time later and asks. */
export const TranscriptionCheckSchema = z.strictObject({ schema: z.literal(TRANSCRIPTION_CHECK_VERSION), jobName: z.string().min(1).max(200) });
export type TranscriptionCheck = z.infer<typeof TranscriptionCheckSchema>;
