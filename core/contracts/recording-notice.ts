import * as z from "zod";
import { AudioRouteSchema } from "./audio-record.ts";
import { identityShape, TimestampSchema } from "./identity.ts";

export const RECORDING_NOTICE_VERSION = "valence.recording/1";

/**
 * A whole recording that waits to be heard, as a message of the recordings queue: what the audio stream pointed at or carried inline. The other
 * message of that queue is S3's own event (EventBridge, `Object Created`), for what was put into the recordings bucket.
 */
export const RecordingNoticeSchema = z.strictObject({
  schema: z.literal(RECORDING_NOTICE_VERSION),
  ...identityShape,
  audio: z.strictObject({ bucket: z.string().min(3).max(63), key: z.string().min(1).max(1_024) }),
  route: AudioRouteSchema.optional(),
  arrivedAt: TimestampSchema,
});
export type RecordingNotice = z.infer<typeof RecordingNoticeSchema>;

/** What Valence itself writes into the recordings bucket lies under this prefix, and raises no event. */
export const OWN_RECORDINGS_PREFIX = "valence/";
