import { createHash } from "node:crypto";
import type { TranscriptionRequest } from "../contracts/transcription-request.ts";

/** In the audio bucket: a folder a job, with its request and what Transcribe wrote. */
export const TRANSCRIPTS_PREFIX = "transcripts/";

/**
 * The same recording always gives the same name, so that a repeated event starts no second job; another object under the same key is another one.
 * @param prefix of the stage's jobs, such as `valence-dev.`.
 */
export function transcriptionJobName(prefix: string, { conversationId, id, recording }: Pick<TranscriptionRequest, "conversationId" | "id" | "recording">): string {
  const identity = JSON.stringify([conversationId, id, recording.version ?? null]);
  return `${prefix}${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

export function requestKey(jobName: string): string {
  return `${TRANSCRIPTS_PREFIX}${jobName}/request.json`;
}

export function transcriptKey(jobName: string): string {
  return `${TRANSCRIPTS_PREFIX}${jobName}/transcript.json`;
}
