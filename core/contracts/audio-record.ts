import * as z from "zod";
import { identityShape } from "./identity.ts";

export const AUDIO_RECORD_VERSION = "valence.audio/1";

/** Inline audio above this many bytes belongs in S3, with a pointer on the stream (claim check). */
export const MAX_INLINE_AUDIO_BYTES = 256 * 1024;

// Base64 turns 3 bytes into 4 characters.
const MAX_INLINE_AUDIO_CHARACTERS = Math.ceil(MAX_INLINE_AUDIO_BYTES / 3) * 4;

/** A day of chunks of a second, and more than anyone talks. */
export const MAX_LIVE_CHUNKS = 100_000;

/** `direct`: the voice to the audio models. `transcribe`: the words to the text models. */
export const AudioRouteSchema = z.enum(["direct", "transcribe", "both"]);
export type AudioRoute = z.infer<typeof AudioRouteSchema>;

const HEADERLESS: ReadonlySet<string> = new Set(["pcm_s16le", "mulaw", "alaw"]);

const InlineAudioSchema = z.strictObject({
  inline: z.base64().min(4).max(MAX_INLINE_AUDIO_CHARACTERS).describe("The bytes, in base64."),
  encoding: z.enum(["wav", "flac", "mp3", "ogg", "pcm_s16le", "mulaw", "alaw"]),
  sampleRate: z.int().min(8_000).max(48_000).optional().describe("Hz; required for headerless encodings."),
  channels: z.int().min(1).max(2).optional().describe("Of headerless encodings, interleaved; 1 when absent."),
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
    route: AudioRouteSchema.optional().describe("How the words and the voice are heard; when absent, the stage's configuration says."),
    sequence: z.int().min(0).max(MAX_LIVE_CHUNKS - 1).optional().describe("Position of a live chunk within its conversation, from 0; absent for a whole recording."),
    final: z.boolean().optional().describe("True on the last chunk of a live conversation."),
  })
  .refine(({ audio, sequence }) => sequence === undefined || "inline" in audio, { path: ["sequence"], message: "only inline audio can be a chunk of a live conversation" })
  .refine(({ conversationId, sequence }) => sequence === undefined || conversationId !== undefined, { path: ["conversationId"], message: "a live chunk needs its conversation" })
  .refine(({ final, sequence }) => final === undefined || sequence !== undefined, { path: ["final"], message: "only a live chunk (with a sequence) can be the final one" })
  .refine(({ audio }) => !("inline" in audio) || audio.sampleRate !== undefined || !HEADERLESS.has(audio.encoding), { path: ["audio", "sampleRate"], message: "headerless encodings need their sample rate" })
  .meta({ id: "AudioRecord", title: "Valence audio record, version 1" });

export type AudioRecord = z.infer<typeof AudioRecordSchema>;
