import * as z from "zod";
import { TimestampSchema } from "../contracts/identity.ts";
import { OWN_RECORDINGS_PREFIX, RecordingNoticeSchema } from "../contracts/recording-notice.ts";
import type { AudioSettings } from "../contracts/audio-settings.ts";
import { isContactLensTranscript, readConnectKey } from "./connect-key.ts";

/**
 * S3's own event, as EventBridge carries it. The key stands there as it is; only S3's notifications without EventBridge encode it as in a URL.
 * Source: Amazon S3 user guide, "EventBridge event message structure".
 */
export const ObjectCreatedSchema = z.object({
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  time: TimestampSchema,
  detail: z.object({
    bucket: z.object({ name: z.string().min(3).max(63) }),
    object: z.object({ key: z.string().min(1).max(1_024), size: z.int().min(0).optional() }),
  }),
});
export type ObjectCreated = z.infer<typeof ObjectCreatedSchema>;

/** A message of the recordings queue. */
export const RecordingMessageSchema = z.union([
  RecordingNoticeSchema.transform((notice) => ({ kind: "notice" as const, notice })),
  ObjectCreatedSchema.transform((event) => ({ kind: "event" as const, event })),
]);
export type RecordingMessage = z.infer<typeof RecordingMessageSchema>;

/** What a transcript that lies beside its recording is called, on disk and in the bucket: the recording's name and this. */
export const TRANSCRIPT_BESIDE = ".transcript.json";

/** Consoles make folders as empty objects; transcripts of Contact Lens and others lie beside recordings, and so does a second copy of a recording, with personal data silenced; what Valence wrote itself has come with a notice or was heard live. */
export function isNoRecording({ detail: { bucket, object } }: ObjectCreated, recordingsBucket: string, connectCopies: AudioSettings["connectCopies"] = "original"): boolean {
  const connect = readConnectKey(object.key);
  if (connect !== undefined && connect.redacted !== (connectCopies === "redacted")) return true;
  return object.key.endsWith("/") || object.key.endsWith(TRANSCRIPT_BESIDE) || isContactLensTranscript(object.key) || (bucket.name === recordingsBucket && object.key.startsWith(OWN_RECORDINGS_PREFIX));
}
