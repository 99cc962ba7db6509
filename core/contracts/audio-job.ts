import * as z from "zod";
import { AudioRouteSchema } from "./audio-record.ts";
import { AttributesSchema, ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";
import { FlagSchema } from "./sentiment-result.ts";

export const AUDIO_JOB_VERSION = "valence.audio-job/1";

/** One stretch of speech of one track. Its audio is the object `segmentKey(prefix, index)`: WAV, 16 kHz, mono, PCM of 16 bits. */
export const AudioSegmentSchema = z
  .strictObject({
    /** Counted over all tracks of the recording; the same audio always gets the same numbers. */
    index: z.int().min(0),
    /** The channel of the recording, from 0. */
    track: z.int().min(0).max(1),
    speaker: SpeakerSchema.optional(),
    startMs: z.int().min(0),
    endMs: z.int().min(1),
  })
  .refine(({ endMs, startMs }) => endMs > startMs, "must end after it starts");
export type AudioSegment = z.infer<typeof AudioSegmentSchema>;

/** The speech of a recording, or of one moment of a live conversation, on its way to the audio models, as an SQS message. */
export const AudioJobSchema = z.strictObject({
  schema: z.literal(AUDIO_JOB_VERSION),
  /** Of the recording; a live conversation's is its conversationId. */
  id: IdentifierSchema,
  conversationId: IdentifierSchema,
  channel: ChannelSchema,
  turn: z.int().min(0).optional(),
  language: LanguageTagSchema,
  occurredAt: TimestampSchema,
  attributes: AttributesSchema.optional(),
  route: AudioRouteSchema,
  flags: z.array(FlagSchema),
  arrivedAt: TimestampSchema,
  /** `s3://bucket/key` of the whole recording, where there is one already. */
  recording: z.string().max(2_048).optional(),
  audio: z.strictObject({ bucket: z.string().min(3).max(63), prefix: z.string().min(1).max(900).endsWith("/"), segments: z.array(AudioSegmentSchema).min(1) }),
  /** These are all segments of the recording: results for the whole of each track follow from them. */
  complete: z.boolean(),
  /** Some of the segments were classified before, as those of a live conversation were: look for their answers first. */
  answered: z.boolean(),
});
export type AudioJob = z.infer<typeof AudioJobSchema>;

/** The S3 key of a segment's audio. */
export function segmentKey(prefix: string, index: number): string {
  return `${prefix}${String(index).padStart(6, "0")}.wav`;
}
