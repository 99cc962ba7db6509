import * as z from "zod";
import { identityShape } from "./identity.ts";

export const AUDIO_RECORD_VERSION = "valence.audio/1";

/** Inline audio above this many bytes belongs in S3, with a pointer on the stream (claim check). */
export const MAX_INLINE_AUDIO_BYTES = 256 * 1024;

// Base64 turns 3 bytes into 4 characters.
const MAX_INLINE_AUDIO_CHARACTERS = Math.ceil(MAX_INLINE_AUDIO_BYTES / 3) * 4;

const InlineAudioSchema = z.strictObject({
  inline: z.base64().min(4).max(MAX_INLINE_AUDIO_CHARACTERS).describe("The bytes, in base64."),
  encoding: z.enum(["wav", "flac", "mp3", "ogg", "pcm_s16le", "mulaw", "alaw"]),
  sampleRate: z.int().min(8_000).max(48_000).optional().describe("Hz; required for headerless encodings."),
  channels: z.int().min(1).max(2).optional(),
});

const StoredAudioSchema = z.strictObject({
  s3: z.strictObject({ bucket: z.string().min(3).max(63), key: z.string().min(1).max(1024) }),
});

/** What a producer puts on the audio stream: a chunk of a live conversation, or a pointer to a recording. */
export const AudioRecordSchema = z
  .strictObject({
    schema: z.literal(AUDIO_RECORD_VERSION),
    ...identityShape,
    audio: z.union([InlineAudioSchema, StoredAudioSchema]),
    route: z.enum(["direct", "transcribe", "both"]).optional(),
    sequence: z.int().min(0).optional().describe("Position of a live chunk within its conversation, from 0."),
    final: z.boolean().optional().describe("True on the last chunk of a live conversation."),
  })
  .meta({ id: "AudioRecord", title: "Valence audio record, version 1" });

export type AudioRecord = z.infer<typeof AudioRecordSchema>;
