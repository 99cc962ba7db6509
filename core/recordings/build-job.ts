import { AUDIO_JOB_VERSION, type AudioJob, type AudioSegment } from "../contracts/audio-job.ts";
import type { AudioRoute } from "../contracts/audio-record.ts";
import type { Flag } from "../contracts/sentiment-result.ts";
import type { RecordingIdentity } from "./recording-identity.ts";
import { segmentsPrefix } from "./storage-keys.ts";

export interface JobParts {
  segments: readonly AudioSegment[];
  /** The bucket that the segments lie in. */
  bucket: string;
  route: AudioRoute;
  flags: readonly Flag[];
  /** The stage's language, where the recording does not say. */
  language: string;
  arrivedAt: string;
  /** As for `segmentsPrefix`. */
  version?: string | undefined;
  /** `s3://bucket/key` */
  recording?: string;
  complete: boolean;
  answered: boolean;
}

export function buildJob({ attributes, channel, conversationId, id, language, occurredAt, turn }: RecordingIdentity, parts: JobParts): AudioJob {
  return {
    schema: AUDIO_JOB_VERSION,
    id,
    conversationId,
    channel,
    ...(turn !== undefined && { turn }),
    language: language ?? parts.language,
    occurredAt,
    ...(attributes !== undefined && { attributes }),
    route: parts.route,
    flags: [...parts.flags],
    arrivedAt: parts.arrivedAt,
    ...(parts.recording !== undefined && { recording: parts.recording }),
    audio: { bucket: parts.bucket, prefix: segmentsPrefix({ conversationId, id }, parts.version), segments: parts.segments.map(({ endMs, index, speaker, startMs, track }) => ({ index, track, ...(speaker !== undefined && { speaker }), startMs, endMs })) },
    complete: parts.complete,
    answered: parts.answered,
  };
}

/** Whether the voice itself goes to the audio models. */
export function isHeard(route: AudioRoute): boolean {
  return route !== "transcribe";
}

/** Whether the words are written down, for the text models. */
export function isTranscribed(route: AudioRoute): boolean {
  return route !== "direct";
}
